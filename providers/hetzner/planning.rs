//! What the plans of several types have in common beyond their schemas.

use infra_model::{path::Path, text::Text, value::Value};

/// Returns desired values with defaults in place of the parts of an object attribute that are not
/// given; an attribute that is not given at all stays so.
pub(crate) fn with_defaults(desired: &Value, name: &str, defaults: &[(&str, Value)]) -> Value {
    let Some(value) = desired.get(name) else { return desired.clone() };
    let filled = match value.items() {
        Some(items) => {
            let Some(element) = value.element_type() else { return desired.clone() };
            let items = items.iter().map(|item| filled(item, defaults)).collect();
            Value::list(element.clone(), items).with_marks(value.marks())
        }
        None => filled(value, defaults),
    };
    desired.with_path(&Path::attribute(name), filled).unwrap_or_else(|| desired.clone())
}

/// Returns desired values with the recorded text of an attribute where both mean the same.
pub(crate) fn with_same_text(
    prior: Option<&Value>,
    desired: &Value,
    name: &str,
    is_same: impl Fn(&str, &str) -> bool,
) -> Value {
    let text = |value: &Value| value.get(name).and_then(Value::as_text).cloned();
    let (Some(before), Some(wanted)) = (prior.and_then(text), text(desired)) else {
        return desired.clone();
    };
    if before == wanted || !is_same(&before, &wanted) {
        return desired.clone();
    }
    with(desired, name, Value::string(before))
}

/// Returns desired values with another value of an attribute, which keeps its marks.
pub(crate) fn with(desired: &Value, name: &str, value: impl Into<Value>) -> Value {
    let marks = desired.get(name).map(Value::marks).unwrap_or_default();
    let value = value.into().with_marks(marks);
    desired.with_path(&Path::attribute(name), value).unwrap_or_else(|| desired.clone())
}

/// Returns whether nothing is given for an attribute: neither a value nor one to come.
pub(crate) fn is_left_out(desired: &Value, name: &str) -> bool {
    desired.get(name).is_none_or(|value| value.is_null() || value.is_empty())
}

fn filled(object: &Value, defaults: &[(&str, Value)]) -> Value {
    let Some(entries) = object.entries() else { return object.clone() };
    let default = |name: &Text| defaults.iter().find(|(given, _)| **given == **name);
    let entries = entries.iter().map(|(name, value)| match default(name) {
        Some((_, default)) if value.is_null() => {
            (name.clone(), default.clone().with_marks(value.marks()))
        }
        _ => (name.clone(), value.clone()),
    });
    Value::object(entries).with_marks(object.marks())
}
