//! `fakehost_container`: lives on the server that the provider's configuration names.

use crate::catalogue::{Behaviour, FAKEHOST};
use infra_model::{
    schema::{Attribute, Block, Changes, NestedBlock, Nesting},
    types::Type,
};
use infra_sdk::kind::SchemaKind;

/// Returns the behaviour of `fakehost_container`.
pub fn behaviour() -> Behaviour {
    let port = Block::of([
        ("internal", Attribute::required(Type::Number)),
        ("external", Attribute::optional_computed(Type::Number)),
    ]);
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String).replaces()),
        ("image", Attribute::required(Type::String).replaces()),
        ("env", Attribute::optional(Type::set(Type::String)).replaces()),
        ("memory", Attribute::optional(Type::Number)),
        ("started", Attribute::computed(Type::Bool).changes(Changes::Volatile)),
    ]);
    let block = block.with([("port", NestedBlock::new(Nesting::List, port).replaces())]);
    Behaviour {
        provider: FAKEHOST,
        ..Behaviour::new(SchemaKind::managed("fakehost_container", block).shared(), "con")
    }
}
