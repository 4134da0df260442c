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
    value::{Marks, Unknown, Value},
};
use infra_sdk::{convert::Dynamic, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct TerraformData;

/// Returns a value with another output.
fn with_output(value: &Value, output: Value) -> Value {
    value.with_path(&Path::attribute("output"), output).unwrap_or_else(|| value.clone())
}

/// Returns an output with the marks of the input that it was made of.
fn copied(input: &Value, output: &Value) -> Value {
    let plain = |value: &Value| value.clone().unmark_deep().0;
    if plain(input) == plain(output) {
        input.clone()
    } else if !input.has_sensitive() {
        output.clone()
    } else if output.is_known() || input.marks().contains(Marks::SENSITIVE) {
        output.clone().sensitive()
    } else {
        input.transform(&mut |_, part| {
            let is_whole = part.entries().is_none() && part.items().is_none();
            if is_whole { Value::unknown(part.ty()).with_marks(part.marks()) } else { part }
        })
    }
}

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
            (Text::clone(name), told)
        });
        if planned.entries().is_none() {
            return Proposal { planned, replace };
        }
        let whole = Value::object(entries).with_marks(planned.marks());
        let output = whole.get("output").filter(|output| !output.is_known());
        let is_secret = input.is_some_and(|input| input.marks().contains(Marks::SENSITIVE));
        let planned = match output {
            Some(output) if is_secret => with_output(&whole, output.clone().sensitive()),
            // Which parts of it are secret is said where others see it; nothing is shown of it yet.
            Some(_) => whole,
            None => self.spread_marks(whole),
        };
        Proposal { planned, replace }
    }

    /// The output is a copy of the input, so a secret in the one is a secret in the other.
    fn spread_marks(&self, value: Value) -> Value {
        match (value.get("input"), value.get("output")) {
            (Some(input), Some(output)) => with_output(&value, copied(input, output)),
            _ => value,
        }
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
