//! `null_resource`: does nothing, and is replaced when its triggers change.

use crate::{
    draw::{Draw, Draws},
    local::Local,
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct NullResource;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    triggers: Option<BTreeMap<String, Option<String>>>,
}

impl Local for NullResource {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("triggers", Attribute::optional(Type::map(Type::String)).replaces()),
        ]);
        SchemaKind::managed("null_resource", block).local().shared()
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let id = draw.below(i64::MAX.unsigned_abs())?;
        Ok(Model { id: Some(id.to_string()), ..wanted })
    }
}
