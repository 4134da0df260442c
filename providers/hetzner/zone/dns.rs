//! What names, times and values of records may be.

use super::meaning;
use crate::rules::{self, text, wrong};
use infra_model::{diagnostic::Diagnostics, value::Value};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The bounds of a time to live.
pub(super) const TTL_MIN: i64 = 60;
/// See [`TTL_MIN`].
pub(super) const TTL_MAX: i64 = 2_147_483_647;

/// The types of record sets.
const TYPES: [&str; 16] = [
    "A", "AAAA", "CAA", "CNAME", "DS", "HINFO", "HTTPS", "MX", "NS", "PTR", "RP", "SOA", "SRV",
    "SVCB", "TLSA", "TXT",
];

/// The most bytes of one string of a text record, and of a name.
const BYTES_MAX: usize = 255;

/// Judges the name of a zone.
pub(super) fn zone_name(desired: &Value) -> Diagnostics {
    let Some(name) = text(desired, "name") else { return Diagnostics::new() };
    let problem = if name.ends_with('.') {
        "ends with a dot"
    } else if !name.contains('.') {
        "has no dot"
    } else if let Some(problem) = odd(name) {
        problem
    } else {
        return Diagnostics::new();
    };
    let lower = name.trim_end_matches('.').to_lowercase();
    let help = if lower.is_ascii() {
        format!("write it as a domain in lower case, without a dot at the end, such as `{lower}`")
    } else {
        "write it in Punycode; `provider::hcloud::idna` does that".to_owned()
    };
    vec![wrong("name", format!("`{name}` {problem}, so it is no name of a zone"), help)]
}

/// Judges where a record set is, and of which type.
pub(super) fn place(desired: &Value) -> Diagnostics {
    let mut found = rules::one_of(desired, "type", &TYPES);
    let Some(name) = text(desired, "name") else { return found };
    let zone = text(desired, "zone").filter(|zone| zone.contains('.'));
    let inner = zone.and_then(|zone| name.strip_suffix(&**zone));
    let inner = inner.filter(|inner| inner.is_empty() || inner.ends_with('.'));
    if let Some(inner) = inner {
        let short = match inner.trim_end_matches('.') {
            "" => "@",
            short => short,
        };
        let summary = format!("`{name}` ends with the name of the zone, which is added to it");
        found.push(wrong("name", summary, format!("write `{short}`")));
    } else if name.ends_with('.') {
        let help = "write it without the zone and the dot, or `@` for the zone itself";
        found.push(wrong("name", format!("`{name}` ends with a dot"), help));
    } else if &**name != "@"
        && let Some(problem) = odd(name)
    {
        let help = "use lower case, and Punycode for other letters; `@` is the zone itself";
        found.push(wrong("name", format!("`{name}` {problem}"), help));
    }
    found
}

/// Judges the value of a record, which stands in an attribute `value`.
pub(super) fn value(r#type: &str, record: &Value) -> Diagnostics {
    let Some(value) = text(record, "value") else { return Diagnostics::new() };
    let wrong = |what: &str, help: &str| {
        vec![wrong("value", format!("`{value}` is {what}"), help.to_owned())]
    };
    match r#type {
        "A" if value.parse::<Ipv4Addr>().is_err() => {
            wrong("no IPv4 address", "write one such as `192.0.2.1`; IPv6 has the type `AAAA`")
        }
        "AAAA" if value.parse::<Ipv6Addr>().is_err() => {
            wrong("no IPv6 address", "write one such as `2001:db8::1`; IPv4 has the type `A`")
        }
        "MX" if !is_numbers_and_name(value, 1) => {
            wrong("no mail server", "write a priority and a name, such as `10 mail.example.com.`")
        }
        "SRV" if !is_numbers_and_name(value, 3) => wrong(
            "no service",
            "write priority, weight, port and a name, such as `10 5 5060 sip.example.com.`",
        ),
        "CNAME" | "NS" | "PTR" if value.split_whitespace().count() != 1 => {
            wrong("no name", "write one name, such as `www.example.com.`")
        }
        "TXT" => text_record(value),
        _ => Diagnostics::new(),
    }
}

/// Long texts are not repeated in what is said of them.
fn text_record(value: &str) -> Diagnostics {
    match meaning::strings(value) {
        None => {
            let summary = "a text record is not in quotation marks".to_owned();
            let help = "write `\"\\\"v=spf1 -all\\\"\"`, or use `provider::hcloud::txt_record`";
            vec![wrong("value", summary, help)]
        }
        Some(strings) if strings.iter().any(|string| string.len() > BYTES_MAX) => {
            let summary = format!("a string of a text record is longer than {BYTES_MAX} bytes");
            let help = "cut it into several, or use `provider::hcloud::txt_record`";
            vec![wrong("value", summary, help)]
        }
        Some(_) => Diagnostics::new(),
    }
}

fn is_numbers_and_name(value: &str, numbers: usize) -> bool {
    let fields: Vec<&str> = value.split_whitespace().collect();
    fields.len() == numbers + 1 && fields[..numbers].iter().all(|f| f.parse::<u16>().is_ok())
}

/// What is wrong with a name, if something is.
fn odd(name: &str) -> Option<&'static str> {
    if !name.is_ascii() {
        return Some("has letters that are not ASCII");
    }
    if name.chars().any(|c| c.is_ascii_uppercase()) {
        return Some("has upper case letters");
    }
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*');
    let is_part = |part: &str| (1..=63).contains(&part.len()) && part.chars().all(is_inner);
    if name.len() > BYTES_MAX || !name.split('.').all(is_part) {
        return Some("is no name of DNS");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_zones_are_lower_case_and_without_a_dot_at_the_end() {
        let of = |name: &str| zone_name(&Value::object([("name", Value::from(name))])).len();
        assert_eq!((of("example.com"), of("xn--4bi.example")), (0, 0));
        for bad in ["Example.com", "example.com.", "example", "✉.example", "a..b", ""] {
            assert_eq!(of(bad), 1, "{bad}");
        }
    }

    #[test]
    fn names_of_record_sets_are_without_the_zone() {
        let of = |name: &str| {
            let values = [("zone", "example.com"), ("name", name), ("type", "A")];
            place(&Value::object(values.map(|(n, v)| (n, Value::from(v))))).len()
        };
        for good in ["@", "www", "*", "*.dev", "_dmarc", "a.b"] {
            assert_eq!(of(good), 0, "{good}");
        }
        for bad in ["WWW", "www.", "www.example.com", "example.com", "www.example.com.", "a b"] {
            assert_eq!(of(bad), 1, "{bad}");
        }
    }

    #[test]
    fn values_fit_their_types() {
        let of = |r#type: &str, text: &str| {
            value(r#type, &Value::object([("value", Value::from(text))])).len()
        };
        for (r#type, good) in [
            ("A", "192.0.2.1"),
            ("AAAA", "2001:db8::1"),
            ("MX", "10 mail.example.com."),
            ("SRV", "1 2 5060 sip"),
            ("CNAME", "www"),
            ("TXT", r#""a" "b""#),
        ] {
            assert_eq!(of(r#type, good), 0, "{type} {good}");
        }
        let long = format!("\"{}\"", "x".repeat(256));
        for (r#type, bad) in [
            ("A", "2001:db8::1"),
            ("AAAA", "192.0.2.1"),
            ("MX", "mail.example.com."),
            ("SRV", "1 2 sip"),
            ("CNAME", "a b"),
            ("TXT", "v=spf1 -all"),
            ("TXT", &*long),
        ] {
            assert_eq!(of(r#type, bad), 1, "{type} {bad}");
        }
    }
}
