//! `data.fake_lookup`: reads an object of the cloud by kind and name.

use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns the kind of `data.fake_lookup`.
pub fn kind() -> Arc<dyn Kind> {
    let block = Block::of([
        ("kind", Attribute::optional(Type::String).default("fake_network")),
        ("name", Attribute::required(Type::String)),
        ("id", Attribute::computed(Type::String)),
        ("found", Attribute::computed(Type::Bool)),
    ]);
    SchemaKind::data("fake_lookup", block).shared()
}
