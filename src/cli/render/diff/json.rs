//! Strings that hold JSON are shown and compared as what they hold.

use infra_model::value::{Value, json};

/// Returns what a string holds, if it holds a JSON object or array and nothing else.
pub(super) fn parsed(value: &Value) -> Option<Value> {
    let text = value.as_text()?;
    if !(text.starts_with('{') || text.starts_with('[')) {
        return None;
    }
    json::from_json_text(text).ok()
}
