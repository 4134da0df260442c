//! The ephemeral `random_password`: a password that is drawn in every run and never recorded.

use super::{
    characters::{self, Arguments},
    password::hashed,
};
use crate::{draw::Draws, hooked::Hooked};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{
    connection::Control,
    ephemeral::{Ephemeral, Opened},
    failure::Failure,
    kind::SchemaKind,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct EphemeralPassword;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    length: u64,
    special: Option<bool>,
    upper: Option<bool>,
    lower: Option<bool>,
    numeric: Option<bool>,
    min_numeric: Option<u64>,
    min_upper: Option<u64>,
    min_lower: Option<u64>,
    min_special: Option<u64>,
    override_special: Option<String>,
    result: Option<String>,
    bcrypt_hash: Option<String>,
}

impl Ephemeral for EphemeralPassword {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let secret = || Attribute::computed(Type::String).sensitive();
        let mut block: Block = characters::block(secret());
        // There is no record in which they would make a difference.
        block.attributes.retain(|name, _| !matches!(&**name, "id" | "keepers" | "number"));
        block.attributes.insert("bcrypt_hash".into(), secret());
        for attribute in block.attributes.values_mut() {
            attribute.replaces = false;
        }
        Hooked::new(SchemaKind::ephemeral("random_password", block))
            .validate(characters::validate)
            .shared()
    }

    async fn open(draws: &Draws, config: Model, _: &Control) -> Result<Opened<Model>, Failure> {
        let mut draw = draws.anywhere();
        let arguments = Arguments {
            length: config.length,
            wanted: [config.numeric, config.lower, config.upper, config.special],
            least: [config.min_numeric, config.min_lower, config.min_upper, config.min_special],
            override_special: config.override_special.as_deref(),
        };
        let result = characters::draw(arguments, &mut draw)?;
        let hash = hashed(&result, &draw.bytes(16)?, draws.bcrypt_cost())?;
        let numeric = config.numeric.or(Some(true));
        let opened = Model { numeric, result: Some(result), bcrypt_hash: Some(hash), ..config };
        Ok(Opened::from(opened))
    }
}
