//! What stands for values that are not to be seen, and quotes as the language wants them.

use infra_model::value::{Marks, Value};

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
