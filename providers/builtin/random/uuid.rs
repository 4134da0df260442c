//! `random_uuid` and `random_uuid4`: a UUID of version 4 under two names.

use super::{Keepers, common};
use crate::{
    draw::{self, Draw, Draws},
    hooked::Hooked,
    keepers::with_keepers,
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

/// The type that has been there for long.
pub(crate) struct RandomUuid;

/// The type that says which version it is.
pub(crate) struct RandomUuid4;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    pub(super) keepers: Keepers,
    result: Option<String>,
}

impl Local for RandomUuid {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        kind("random_uuid")
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        drawn(wanted, draw)
    }

    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        imported(&Self::kind(), id)
    }
}

impl Local for RandomUuid4 {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        kind("random_uuid4")
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        drawn(wanted, draw)
    }

    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        imported(&Self::kind(), id)
    }
}

/// Returns the pure half of a type of UUIDs.
pub(super) fn kind(name: &str) -> Arc<dyn Kind> {
    let own = [("result", Attribute::computed(Type::String))];
    let block = Block::of(common().into_iter().chain(own));
    Hooked::new(SchemaKind::managed(name, block).local()).planned(with_keepers).shared()
}

/// Returns the attributes of a UUID that was drawn.
pub(super) fn of(uuid: String, keepers: Keepers) -> Model {
    Model { id: Some(uuid.clone()), keepers, result: Some(uuid) }
}

/// Returns the attributes that go with an import id, which may be written in any usual form.
pub(super) fn imported(kind: &Arc<dyn Kind>, id: &str) -> Result<Model, Failure> {
    let bare = id.strip_prefix("urn:uuid:").unwrap_or(id);
    let bare = bare.strip_prefix('{').and_then(|b| b.strip_suffix('}')).unwrap_or(bare);
    let is_dashed =
        bare.len() == 36 && [8, 13, 18, 23].iter().all(|at| bare.as_bytes()[*at] == b'-');
    let digits = if is_dashed { bare.replace('-', "") } else { bare.to_owned() };
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(import_id_wrong(kind, "a UUID").into());
    }
    Ok(of(draw::dashed(&digits.to_ascii_lowercase()), None))
}

fn drawn(wanted: Model, draw: &mut Draw) -> Result<Model, Failure> {
    Ok(of(draw::uuid(draw)?, wanted.keepers))
}
