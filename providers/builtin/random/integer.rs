//! `random_integer`: a whole number between two bounds, both included.

use super::{Keepers, common};
use crate::{
    draw::{Draw, Draws},
    local::{Local, import_id_wrong},
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Facts, Find, Kind},
    path::Path,
    schema::{Attribute, Block, Schema},
    types::Type,
    value::Value,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct RandomInteger;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    keepers: Keepers,
    min: i64,
    max: i64,
    seed: Option<String>,
    result: Option<i64>,
}

impl Local for RandomInteger {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let own = [
            ("min", Attribute::required(Type::Number).replaces()),
            ("max", Attribute::required(Type::Number).replaces()),
            ("seed", Attribute::optional(Type::String).replaces()),
            ("result", Attribute::computed(Type::Number)),
        ];
        let block = Block::of(common().into_iter().chain(own));
        let inner = SchemaKind::managed("random_integer", block).local();
        Arc::new(IntegerKind { inner })
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        if wanted.max < wanted.min {
            return Err(Failure::new(bounds_wrong()));
        }
        let span = wanted.max.abs_diff(wanted.min);
        let mut fixed = wanted.seed.as_deref().map(Draw::fixed);
        let drawn = fixed.as_mut().unwrap_or(draw).below(span.saturating_add(1))?;
        let result = wanted.min.saturating_add_unsigned(drawn);
        Ok(Model { id: Some(result.to_string()), result: Some(result), ..wanted })
    }

    fn import(id: &str, _: &Draws) -> Result<Model, Failure> {
        let parts: Vec<&str> = id.split(',').collect();
        let number = |index: usize| parts.get(index)?.trim().parse::<i64>().ok();
        if let (Some(result), Some(min), Some(max), 3 | 4) =
            (number(0), number(1), number(2), parts.len())
        {
            return Ok(Model {
                id: Some(result.to_string()),
                keepers: None,
                min,
                max,
                seed: parts.get(3).map(|seed| (*seed).to_owned()),
                result: Some(result),
            });
        }
        let form = "`RESULT,MIN,MAX` or `RESULT,MIN,MAX,SEED`";
        Err(import_id_wrong(&Self::kind(), form).into())
    }
}

fn bounds_wrong() -> Diagnostic {
    let summary = "The minimum is greater than the maximum";
    Diagnostic::error("infra::builtin::bounds_wrong", summary)
        .help("exchange `min` and `max`")
        .at_path(Path::attribute("min"))
}

/// The pure half, which judges bounds as soon as they are known.
struct IntegerKind {
    inner: SchemaKind,
}

impl Kind for IntegerKind {
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

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        let bound = |name: &str| desired.get(name)?.as_number()?.to_i64();
        match (bound("min"), bound("max")) {
            (Some(min), Some(max)) if max < min => vec![bounds_wrong()],
            _ => Vec::new(),
        }
    }
}
