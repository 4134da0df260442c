//! Short ways to write schemas.

use infra_model::{
    schema::{Attribute, Block, NestedBlock, Nesting},
    text::Text,
    types::{ObjectType, Type},
    value::Value,
};
use serde::{Deserialize, Serialize};

/// An optional text.
pub(crate) fn text() -> Attribute {
    Attribute::optional(Type::String)
}

/// A required text.
pub(crate) fn required() -> Attribute {
    Attribute::required(Type::String)
}

/// A text that Hetzner gives.
pub(crate) fn given() -> Attribute {
    Attribute::computed(Type::String)
}

/// A text that Hetzner gives where the configuration does not.
pub(crate) fn text_or_given() -> Attribute {
    Attribute::optional_computed(Type::String)
}

/// A number that Hetzner gives.
pub(crate) fn given_number() -> Attribute {
    Attribute::computed(Type::Number)
}

/// An optional number.
pub(crate) fn number() -> Attribute {
    Attribute::optional(Type::Number)
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

/// Any number of blocks without order.
pub(crate) fn set_of(block: Block) -> NestedBlock {
    NestedBlock::new(Nesting::Set, block)
}

/// Any number of blocks in order.
pub(crate) fn list_of(block: Block) -> NestedBlock {
    NestedBlock::new(Nesting::List, block)
}

/// At most one block, as a list.
pub(crate) fn one_of(block: Block) -> NestedBlock {
    list_of(block).between(0, Some(1))
}

/// The `timeouts` block: how long each verb may take.
pub(crate) fn timeouts() -> NestedBlock {
    let verbs = ["create", "read", "update", "delete", "default"];
    NestedBlock::new(Nesting::Single, Block::of(verbs.map(|verb| (verb, text()))))
}

/// What a `timeouts` block says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Timeouts {
    create: Option<String>,
    read: Option<String>,
    update: Option<String>,
    delete: Option<String>,
    default: Option<String>,
}

/// Returns the text of an import id, which may stand in an object as its `id`.
pub(crate) fn import_id(id: &Value) -> String {
    let inner = id.get("id").unwrap_or(id);
    match inner.as_number() {
        Some(number) => number.to_string(),
        None => inner.as_text().map_or_else(String::new, ToString::to_string),
    }
}
