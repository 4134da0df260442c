//! `random_integer`: a whole number between two bounds, both included.
//!
//! With a `seed` it is the number that Terraform's provider draws from that seed.

use super::{Keepers, common, go_source::GoSource};
use crate::{
    draw::{Draw, Draws},
    hooked::Hooked,
    keepers::with_keepers,
    local::{Local, import_id_wrong},
    rules,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
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
        Hooked::new(SchemaKind::managed("random_integer", block).local())
            .validate(validate)
            .planned(with_keepers)
            .shared()
    }

    fn make(wanted: Model, draw: &mut Draw, _: &Draws) -> Result<Model, Failure> {
        let span = wanted.max.abs_diff(wanted.min);
        let drawn = match wanted.seed.as_deref().filter(|seed| !seed.is_empty()) {
            Some(seed) => {
                let bound = i64::try_from(span).ok().and_then(|span| span.checked_add(1));
                let bound = bound.ok_or_else(|| Failure::new(span_wrong()))?;
                GoSource::of_text(seed).below(bound).unsigned_abs()
            }
            None if span == u64::MAX => draw.word()?,
            None => draw.below(span + 1)?,
        };
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

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::each_within(desired, &["min", "max"], &(i64::MIN..=i64::MAX), &mut wrong);
    let bound = |name: &str| desired.get(name)?.as_number()?.to_i64();
    let (Some(min), Some(max)) = (bound("min"), bound("max")) else { return wrong };
    let is_seeded = desired.get("seed").and_then(Value::as_text).is_some_and(|s| !s.is_empty());
    if max < min {
        wrong.push(bounds_wrong());
    } else if is_seeded && max.checked_sub(min).is_none_or(|span| span == i64::MAX) {
        wrong.push(span_wrong());
    }
    wrong
}

fn bounds_wrong() -> Diagnostic {
    let summary = "The minimum is greater than the maximum";
    Diagnostic::error("infra::builtin::bounds_wrong", summary)
        .help("exchange `min` and `max`")
        .at_path(Path::attribute("min"))
}

fn span_wrong() -> Diagnostic {
    let summary = "`min` and `max` are too far apart for a number with a `seed`";
    Diagnostic::error("infra::builtin::bounds_wrong", summary)
        .detail("There may be no more than 9223372036854775807 numbers. Nothing was changed.")
        .help("bring `min` and `max` nearer to each other, or give no `seed`")
        .at_path(Path::attribute("max"))
}
