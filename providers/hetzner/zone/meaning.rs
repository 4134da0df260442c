//! What the text of a record means: texts that differ in letter case, in quotation marks or in how an
//! address is written may say the same.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Returns a text that is the same for all texts of a type that mean the same.
pub(super) fn of(r#type: &str, value: &str) -> String {
    match r#type {
        "A" => value.parse::<Ipv4Addr>().map_or_else(|_| words(value), |ip| ip.to_string()),
        "AAAA" => value.parse::<Ipv6Addr>().map_or_else(|_| words(value), |ip| ip.to_string()),
        "TXT" => strings(value).map_or_else(|| words(value), |strings| strings.concat()),
        "CAA" | "HINFO" => words(&value.replace('"', "")),
        "SOA" => soa(value),
        "CNAME" | "DS" | "MX" | "NS" | "PTR" | "RP" | "SRV" | "TLSA" => words(value).to_lowercase(),
        _ => words(value),
    }
}

/// Returns the strings of a text record, without quotation marks and escapes; `None` if the text is
/// not a row of quoted strings.
pub(super) fn strings(value: &str) -> Option<Vec<String>> {
    let mut strings = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let inner = rest.strip_prefix('"')?;
        let (string, after) = quoted(inner)?;
        strings.push(string);
        rest = after.trim_start();
    }
    (!strings.is_empty()).then_some(strings)
}

/// Reads up to the closing quotation mark, and returns what stands behind it.
fn quoted(inner: &str) -> Option<(String, &str)> {
    let mut string = String::new();
    let mut places = inner.char_indices();
    while let Some((at, c)) = places.next() {
        match c {
            '"' => return Some((string, &inner[at + 1..])),
            '\\' => {
                let digits =
                    inner.get(at + 1..at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
                match digits.and_then(|digits| digits.parse::<u8>().ok()) {
                    Some(code) => {
                        string.push(char::from(code));
                        places.nth(2);
                    }
                    None => string.push(places.next()?.1),
                }
            }
            c => string.push(c),
        }
    }
    None
}

/// All but the serial number, which Hetzner raises with every change of the zone.
fn soa(value: &str) -> String {
    let lower = value.to_lowercase();
    let fields = lower.split_whitespace().enumerate();
    let fields: Vec<&str> = fields.filter(|(at, _)| *at != 2).map(|(_, field)| field).collect();
    fields.join(" ")
}

fn words(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(r#type: &str, one: &str, other: &str) -> bool {
        of(r#type, one) == of(r#type, other)
    }

    #[test]
    fn texts_that_mean_the_same_are_the_same() {
        for (r#type, one, other) in [
            ("AAAA", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("TXT", r#""v=spf1 -all""#, r#"  "v=spf1 " "-all" "#),
            ("TXT", r#""a\"b\\c""#, r#""a\034b\092c""#),
            ("CNAME", "WWW.Example.com.", "www.example.com."),
            ("MX", "10  Mail.example.com.", "10 mail.example.com."),
            ("CAA", r#"0 issue "letsencrypt.org""#, "0 issue letsencrypt.org"),
            ("SOA", "a. b. 2024010100 1 2 3 4", "A. b. 2026112101 1 2 3 4"),
        ] {
            assert!(same(r#type, one, other), "{type}: {one} and {other}");
        }
    }

    #[test]
    fn texts_that_mean_something_else_are_not() {
        for (r#type, one, other) in [
            ("A", "192.0.2.1", "192.0.2.2"),
            ("TXT", r#""A""#, r#""a""#),
            ("CNAME", "example.com.", "example.com"),
            ("SOA", "a. b. 1 1 2 3 4", "a. b. 1 1 2 3 5"),
            ("SVCB", "1 a", "2 a"),
        ] {
            assert!(!same(r#type, one, other), "{type}: {one} and {other}");
        }
    }

    #[test]
    fn strings_are_read_with_their_escapes() {
        assert_eq!(strings(r#""a" "b c""#).unwrap(), ["a", "b c"]);
        for broken in ["", "a", r#""a"#, r#""a" b"#, r#""a\"#] {
            assert_eq!(strings(broken), None, "{broken}");
        }
    }
}
