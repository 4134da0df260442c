//! `ephemeral.random_password`: a password that is drawn for one run and kept nowhere.

use super::{
    characters::{self, Arguments},
    password::hashed,
    string::CharactersKind,
};
use crate::draw::Draws;
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{
    connection::Control,
    failure::Failure,
    kind::SchemaKind,
    resource::{Ephemeral, Opened},
};
use serde::{Deserialize, Serialize};
use std::{future::Future, sync::Arc};

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
        let flag = || Attribute::optional(Type::Bool).default(true);
        let least = || Attribute::optional(Type::Number).default(0_i64);
        let secret = || Attribute::computed(Type::String).sensitive();
        let block = Block::of([
            ("length", Attribute::required(Type::Number)),
            ("special", flag()),
            ("upper", flag()),
            ("lower", flag()),
            ("numeric", flag()),
            ("min_numeric", least()),
            ("min_upper", least()),
            ("min_lower", least()),
            ("min_special", least()),
            ("override_special", Attribute::optional(Type::String)),
            ("result", secret()),
            ("bcrypt_hash", secret()),
        ]);
        Arc::new(CharactersKind { inner: SchemaKind::ephemeral("random_password", block) })
    }

    fn open(
        draws: &Draws,
        config: Model,
        _control: &Control,
    ) -> impl Future<Output = Result<Opened<Model>, Failure>> + Send {
        let drawn = drawn(config, draws);
        async move { drawn.map(Opened::from) }
    }
}

fn drawn(config: Model, draws: &Draws) -> Result<Model, Failure> {
    let mut draw = draws.anywhere();
    let arguments = Arguments {
        length: config.length,
        wanted: [config.numeric, config.lower, config.upper, config.special],
        least: [config.min_numeric, config.min_lower, config.min_upper, config.min_special],
        override_special: config.override_special.as_deref(),
    };
    let result = characters::draw(arguments, &mut draw)?;
    let hash = hashed(&result, &draw.bytes(16)?, draws.bcrypt_cost())?;
    Ok(Model { result: Some(result), bcrypt_hash: Some(hash), ..config })
}
