//! Values as a person would write them in the configuration; secrets masked.

use infra_model::{
    text::Text,
    value::{Data, Marks, Value},
};

/// What stands for a secret.
pub const SENSITIVE: &str = "(sensitive value)";
/// What stands for the value of a write-only attribute.
pub const WRITE_ONLY: &str = "(write-only attribute)";
/// What stands for a value that is never stored.
pub const EPHEMERAL: &str = "(ephemeral value)";
/// What stands for a value that the provider will decide.
pub const UNKNOWN: &str = "(known after apply)";

/// Spaces per level.
pub const INDENT: usize = 4;

/// Whether secrets are masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// They are.
    Masked,
    /// They are not: a person asked for this very value.
    Clear,
}

/// Returns a value as it would be written, its further lines indented by `indent`.
pub fn literal(value: &Value, indent: usize, secrets: Secrets) -> String {
    if let Some(mask) = mask(value, secrets) {
        return mask.to_owned();
    }
    match value.data() {
        Data::Null(_) => "null".to_owned(),
        Data::Unknown(_) => UNKNOWN.to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Number(number) => number.to_string(),
        Data::String(text) => string(text, indent),
        Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
            sequence(value.items().unwrap_or_default(), indent, secrets)
        }
        Data::Map(_) | Data::Object(_) => {
            mapping(value.entries().unwrap_or_default(), indent, secrets)
        }
    }
}

/// Returns what stands for a value that must not be shown.
pub fn mask(value: &Value, secrets: Secrets) -> Option<&'static str> {
    if secrets == Secrets::Clear {
        return None;
    }
    if value.marks().contains(Marks::SENSITIVE) {
        return Some(SENSITIVE);
    }
    value.marks().contains(Marks::EPHEMERAL).then_some(EPHEMERAL)
}

fn string(text: &str, indent: usize) -> String {
    if !is_multi_line(text) {
        return quoted(text);
    }
    let pad = " ".repeat(indent + INDENT);
    let mut out = String::from("<<-EOT\n");
    for line in text.trim_end_matches('\n').split('\n') {
        out.push_str(&format!("{pad}{line}\n"));
    }
    out.push_str(&" ".repeat(indent));
    out.push_str("EOT");
    out
}

/// Returns whether a text is better shown over several lines.
pub fn is_multi_line(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n') && !text.contains('\r')
}

/// Returns a text in quotes, escaped as the language wants it.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => out.extend([c, c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns a key of an object or map: bare where that is allowed.
pub fn key(name: &str) -> String {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    if begins && chars.all(|c| c == '_' || c == '-' || c.is_alphanumeric()) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn sequence(items: &[Value], indent: usize, secrets: Secrets) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    let pad = " ".repeat(indent + INDENT);
    let mut out = String::from("[\n");
    for item in items {
        out.push_str(&format!("{pad}{},\n", literal(item, indent + INDENT, secrets)));
    }
    out.push_str(&" ".repeat(indent));
    out.push(']');
    out
}

fn mapping(entries: &[(Text, Value)], indent: usize, secrets: Secrets) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    let pad = " ".repeat(indent + INDENT);
    let width = entries.iter().map(|(name, _)| key(name).chars().count()).max().unwrap_or(0);
    let mut out = String::from("{\n");
    for (name, value) in entries {
        let name = key(name);
        let value = literal(value, indent + INDENT, secrets);
        out.push_str(&format!("{pad}{name:width$} = {value}\n"));
    }
    out.push_str(&" ".repeat(indent));
    out.push('}');
    out
}
