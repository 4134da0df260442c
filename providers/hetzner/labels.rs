//! The labels by which our own objects are known: who made them, and for which address.
//!
//! They stand beside the labels of the user, are sent with every change of them (the API takes whole
//! maps only) and are never shown as drift. An object that has lost them is as much ours as before, if
//! it is recorded.

use infra_model::address::Generation;
use infra_sdk::mark::Mark;
use serde_json::{Map, Value as Json};
use std::{collections::BTreeMap, fmt::Write as _};

/// Before every label of ours.
const PREFIX: &str = "infra/";
/// The label by which a lost create is found again.
pub(crate) const TOKEN: &str = "infra/token";
/// The identity of the state that made it.
const LINEAGE: &str = "infra/lineage";
/// The generation at the time of the create.
const GENERATION: &str = "infra/generation";
/// The address at the time of the create; longer ones go on in the others.
const ADDRESS: [&str; 3] = ["infra/address", "infra/address-2", "infra/address-3"];

/// The label of a server that this tool has switched off and not started again yet.
const STOPPED: &str = "infra/stopped";

/// The most characters in the value of a label.
const VALUE_MAX: usize = 63;

/// Labels, as they are sent.
pub(crate) type Labels = BTreeMap<String, String>;

/// Returns the labels of the user with those of a mark.
pub(crate) fn stamped(user: Option<&BTreeMap<String, Option<String>>>, mark: &Mark) -> Labels {
    let user = user.into_iter().flatten();
    let mut labels: Labels =
        user.map(|(name, value)| (name.clone(), value.clone().unwrap_or_default())).collect();
    let mut add = |name: &str, value: String| labels.insert(name.to_owned(), value);
    add(TOKEN, mark.token.to_string());
    if let Some(lineage) = &mark.lineage {
        add(LINEAGE, encoded(lineage));
    }
    if let Some(generation) = mark.generation {
        add(GENERATION, generation.0.to_string());
    }
    let address = encoded(&mark.address);
    let parts = parts(&address);
    if parts.len() <= ADDRESS.len() {
        for (name, part) in ADDRESS.iter().zip(parts) {
            add(name, part.to_owned());
        }
    }
    labels
}

/// Returns whether an object carries the note that this tool has switched it off.
pub(crate) fn is_stopped(object: &Json) -> bool {
    object["labels"].get(STOPPED).is_some()
}

/// Returns the labels of an object with that note, or without it.
pub(crate) fn with_note(object: &Json, is_stopped: bool) -> Json {
    let mut labels = object["labels"].as_object().cloned().unwrap_or_default();
    if is_stopped {
        labels.insert(STOPPED.to_owned(), Json::from("by-infra"));
    } else {
        labels.remove(STOPPED);
    }
    Json::Object(labels)
}

/// Adds that note to the labels of a server that is made off, and started when all is brought to it.
pub(crate) fn held(mut labels: Labels) -> Labels {
    labels.insert(STOPPED.to_owned(), "by-infra".to_owned());
    labels
}

/// Returns labels in the form of request bodies.
#[allow(
    clippy::disallowed_types,
    clippy::unnecessary_wraps,
    reason = "the models of the API have such"
)]
pub(crate) fn sent(labels: Labels) -> Option<std::collections::HashMap<String, String>> {
    Some(labels.into_iter().collect())
}

/// Returns the mark among the labels of an object.
pub(crate) fn mark(object: &Json) -> Option<Mark> {
    let label = |name: &str| object["labels"].get(name)?.as_str();
    let address: String = ADDRESS.iter().map_while(|name| label(name)).collect();
    Some(Mark {
        lineage: label(LINEAGE).map(|text| decoded(text).into()),
        token: label(TOKEN)?.into(),
        address: decoded(&address).into(),
        generation: label(GENERATION).and_then(|text| text.parse().ok()).map(Generation),
    })
}

/// Returns the labels of an object that are the user's.
pub(crate) fn of_user(object: &Json) -> Json {
    let all = object["labels"].as_object().into_iter().flatten();
    let theirs = all.filter(|(name, _)| !name.starts_with(PREFIX));
    Json::Object(theirs.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}

/// Returns whether a label is one of ours, which configurations may not set.
pub(crate) fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Returns a text in the characters that labels take; `-` leads in what is not taken.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' => out.push(char::from(byte)),
            b'-' => out.push_str("--"),
            b'[' => out.push_str("-L"),
            b']' => out.push_str("-R"),
            b'"' => out.push_str("-Q"),
            _ => {
                // Writing to a text cannot fail.
                let _ = write!(out, "-x{byte:02x}");
            }
        }
    }
    out
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'-' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'L') => bytes.push(b'['),
            Some(b'R') => bytes.push(b']'),
            Some(b'Q') => bytes.push(b'"'),
            Some(b'x') => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            Some(other) => bytes.push(other),
            None => bytes.push(b'-'),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Cuts a text into values of labels, each of which begins and ends with a letter or digit.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let fits = |end: &usize| {
            let (head, tail) = rest.split_at(*end);
            let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            is_end(head.chars().last()) && (tail.is_empty() || is_end(tail.chars().next()))
        };
        let longest = VALUE_MAX.min(rest.len());
        let Some(end) = (1..=longest).rev().find(fits) else { return vec![""; ADDRESS.len() + 1] };
        let (head, tail) = rest.split_at(end);
        parts.push(head);
        rest = tail;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_again(address: &str) -> Option<Mark> {
        let stamp = Mark {
            lineage: Some("5f1c-ours".into()),
            token: "iabc".into(),
            address: address.into(),
            generation: Some(Generation(3)),
        };
        let user = BTreeMap::from([("env".to_owned(), Some("prod".to_owned()))]);
        let labels = stamped(Some(&user), &stamp);
        for value in labels.values() {
            let is_end = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
            assert!(value.len() <= VALUE_MAX && is_end(value.chars().next()), "{value}");
            assert!(is_end(value.chars().last()), "{value}");
        }
        let object = json!({ "labels": labels });
        assert_eq!(of_user(&object), json!({"env": "prod"}));
        let read = mark(&object)?;
        assert_eq!((&read.lineage, &read.token), (&stamp.lineage, &stamp.token));
        assert_eq!(read.generation, stamp.generation);
        Some(read)
    }

    #[test]
    fn marks_are_read_again() {
        let long = format!("module.a[\"{}\"].hcloud_server.web[0]", "x-1".repeat(30));
        for address in ["hcloud_server.web", "hcloud_server.web[\"a b/ü\"]", &long] {
            assert_eq!(&*read_again(address).unwrap().address, address);
        }
        let endless = format!("hcloud_server.web[\"{}\"]", "x".repeat(300));
        assert_eq!(&*read_again(&endless).unwrap().address, "", "too long for labels");
        assert_eq!(mark(&json!({"labels": {"a": "b"}})), None);
    }
}
