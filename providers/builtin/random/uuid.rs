//! `random_uuid`: a UUID of version 4.

use super::{Keepers, common};
use crate::{
    draw::{self, Draw, Draws},
    local::{Local, import_id_wrong},
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomUuid;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    keepers: Keepers,
    result: Option<String>,
}

impl Local for RandomUuid {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let own = [("result", Attribute::computed(Type::String))];
        let block = Block::of(common().into_iter().chain(own));
        SchemaKind::managed("random_uuid", block).local().shared()
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let uuid = draw::uuid(draw)?;
        Ok(Model { id: Some(uuid.clone()), result: Some(uuid), ..wanted })
    }

    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        let is_uuid = id.len() == 36
            && id.char_indices().all(|(position, c)| match position {
                8 | 13 | 18 | 23 => c == '-',
                _ => c.is_ascii_hexdigit(),
            });
        if !is_uuid {
            return Err(import_id_wrong(&Self::kind(), "a UUID").into());
        }
        let id = id.to_ascii_lowercase();
        Ok(Model { id: Some(id.clone()), keepers: None, result: Some(id) })
    }
}
