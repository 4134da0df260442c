//! `ephemeral.fake_lease`: a token that is another one each time it is opened, and that ends unless
//! it is renewed.

use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns the kind of `ephemeral.fake_lease`.
pub fn kind() -> Arc<dyn Kind> {
    let block = Block::of([
        ("name", Attribute::required(Type::String)),
        // How long it holds, in milliseconds; for ever if it is not given.
        ("ttl_ms", Attribute::optional(Type::Number)),
        ("token", Attribute::computed(Type::String)),
    ]);
    SchemaKind::ephemeral("fake_lease", block).shared()
}
