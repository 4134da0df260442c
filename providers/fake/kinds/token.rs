//! `fake_token`: a local kind. There is no outside object, so a lost create leaves nothing behind.

use crate::catalogue::{Behaviour, fnv};
use infra_model::{
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::kind::SchemaKind;

/// Returns the behaviour of `fake_token`.
pub fn behaviour() -> Behaviour {
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("keepers", Attribute::optional(Type::map(Type::String)).replaces()),
        ("note", Attribute::optional(Type::String)),
        ("value", Attribute::computed(Type::String).sensitive()),
    ]);
    Behaviour {
        give: |draw| match draw.name {
            "value" => Value::string(format!("tok-{:016x}", fnv(draw.id))),
            _ => draw.by_name(),
        },
        ..Behaviour::new(SchemaKind::managed("fake_token", block).local().shared(), "tok")
    }
}
