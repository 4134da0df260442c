//! Labels: what their keys and values may be.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The labels of an object.
pub(crate) type Labels = BTreeMap<String, String>;

/// Keys below this prefix belong to the API's owner.
const RESERVED: &str = "hetzner.cloud/";

const NAME_MAX: usize = 63;
const PREFIX_MAX: usize = 253;

/// Reads labels; the error says what is wrong in which key.
pub(crate) fn read(object: &Map<String, Value>) -> Result<Labels, String> {
    let mut labels = Labels::new();
    for (key, value) in object {
        let Some(value) = value.as_str() else {
            return Err(format!("label value of '{key}' must be a string"));
        };
        if !is_key(key) {
            return Err(format!("label key '{key}' is not correctly formatted"));
        }
        if key.starts_with(RESERVED) {
            return Err(format!("label key '{key}' has the reserved prefix '{RESERVED}'"));
        }
        if !value.is_empty() && !is_name(value) {
            return Err(format!("label value '{value}' is not correctly formatted"));
        }
        labels.insert(key.clone(), value.to_owned());
    }
    Ok(labels)
}

/// Returns whether a text can be a key: a name, behind an optional DNS prefix.
pub(crate) fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_prefix(prefix) && is_name(name),
        None => is_name(text),
    }
}

/// Returns whether a text can be a name or a value that is not empty.
pub(crate) fn is_name(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inside = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    text.len() <= NAME_MAX
        && ends(text.chars().next())
        && ends(text.chars().next_back())
        && text.chars().all(inside)
}

fn is_prefix(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.len() <= NAME_MAX
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= PREFIX_MAX && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::json;

    #[test]
    fn labels_follow_their_syntax() {
        let long = "a".repeat(64);
        let cases = [
            (json!({ "env": "prod", "a.b-c_d": "", "example.com/role": "web" }), true),
            (json!({ "-env": "prod" }), false),
            (json!({ "env": "prod-" }), false),
            (json!({ "env": "a b" }), false),
            (json!({ "/env": "x" }), false),
            (json!({ "a/b/c": "x" }), false),
            (json!({ "env": 1 }), false),
            (json!({ "hetzner.cloud/x": "y" }), false),
            (json!({ long.clone(): "y" }), false),
            (json!({ "y": long }), false),
        ];
        for (labels, is_good) in cases {
            assert_eq!(read(labels.as_object().unwrap()).is_ok(), is_good, "{labels}");
        }
    }
}
