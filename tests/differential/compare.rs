//! JSON of two programs, compared: numbers by their digits, drawn ids by their place alone.

use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Reads JSON with every number as the text `#` and its digits, so that none is too great and none
/// is rounded.
pub(crate) fn read(text: &str) -> Json {
    serde_json::from_str(&quoted(text)).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        out.push(character);
        match character {
            '"' => {
                while let Some(inner) = characters.next() {
                    out.push(inner);
                    match inner {
                        '\\' => out.extend(characters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '-' | '0'..='9' => {
                out.pop();
                out.push_str("\"#");
                out.push(character);
                let is_digit = |c: &char| c.is_ascii_digit() || "+-.eE".contains(*c);
                while let Some(digit) = characters.next_if(is_digit) {
                    out.push(digit);
                }
                out.push('"');
            }
            _ => {}
        }
    }
    out
}

/// Returns a document without the members of some names, and with every drawn id as `<id>`.
pub(crate) fn plain(json: &Json, left_out: &[&str]) -> Json {
    match json {
        Json::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !left_out.contains(&name.as_str()));
            kept.map(|(name, member)| {
                let mut member = plain(member, left_out);
                if let (true, Json::Array(modules)) = (name == "child_modules", &mut member) {
                    // Terraform leaves their order to chance.
                    modules.sort_by_key(|module| module["address"].to_string());
                }
                if let (true, Json::Array(checks)) = (name == "checks", &mut member) {
                    // What has no instance has no result.
                    checks.retain(|check| check.get("instances").is_some());
                }
                (without_ids(name), member)
            })
            .filter(|(name, member)| {
                name != "checks" || member.as_array().is_some_and(|c| !c.is_empty())
            })
            .collect()
        }
        Json::Array(items) => items.iter().map(|item| plain(item, left_out)).collect(),
        Json::String(text) => Json::from(without_ids(text)),
        Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
    }
}

/// Returns a text with every drawn id in it as `<id>`.
pub(crate) fn without_ids(text: &str) -> String {
    const LENGTH: usize = 36;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.get(..LENGTH).is_some_and(is_id) {
            out.push_str("<id>");
            rest = &rest[LENGTH..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn is_id(text: &str) -> bool {
    let bytes = text.bytes().enumerate();
    bytes.fold(true, |so_far, (place, byte)| {
        so_far
            && match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            }
    })
}

/// Adds a line to `out` for every place where two documents differ: ours, then Terraform's.
pub(crate) fn differ(ours: &Json, theirs: &Json, at: &str, out: &mut Vec<String>) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let at = format!("{at}.{name}");
                match (a.get(name), b.get(name)) {
                    (Some(mine), Some(other)) => differ(mine, other, &at, out),
                    (mine, other) => out.push(format!("{at}: {} | {}", text(mine), text(other))),
                }
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (mine, other)) in a.iter().zip(b).enumerate() {
                differ(mine, other, &format!("{at}[{index}]"), out);
            }
        }
        _ if ours != theirs => out.push(format!("{at}: {ours} | {theirs}")),
        _ => {}
    }
}

fn text(json: Option<&Json>) -> String {
    json.map_or_else(|| "absent".to_owned(), ToString::to_string)
}

/// Returns a text whose numbers have fifteen significant digits at most.
pub(crate) fn by_fifteen_digits(text: &str) -> String {
    const DIGITS: usize = 15;
    let (mut out, mut significant, mut is_fraction) = (String::new(), 0, false);
    for character in text.chars() {
        if character.is_ascii_digit() {
            significant += usize::from(significant > 0 || character != '0');
            if significant <= DIGITS || !is_fraction {
                out.push(if significant <= DIGITS { character } else { '0' });
            }
            continue;
        }
        is_fraction =
            character == '.' && (is_fraction || out.ends_with(|c: char| c.is_ascii_digit()));
        if !is_fraction {
            significant = 0;
        }
        out.push(character);
    }
    // Terraform knows a zero below zero.
    if out == "-0" { "0".to_owned() } else { out }
}

/// Returns a document whose numbers have fifteen significant digits at most.
pub(crate) fn with_fifteen_digits(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            members.iter().map(|(name, m)| (name.clone(), with_fifteen_digits(m))).collect()
        }
        Json::Array(items) => items.iter().map(with_fifteen_digits).collect(),
        Json::String(text) => Json::from(by_fifteen_digits(text)),
        Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
    }
}
