//! `random_bytes`: random bytes that are a secret, such as a key.

use super::{Keepers, LENGTH_MAX, common};
use crate::{
    digest::hex,
    draw::{Draw, Draws},
    hooked::Hooked,
    keepers::with_keepers,
    local::{Local, import_id_wrong},
    rules,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomBytes;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    keepers: Keepers,
    length: u64,
    base64: Option<String>,
    hex: Option<String>,
}

impl Local for RandomBytes {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let secret = || Attribute::computed(Type::String).sensitive();
        let own = [
            ("length", Attribute::required(Type::Number).replaces()),
            ("base64", secret()),
            ("hex", secret()),
        ];
        let block = Block::of(common().into_iter().chain(own));
        Hooked::new(SchemaKind::managed("random_bytes", block).local())
            .validate(|desired| {
                rules::judged(|wrong| rules::within(desired, "length", 1..=LENGTH_MAX, wrong))
            })
            .planned(with_keepers)
            .shared()
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let length = wanted.length.min(LENGTH_MAX.unsigned_abs());
        let bytes = draw.bytes(usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok(spelled(&bytes, wanted.keepers))
    }

    /// The id is the value in base 64.
    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        let form = "the bytes in base 64";
        let bytes = STANDARD.decode(id).map_err(|_| import_id_wrong(&Self::kind(), form))?;
        Ok(spelled(&bytes, None))
    }
}

fn spelled(bytes: &[u8], keepers: Keepers) -> Model {
    Model {
        id: Some("none".to_owned()),
        keepers,
        length: bytes.len() as u64,
        base64: Some(STANDARD.encode(bytes)),
        hex: Some(hex(bytes)),
    }
}
