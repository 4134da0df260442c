//! Short ways to write schemas, and the alignment of desired with recorded values.

use crate::bridge;
use infra_model::{
    kind::{Facts, Kind},
    schema::{Attribute, Block, NestedBlock, Nesting},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{model::Attributes, settle::known_or_null};
use serde_json::Value as Json;

/// An optional text.
pub(crate) fn text() -> Attribute {
    Attribute::optional(Type::String)
}

/// An optional integer.
pub(crate) fn number() -> Attribute {
    Attribute::optional(Type::Number)
}

/// An optional truth value.
pub(crate) fn flag() -> Attribute {
    Attribute::optional(Type::Bool)
}

/// A required text.
pub(crate) fn required() -> Attribute {
    Attribute::required(Type::String)
}

/// An optional set of texts.
pub(crate) fn text_set() -> Attribute {
    Attribute::optional(Type::set(Type::String))
}

/// An optional list of texts.
pub(crate) fn text_list() -> Attribute {
    Attribute::optional(Type::list(Type::String))
}

/// An optional map of texts.
pub(crate) fn text_map() -> Attribute {
    Attribute::optional(Type::map(Type::String))
}

/// A text that the provider gives.
pub(crate) fn given() -> Attribute {
    Attribute::computed(Type::String)
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

/// The `labels` blocks that most kinds have.
pub(crate) fn labels() -> NestedBlock {
    set_of(Block::of([("label", required()), ("value", required())]))
}

/// The `timeouts` block: how long each verb may take.
pub(crate) fn timeouts() -> NestedBlock {
    let verbs = ["create", "read", "update", "delete", "default"];
    NestedBlock::new(Nesting::Single, Block::of(verbs.map(|verb| (verb, text()))))
}

/// Returns the id of recorded attributes.
pub(crate) fn id(model: &Attributes) -> &str {
    model.text("id")
}

/// Returns the text of an import id, which may stand in an object as its `id`.
pub(crate) fn import_id(id: &Value) -> &str {
    id.as_text().or_else(|| id.get("id").and_then(Value::as_text)).map_or("", |text| text)
}

/// Returns a value of a kind in which only defaults are given.
pub(crate) fn empty(kind: &dyn Kind) -> Value {
    let nothing = bridge::object_from_json(&kind.schema().block, &Json::Null);
    known_or_null(&kind.planned(None, &nothing, &Facts::new()).planned)
}

/// Returns an object with some of its entries replaced.
pub(crate) fn replaced(
    value: &Value,
    mut other: impl FnMut(&Text, &Value) -> Option<Value>,
) -> Value {
    let Some(entries) = value.entries() else { return value.clone() };
    let entries = entries.iter().map(|(name, inner)| {
        let inner = other(name, inner).unwrap_or_else(|| inner.clone());
        (Text::clone(name), inner)
    });
    Value::object(entries).with_marks(value.marks())
}

/// Returns the desired value with the recorded form of every attribute that means the same, so that
/// another way of writing it plans nothing.
///
/// Marks follow the desired value: to call something secret is a change of its own.
pub(crate) fn aligned(
    prior: Option<&Value>,
    desired: &Value,
    is_same: impl Fn(&str, &Value, &Value) -> bool,
) -> Value {
    let Some(prior) = prior.filter(|value| value.entries().is_some()) else {
        return desired.clone();
    };
    replaced(desired, |name, wanted| {
        let recorded = prior.get(name)?;
        let comparable = wanted.is_wholly_known() && recorded != wanted;
        let marks = wanted.deep_marks();
        (comparable && is_same(name, recorded, wanted))
            .then(|| recorded.clone().unmark_deep().0.with_marks(marks))
    })
}
