//! Distinguished names: from the `subject` of a configuration to DER, and from DER to text.

use crate::{
    digest::hex,
    tls::der::{Reader, dotted, element, oid, sequence, tag},
};
use serde::{Deserialize, Serialize};

/// A `subject` block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Subject {
    common_name: Option<String>,
    organization: Option<String>,
    organizational_unit: Option<String>,
    street_address: Option<Vec<Option<String>>>,
    locality: Option<String>,
    province: Option<String>,
    country: Option<String>,
    postal_code: Option<String>,
    serial_number: Option<String>,
    email_address: Option<String>,
}

/// The standard attributes in the order in which they are written, with their short names.
const STANDARD: [(&str, &str); 9] = [
    ("2.5.4.6", "C"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.17", "POSTALCODE"),
    ("2.5.4.3", "CN"),
    ("2.5.4.5", "SERIALNUMBER"),
];
const EMAIL: &str = "1.2.840.113549.1.9.1";

impl Subject {
    /// Returns the name in DER.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
        let streets = self.street_address.iter().flatten().flatten().cloned().collect();
        let values: [Vec<String>; 9] = [
            one(&self.country),
            one(&self.organization),
            one(&self.organizational_unit),
            one(&self.locality),
            one(&self.province),
            streets,
            one(&self.postal_code),
            one(&self.common_name),
            one(&self.serial_number),
        ];
        let mut parts = Vec::new();
        for ((kind, _), values) in STANDARD.iter().zip(values) {
            let mut inside: Vec<Vec<u8>> = values
                .iter()
                .filter(|value| !value.is_empty())
                .map(|value| sequence(&[oid(kind), text(value)]))
                .collect();
            // The elements of a set are sorted.
            inside.sort();
            if !inside.is_empty() {
                parts.extend(element(tag::SET, &inside.concat()));
            }
        }
        if let Some(email) = self.email_address.as_ref().filter(|email| !email.is_empty()) {
            let email = element(tag::IA5_STRING, email.as_bytes());
            parts.extend(element(tag::SET, &sequence(&[oid(EMAIL), email])));
        }
        element(tag::SEQUENCE, &parts)
    }
}

/// A text in the smallest kind of string that can hold it.
fn text(value: &str) -> Vec<u8> {
    let is_printable = |c: char| c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c);
    let kind =
        if value.chars().all(is_printable) { tag::PRINTABLE_STRING } else { tag::UTF8_STRING };
    element(kind, value.as_bytes())
}

/// Returns a name as text, the most special part first; `None` if it is none.
pub(crate) fn to_text(der: &[u8]) -> Option<String> {
    let mut standard: Vec<Vec<String>> = vec![Vec::new(); STANDARD.len()];
    let mut others = Vec::new();
    let mut rest = Reader::new(der).inside(tag::SEQUENCE)?;
    while let Some(mut set) = rest.inside(tag::SET) {
        while let Some(mut pair) = set.inside(tag::SEQUENCE) {
            let kind = dotted(pair.take(tag::OID)?.content);
            let value = pair.next()?;
            let decoded = decode(value.tag, value.content);
            match (STANDARD.iter().position(|(oid, _)| *oid == kind), decoded) {
                // Of these two, the last one counts.
                (Some(place @ (7 | 8)), Some(value)) => standard[place] = vec![value],
                (Some(place), Some(value)) => standard[place].push(value),
                (None, Some(value)) => others.push(format!("{kind}=#{}", hex(&text(&value)))),
                (_, None) => others.push(format!("{kind}=#{}", hex(value.whole))),
            }
        }
    }
    let named = STANDARD.iter().zip(&standard).filter(|(_, values)| !values.is_empty());
    let named = named.map(|((_, name), values)| {
        let one = |value: &String| format!("{name}={}", escape(value));
        values.iter().map(one).collect::<Vec<_>>().join("+")
    });
    let all: Vec<String> = others.into_iter().chain(named).collect();
    Some(all.iter().rev().map(String::as_str).collect::<Vec<_>>().join(","))
}

fn decode(kind: u8, content: &[u8]) -> Option<String> {
    match kind {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING => {
            String::from_utf8(content.to_vec()).ok()
        }
        tag::TELETEX_STRING => Some(content.iter().copied().map(char::from).collect()),
        tag::BMP_STRING => {
            let pair = |pair: &[u8]| u16::from_be_bytes([pair[0], pair[1]]);
            let units: Vec<u16> = content.chunks_exact(2).map(pair).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

fn escape(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut out = String::new();
    for (place, c) in value.chars().enumerate() {
        let is_escaped = match c {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => true,
            ' ' => place == 0 || place == last,
            '#' => place == 0,
            _ => false,
        };
        if is_escaped {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject {
            common_name: Some("a, b".into()),
            organization: Some("Ä".into()),
            organizational_unit: None,
            street_address: Some(vec![Some("two".into()), Some("one".into())]),
            locality: Some(String::new()),
            province: None,
            country: Some("DE".into()),
            postal_code: None,
            serial_number: Some("#1".into()),
            email_address: Some("a@b".into()),
        }
    }

    #[test]
    fn names_are_told_with_the_most_special_part_first() {
        let text = to_text(&subject().to_der()).unwrap();
        let email = "1.2.840.113549.1.9.1=#0c03614062";
        let rest = format!("SERIALNUMBER=\\#1,CN=a\\, b,STREET=one+STREET=two,O=Ä,C=DE,{email}");
        assert_eq!(text, rest);
    }

    #[test]
    fn an_empty_name_is_an_empty_text() {
        assert_eq!(to_text(&element(tag::SEQUENCE, &[])).unwrap(), "");
        assert_eq!(to_text(&[1, 2, 3]), None);
    }
}
