//! `data.fakehost_info`: what the host of a `fakehost` provider is and how many objects live on it.

use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns the kind of `data.fakehost_info`.
pub fn kind() -> Arc<dyn Kind> {
    let block = Block::of([
        ("server_id", Attribute::computed(Type::String)),
        ("containers", Attribute::computed(Type::Number)),
    ]);
    SchemaKind::data("fakehost_info", block).shared()
}
