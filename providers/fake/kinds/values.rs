//! `fake_values`: one attribute of every type, a write-only one, a deprecated one, and map blocks.

use crate::catalogue::Behaviour;
use infra_model::{
    schema::{Attribute, Block, NestedBlock, Nesting},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::kind::SchemaKind;

/// Returns the behaviour of `fake_values`.
pub fn behaviour() -> Behaviour {
    let object = Type::object([("a", Type::String), ("b", Type::Number)]);
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("bool", Attribute::optional(Type::Bool)),
        ("number", Attribute::optional(Type::Number)),
        ("string", Attribute::optional(Type::String)),
        ("list", Attribute::optional(Type::list(Type::String))),
        ("set", Attribute::optional(Type::set(Type::Number))),
        ("map", Attribute::optional(Type::map(Type::Bool))),
        ("object", Attribute::optional(object.clone())),
        ("objects", Attribute::optional(Type::list(object))),
        ("any", Attribute::optional(Type::Dynamic)),
        ("secret", Attribute::optional(Type::String).sensitive()),
        ("once", Attribute { write_only: true, ..Attribute::optional(Type::String) }),
        ("once_version", Attribute::optional(Type::Number)),
        ("old", Attribute { deprecated: Some(Text::from("use `string`")), ..old() }),
        ("given", Attribute::optional_computed(Type::String).replaces()),
        ("once_length", Attribute::computed(Type::Number)),
    ]);
    let entry = Block::of([
        ("value", Attribute::required(Type::String)),
        ("fixed", Attribute::optional(Type::String).replaces()),
        ("handle", Attribute::computed(Type::String)),
    ]);
    let group = Block::of([("text", Attribute::optional(Type::String))]);
    let block = block.with([
        ("entry", NestedBlock::new(Nesting::Map, entry)),
        ("group", NestedBlock::new(Nesting::Group, group)),
    ]);
    Behaviour {
        give: |draw| match draw.name {
            // Shows that the write-only value has arrived, without showing the value.
            "once_length" => {
                let once = draw.value.get("once").and_then(Value::as_text);
                Value::number(once.map_or(0, |once| once.chars().count()))
            }
            _ => draw.by_name(),
        },
        ..Behaviour::new(SchemaKind::managed("fake_values", block).shared(), "val")
    }
}

fn old() -> Attribute {
    Attribute::optional(Type::String)
}
