//! `terraform_data`: keeps a value, and is replaced when another one changes.

use crate::{
    draw::{Draw, Draws, uuid},
    local::Local,
};
use infra_model::{
    address::{KindName, Mode},
    kind::{Facts, Find, Kind},
    path::Path,
    schema::{Attribute, Block, Changes, Proposal, Schema, propose},
    text::Text,
    types::Type,
    value::{Unknown, Value},
};
use infra_sdk::{convert::Dynamic, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct TerraformData;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    input: Dynamic,
    output: Dynamic,
    triggers_replace: Dynamic,
}

impl Local for TerraformData {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let with_input = Changes::With(vec![Path::attribute("input")]);
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("input", Attribute::optional(Type::Dynamic)),
            ("output", Attribute::computed(Type::Dynamic).changes(with_input)),
            ("triggers_replace", Attribute::optional(Type::Dynamic).replaces()),
        ]);
        Arc::new(DataKind { inner: SchemaKind::managed("terraform_data", block).local() })
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let id = Some(uuid(draw)?);
        Ok(Self::change(Model { id, ..wanted }))
    }

    fn change(wanted: Model) -> Model {
        Model { output: wanted.input.clone(), ..wanted }
    }

    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        let none = Dynamic::default;
        let id = Some(id.to_owned());
        Ok(Model { id, input: none(), output: none(), triggers_replace: none() })
    }
}

struct DataKind {
    inner: SchemaKind,
}

impl Kind for DataKind {
    fn name(&self) -> &KindName {
        self.inner.name()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn find(&self) -> Find {
        self.inner.find()
    }

    /// The output has the type of the input, and is null if that is; the id is never null.
    fn planned(&self, prior: Option<&Value>, desired: &Value, _facts: &Facts) -> Proposal {
        let Proposal { planned, replace } = propose(self.schema(), prior, desired);
        let input = planned.get("input").cloned();
        let entries = planned.entries().unwrap_or_default().iter().map(|(name, value)| {
            let is_open = !value.is_known();
            let told = match (&**name, &input) {
                ("id", _) if is_open => Unknown::of(Type::String).not_null().into(),
                ("output", Some(input)) if is_open && input.is_null() && prior.is_none() => {
                    input.clone()
                }
                ("output", Some(input)) if is_open => Value::unknown(input.ty()),
                _ => value.clone(),
            };
            // It is a copy of the input, so a secret in the one is a secret in the other.
            let secret = input.as_ref().is_some_and(Value::has_sensitive) && **name == *"output";
            (Text::clone(name), if secret { told.sensitive() } else { told })
        });
        if planned.entries().is_none() {
            return Proposal { planned, replace };
        }
        Proposal { planned: Value::object(entries).with_marks(planned.marks()), replace }
    }

    /// Takes over a `null_resource`: its id, and its triggers as what replaces it.
    fn move_from(&self, kind: &KindName, value: &Value) -> Option<Value> {
        if *kind.0 != *"null_resource" {
            return None;
        }
        let triggers = value.get("triggers").filter(|triggers| !triggers.is_null());
        let triggers = match triggers {
            // They are written as an object, and an equal map would be a difference.
            Some(map) => Value::object(map.entries()?.to_vec()).with_marks(map.marks()),
            None => Value::null(Type::Dynamic),
        };
        Some(Value::object([
            ("id", value.get("id")?.clone()),
            ("input", Value::null(Type::Dynamic)),
            ("output", Value::null(Type::Dynamic)),
            ("triggers_replace", triggers),
        ]))
    }
}
