//! `time_static`: a point in time that is taken once.

use super::{
    Timed, Triggers, filled_in,
    moment::{Moment, Parts},
    part_entries, parts_with, rfc3339_wrong, time_wrong, triggers,
};
use crate::{hooked::Hooked, local::import_id_wrong};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block, Changes, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct TimeStatic;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    triggers: Triggers,
    rfc3339: Option<String>,
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    unix: Option<i64>,
}

impl Timed for TimeStatic {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let own = [
            ("id", Attribute::computed(Type::String)),
            ("rfc3339", Attribute::optional_computed(Type::String).replaces()),
            triggers(),
        ];
        let block = Block::of(own.into_iter().chain(parts_with(&Changes::Stable)));
        Hooked::new(SchemaKind::managed("time_static", block).local())
            .validate(|desired| rfc3339_wrong(desired, "rfc3339").into_iter().collect())
            .planned(planned)
            .shared()
    }

    fn filled(wanted: Model, now: Moment) -> Result<Model, Failure> {
        let text = wanted.rfc3339.unwrap_or_else(|| now.text());
        let moment = Moment::parse(&text).ok_or_else(|| time_wrong("rfc3339"))?;
        Ok(of(text, moment, wanted.triggers))
    }

    fn import(id: &str) -> Result<Model, Failure> {
        let form = "a time in the form of RFC 3339";
        let moment = Moment::parse(id).ok_or_else(|| import_id_wrong(&Self::kind(), form))?;
        Ok(of(id.to_owned(), moment, None))
    }
}

fn of(text: String, moment: Moment, triggers: Triggers) -> Model {
    let Parts { year, month, day, hour, minute, second, unix } = moment.parts();
    Model {
        id: Some(text.clone()),
        triggers,
        rfc3339: Some(text),
        year: Some(year),
        month: Some(month),
        day: Some(day),
        hour: Some(hour),
        minute: Some(minute),
        second: Some(second),
        unix: Some(unix),
    }
}

/// What follows from a time that is given is known before it is applied.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    let proposal = propose(schema, prior, desired);
    let Some(text) = proposal.planned.get("rfc3339").and_then(Value::as_text).cloned() else {
        return proposal;
    };
    let Some(moment) = Moment::parse(&text) else { return proposal };
    let mut known = part_entries(moment);
    known.push(("id", Value::string(text)));
    filled_in(proposal, &known, false)
}
