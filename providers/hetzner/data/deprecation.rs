//! What several types of things to order say of their end.

use infra_model::{schema::Attribute, types::Type};
use serde_json::{Value as Json, json};

/// Returns the columns.
pub(super) fn columns() -> [(&'static str, Attribute); 3] {
    types().map(|(name, ty)| (name, Attribute::computed(ty)))
}

/// Returns their types.
pub(super) fn types() -> [(&'static str, Type); 3] {
    [
        ("is_deprecated", Type::Bool),
        ("deprecation_announced", Type::String),
        ("unavailable_after", Type::String),
    ]
}

/// Adds what an object says to a row.
pub(super) fn with(mut row: Json, object: &Json) -> Json {
    let deprecation = &object["deprecation"];
    row["is_deprecated"] = json!(deprecation.is_object());
    row["deprecation_announced"] = deprecation["announced"].clone();
    row["unavailable_after"] = deprecation["unavailable_after"].clone();
    row
}
