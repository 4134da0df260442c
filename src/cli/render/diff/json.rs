//! Strings that hold JSON are shown and compared as what they hold.

use infra_model::value::{Value, json};

/// The shortest text that is worth taking apart.
const LENGTH_MIN: usize = 8;

/// Returns what a string holds, if it holds a JSON object or array.
pub(super) fn parsed(value: &Value) -> Option<Value> {
    let text = value.as_text()?;
    let begins = text.trim_start();
    if text.len() < LENGTH_MIN || !(begins.starts_with('{') || begins.starts_with('[')) {
        return None;
    }
    let parsed = json::from_json_text(text).ok()?;
    parsed.len().is_some_and(|n| n > 0).then_some(parsed)
}
