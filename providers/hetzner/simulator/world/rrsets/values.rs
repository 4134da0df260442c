//! Values of records, type by type: what each of their words may be.

use crate::world::zones::names::is_host;
use std::net::{Ipv4Addr, Ipv6Addr};

/// So long is a quoted part of a text.
const PART_MAX: usize = 255;

/// Returns what is wrong in the value of a record.
pub(crate) fn wrong(sort: &str, value: &str) -> Option<String> {
    let Some(words) = words(value) else {
        return Some("has a quote that is not closed".to_owned());
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let expected = match sort {
        "A" => {
            (!is_one(&words, |word| word.parse::<Ipv4Addr>().is_ok())).then_some("an IPv4 address")
        }
        "AAAA" => {
            (!is_one(&words, |word| word.parse::<Ipv6Addr>().is_ok())).then_some("an IPv6 address")
        }
        "CNAME" | "NS" | "PTR" => (!is_one(&words, is_host)).then_some("a host name"),
        "MX" => shape(&words, &[U16, HOST], "a priority and a host name"),
        "SRV" => shape(&words, &[U16, U16, U16, HOST], "priority, weight, port and a host name"),
        "RP" => shape(&words, &[HOST, HOST], "two names"),
        "CAA" => shape(&words, &[U8, TAG, TEXT], "flags, a tag and a quoted value"),
        "DS" => shape(&words, &[U16, U8, U8, HEX], "key tag, algorithm, digest type and digest"),
        "TLSA" => shape(&words, &[U8, U8, U8, HEX], "usage, selector, matching type and data"),
        "HINFO" => shape(&words, &[ANY, ANY], "processor and system"),
        "SOA" => shape(
            &words,
            &[HOST, HOST, U32, U32, U32, U32, U32],
            "nameserver, mailbox, serial, refresh, retry, expire and minimum",
        ),
        "HTTPS" | "SVCB" => (words.len() < 2 || !U16(words[0]) || !HOST(words[1]))
            .then_some("a priority, a host name and parameters"),
        "TXT" => {
            (words.is_empty() || !words.iter().all(|word| TEXT(word))).then_some("quoted texts")
        }
        _ => None,
    };
    expected.map(|expected| format!("must be {expected}"))
}

type Judge = fn(&str) -> bool;

const ANY: Judge = |word| !word.is_empty();
const HEX: Judge = |word| word.len() % 2 == 0 && word.chars().all(|c| c.is_ascii_hexdigit());
const HOST: Judge = is_host;
const TAG: Judge = |word| word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
const U16: Judge = |word| word.parse::<u16>().is_ok();
const U32: Judge = |word| word.parse::<u32>().is_ok();
const U8: Judge = |word| word.parse::<u8>().is_ok();
const TEXT: Judge = |word| {
    let inside = word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.is_some_and(|inside| inside.len() <= PART_MAX)
};

fn is_one(words: &[&str], judge: impl Fn(&str) -> bool) -> bool {
    words.len() == 1 && judge(words[0])
}

/// Returns what is expected of words that are not it.
fn shape(words: &[&str], judges: &[Judge], expected: &'static str) -> Option<&'static str> {
    let fits = words.len() == judges.len() && words.iter().zip(judges).all(|(word, is)| is(word));
    (!fits).then_some(expected)
}

/// Cuts a value into words; quotes stay around theirs. None if a quote is not closed.
fn words(value: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut is_quoted, mut is_escaped) = (false, false);
    for c in value.chars() {
        if c.is_whitespace() && !is_quoted {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        if c == '"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = c == '\\' && !is_escaped;
        word.push(c);
    }
    if !word.is_empty() {
        words.push(word);
    }
    (!is_quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn values_are_of_their_types() {
        let long = format!("\"{}\"", "a".repeat(256));
        let cases = [
            (
                "A",
                vec!["192.0.2.1"],
                vec!["192.0.2.256", "2001:db8::1", "192.0.2.1 192.0.2.2", "a"],
            ),
            ("AAAA", vec!["2001:db8::1"], vec!["192.0.2.1", "2001:db8::g"]),
            (
                "CAA",
                vec!["0 issue \"letsencrypt.org\""],
                vec!["issue x", "0 issue x", "256 issue \"x\""],
            ),
            ("CNAME", vec!["other", "a.example.org."], vec!["a b", "-a", ""]),
            (
                "DS",
                vec!["370 13 2 be74359954660069d5c63d200c39f560"],
                vec!["370 13 2 xyz", "1 2 3"],
            ),
            ("HINFO", vec!["\"AMD 64\" \"Linux\"", "a b"], vec!["a"]),
            ("HTTPS", vec!["1 . alpn=\"h3,h2\" ipv4hint=192.0.2.1"], vec!["1", "x ."]),
            ("MX", vec!["10 mail", "0 ."], vec!["mail", "70000 mail", "10 a b"]),
            ("NS", vec!["ns1.example.org."], vec!["ns1 ns2"]),
            ("PTR", vec!["host.example.org."], vec!["a b"]),
            ("RP", vec!["admin.example.com. ."], vec!["admin"]),
            ("SOA", vec!["a. b. 1 2 3 4 5"], vec!["a. b. 1 2 3 4", "a. b. x 2 3 4 5"]),
            ("SRV", vec!["10 5 5060 sip.example.com."], vec!["10 5 sip", "10 5 70000 sip"]),
            ("SVCB", vec!["0 other.example.com."], vec!["other"]),
            ("TLSA", vec!["3 1 1 0b9fa5a5"], vec!["3 1 1 0b9", "3 1 0b9f"]),
            ("TXT", vec!["\"v=spf1 -all\"", "\"a\" \"b \\\" c\""], vec!["v=spf1", "\"a", &long]),
        ];
        for (sort, good, bad) in cases {
            for value in good {
                assert_eq!(wrong(sort, value), None, "{sort} {value}");
            }
            for value in bad {
                assert!(wrong(sort, value).is_some(), "{sort} {value}");
            }
        }
    }
}
