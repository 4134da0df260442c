//! `random_string`: random characters that are no secret.

use super::{
    Keepers,
    characters::{self, Arguments},
};
use crate::{
    draw::{Draw, Draws},
    local::Local,
};
use infra_model::{kind::Kind, schema::Attribute, types::Type};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomString;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

impl Local for RandomString {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = characters::block(Attribute::computed(Type::String));
        characters::kind(SchemaKind::managed("random_string", block).version(2).local())
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let result = characters::draw(wanted.arguments(), draw)?;
        Ok(Model { id: Some(result.clone()), result: Some(result), ..wanted })
    }

    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        Ok(Model {
            id: Some(id.to_owned()),
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
        })
    }
}
