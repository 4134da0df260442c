//! Short ways to write schemas, beside those of the sdk.

pub(crate) use infra_sdk::schemas::{
    Timeouts, given, number, one_of, required, set_of, text, text_or_given, timeouts,
};

use infra_model::{
    schema::Attribute,
    text::Text,
    types::{ObjectType, Type},
    value::Value,
};

/// A number that Hetzner gives.
pub(crate) fn given_number() -> Attribute {
    Attribute::computed(Type::Number)
}

/// A required number: the id of something else, often.
pub(crate) fn required_number() -> Attribute {
    Attribute::required(Type::Number)
}

/// A number that Hetzner gives where the configuration does not.
pub(crate) fn number_or_given() -> Attribute {
    Attribute::optional_computed(Type::Number)
}

/// A truth value that is false where the configuration says nothing.
pub(crate) fn off() -> Attribute {
    Attribute::optional(Type::Bool).default(false)
}

/// A truth value that is true where the configuration says nothing.
pub(crate) fn on() -> Attribute {
    Attribute::optional(Type::Bool).default(true)
}

/// The labels of types that leave them null.
pub(crate) fn labels() -> Attribute {
    Attribute::optional(Type::map(Type::String))
}

/// The labels of types that make an empty map of none.
pub(crate) fn labels_or_none() -> Attribute {
    let none = Value::map(Type::String, [] as [(Text, Value); 0]);
    Attribute::optional_computed(Type::map(Type::String)).default(none)
}

/// The type of an object of which some attributes may be left out.
pub(crate) fn object(
    attributes: impl IntoIterator<Item = (&'static str, Type)>,
    optional: &[&'static str],
) -> Type {
    let attributes = attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect();
    let optional = optional.iter().map(|name| (*name).into()).collect();
    Type::Object(std::sync::Arc::new(ObjectType { attributes, optional }))
}

/// Returns the text of an import id, which may stand in an object as its `id`.
pub(crate) fn import_id(id: &Value) -> String {
    let inner = id.get("id").unwrap_or(id);
    match inner.as_number() {
        Some(number) => number.to_string(),
        None => inner.as_text().map_or_else(String::new, ToString::to_string),
    }
}
