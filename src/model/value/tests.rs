//! Laws and tables of values; one file per concern.

pub(crate) mod arbitrary;
mod equal;
mod json;
mod operate;
mod order;
mod refine;
mod unknown;
mod walk;

use super::Value;

#[test]
fn fits_into_four_words() {
    assert!(size_of::<Value>() <= 32, "{}", size_of::<Value>());
    assert!(size_of::<Option<Value>>() <= 32);
}

#[test]
fn masks_secrets_at_any_depth() {
    let value = Value::object([("password", Value::from("hunter2").sensitive())]);
    assert!(!format!("{value} {value:?}").contains("hunter2"));
}
