//! `random_password`: random characters that are a secret, and their hash.

use super::{
    Keepers,
    characters::{self, Arguments},
    string::CharactersKind,
};
use crate::{
    draw::{Draw, Draws},
    local::Local,
};
use infra_model::{
    diagnostic::Diagnostic,
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomPassword;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    keepers: Keepers,
    length: u64,
    special: Option<bool>,
    upper: Option<bool>,
    lower: Option<bool>,
    numeric: Option<bool>,
    number: Option<bool>,
    min_numeric: Option<u64>,
    min_upper: Option<u64>,
    min_lower: Option<u64>,
    min_special: Option<u64>,
    override_special: Option<String>,
    result: Option<String>,
    bcrypt_hash: Option<String>,
}

impl Model {
    fn arguments(&self) -> Arguments<'_> {
        Arguments {
            length: self.length,
            wanted: [self.numeric, self.lower, self.upper, self.special],
            least: [self.min_numeric, self.min_lower, self.min_upper, self.min_special],
            override_special: self.override_special.as_deref(),
        }
    }
}

impl Local for RandomPassword {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let secret = || Attribute::computed(Type::String).sensitive();
        let mut block: Block = characters::block(secret());
        block.attributes.insert("bcrypt_hash".into(), secret());
        let inner = SchemaKind::managed("random_password", block).version(3).local();
        Arc::new(CharactersKind { inner })
    }

    fn make(wanted: Model, draw: &mut Draw, draws: &Draws) -> Result<Model, Failure> {
        let result = characters::draw(wanted.arguments(), draw)?;
        let hash = hashed(&result, &draw.bytes(16)?, draws.bcrypt_cost())?;
        let id = Some("none".to_owned());
        Ok(Model { id, result: Some(result), bcrypt_hash: Some(hash), ..wanted })
    }

    fn import(id: &str, draws: &Draws) -> Result<Model, Failure> {
        // The salt must not be made of the password: it stands in the hash for all to see.
        let salt = draws.anywhere().bytes(16)?;
        Ok(Model {
            id: Some("none".to_owned()),
            keepers: None,
            length: id.chars().count() as u64,
            special: Some(true),
            upper: Some(true),
            lower: Some(true),
            numeric: Some(true),
            number: Some(true),
            min_numeric: Some(0),
            min_upper: Some(0),
            min_lower: Some(0),
            min_special: Some(0),
            override_special: None,
            result: Some(id.to_owned()),
            bcrypt_hash: Some(hashed(id, &salt, draws.bcrypt_cost())?),
        })
    }
}

/// Returns the hash of a password's first 72 bytes, which is all that bcrypt looks at.
pub(super) fn hashed(password: &str, salt: &[u8], cost: u32) -> Result<String, Failure> {
    let failed = |detail: String| {
        let summary = "The password could not be hashed";
        let failed = Diagnostic::error("infra::builtin::hash_failed", summary);
        let help = "apply again; if it stays, report it with the version of infra";
        Failure::new(failed.detail(detail).help(help)).safe()
    };
    let salt = salt.try_into().map_err(|_| failed("The salt is too short.".to_owned()))?;
    let parts = bcrypt::hash_with_salt(password, cost, salt);
    let parts = parts.map_err(|error| failed(format!("{error}.")))?;
    Ok(parts.format_for_version(bcrypt::Version::TwoA))
}
