//! Short ways to write schemas, for what most types have.

use infra_model::{
    schema::{Attribute, Block, NestedBlock, Nesting},
    types::Type,
};
use serde::{Deserialize, Serialize};

/// The verbs whose time can be limited, and the limit of those that are not named.
const VERBS: [&str; 5] = ["create", "read", "update", "delete", "default"];

/// An optional text.
pub fn text() -> Attribute {
    Attribute::optional(Type::String)
}

/// A required text.
pub fn required() -> Attribute {
    Attribute::required(Type::String)
}

/// A text that the provider gives.
pub fn given() -> Attribute {
    Attribute::computed(Type::String)
}

/// A text that the provider gives where the configuration does not.
pub fn text_or_given() -> Attribute {
    Attribute::optional_computed(Type::String)
}

/// An optional number.
pub fn number() -> Attribute {
    Attribute::optional(Type::Number)
}

/// An optional truth value.
pub fn flag() -> Attribute {
    Attribute::optional(Type::Bool)
}

/// An optional list of texts.
pub fn text_list() -> Attribute {
    Attribute::optional(Type::list(Type::String))
}

/// An optional set of texts.
pub fn text_set() -> Attribute {
    Attribute::optional(Type::set(Type::String))
}

/// An optional map of texts.
pub fn text_map() -> Attribute {
    Attribute::optional(Type::map(Type::String))
}

/// Any number of blocks without order.
pub fn set_of(block: Block) -> NestedBlock {
    NestedBlock::new(Nesting::Set, block)
}

/// Any number of blocks in order.
pub fn list_of(block: Block) -> NestedBlock {
    NestedBlock::new(Nesting::List, block)
}

/// At most one block, as a list.
pub fn one_of(block: Block) -> NestedBlock {
    list_of(block).between(0, Some(1))
}

/// The `timeouts` block: how long each verb may take.
pub fn timeouts() -> NestedBlock {
    NestedBlock::new(Nesting::Single, Block::of(VERBS.map(|verb| (verb, text()))))
}

/// What a `timeouts` block says; the contract keeps the limits, types only record them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timeouts {
    create: Option<String>,
    read: Option<String>,
    update: Option<String>,
    delete: Option<String>,
    default: Option<String>,
}
