//! `ephemeral.fake_secret`: a value that must never be stored.

use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns the kind of `ephemeral.fake_secret`.
pub fn kind() -> Arc<dyn Kind> {
    let block = Block::of([
        ("name", Attribute::required(Type::String)),
        ("value", Attribute::computed(Type::String).sensitive()),
    ]);
    SchemaKind::ephemeral("fake_secret", block).shared()
}
