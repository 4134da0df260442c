//! `null_resource`, which does nothing and is replaced when its triggers change, and
//! `null_data_source`, which hands on what it is given.

use crate::{
    draw::{Draw, Draws},
    hooked::Hooked,
    keepers::with_triggers,
    local::Local,
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    text::Text,
    types::Type,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct NullResource;

type Strings = Option<BTreeMap<String, Option<String>>>;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    triggers: Strings,
}

impl Local for NullResource {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("triggers", Attribute::optional(Type::map(Type::String)).replaces()),
        ]);
        Hooked::new(SchemaKind::managed("null_resource", block).local())
            .planned(with_triggers)
            .shared()
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let id = draw.below(i64::MAX.unsigned_abs())?;
        Ok(Model { id: Some(id.to_string()), ..wanted })
    }
}

/// The data source.
pub(crate) struct NullDataSource;

/// The attributes of the data source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Data {
    id: Option<String>,
    inputs: Strings,
    outputs: Strings,
    random: Option<String>,
    has_computed_default: Option<String>,
}

impl DataSource for NullDataSource {
    type Client = Draws;
    type Model = Data;

    fn kind() -> Arc<dyn Kind> {
        let deprecated = Some(Text::from("use `locals`, or `terraform_data`"));
        let strings = || Type::map(Type::String);
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("inputs", Attribute::optional(strings())),
            ("outputs", Attribute::computed(strings())),
            ("random", Attribute::computed(Type::String)),
            ("has_computed_default", Attribute::optional_computed(Type::String)),
        ]);
        SchemaKind::data("null_data_source", Block { deprecated, ..block }).shared()
    }

    async fn read(draws: &Draws, config: Data, _: &Control) -> Result<Data, Failure> {
        let random = draws.anywhere().below(i64::MAX.unsigned_abs())?.to_string();
        let default = config.has_computed_default.unwrap_or_else(|| "default".to_owned());
        Ok(Data {
            id: Some("static".to_owned()),
            outputs: config.inputs.clone(),
            inputs: config.inputs,
            random: Some(random),
            has_computed_default: Some(default),
        })
    }
}
