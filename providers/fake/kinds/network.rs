//! `fake_network`: the plainest kind. Found by token, one attribute that replaces, labels in place.

use crate::catalogue::Behaviour;
use infra_model::{
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::kind::SchemaKind;

/// Returns the behaviour of `fake_network`.
pub fn behaviour() -> Behaviour {
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String)),
        ("cidr", Attribute::optional(Type::String).default("10.0.0.0/16").replaces()),
        ("labels", Attribute::optional(Type::map(Type::String))),
    ]);
    Behaviour::new(SchemaKind::managed("fake_network", block).shared(), "net")
}
