//! `time_offset`: a point in time at a distance from another one, which is taken once.

use super::{
    Timed, Triggers, filled_in,
    moment::{Moment, Parts},
    out_of_range, part_entries, parts_with, rfc3339_wrong,
    shift::Shift,
    time_wrong, triggers, with_any,
};
use crate::{hooked::Hooked, local::import_id_wrong, rules};
use infra_model::{
    diagnostic::Diagnostics,
    kind::Kind,
    path::Path,
    schema::{Attribute, Block, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use infra_sdk::{failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct TimeOffset;

const BASE: &str = "base_rfc3339";
const OFFSETS: [&str; 6] = [
    "offset_years",
    "offset_months",
    "offset_days",
    "offset_hours",
    "offset_minutes",
    "offset_seconds",
];

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    triggers: Triggers,
    base_rfc3339: Option<String>,
    offset_years: Option<i64>,
    offset_months: Option<i64>,
    offset_days: Option<i64>,
    offset_hours: Option<i64>,
    offset_minutes: Option<i64>,
    offset_seconds: Option<i64>,
    rfc3339: Option<String>,
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    unix: Option<i64>,
}

impl Timed for TimeOffset {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let arguments: Vec<&str> = OFFSETS.into_iter().chain([BASE]).collect();
        let follows = with_any(&arguments);
        let own = [
            ("id", Attribute::computed(Type::String).changes(with_any(&[BASE]))),
            (BASE, Attribute::optional_computed(Type::String)),
            ("rfc3339", Attribute::computed(Type::String).changes(follows.clone())),
            triggers(),
        ];
        let offsets = OFFSETS.map(|name| (name, Attribute::optional(Type::Number)));
        let block = Block::of(own.into_iter().chain(offsets).chain(parts_with(&follows)));
        Hooked::new(SchemaKind::managed("time_offset", block).local())
            .validate(validate)
            .planned(planned)
            .shared()
    }

    fn filled(wanted: Model, now: Moment) -> Result<Model, Failure> {
        let base = wanted.base_rfc3339.clone().unwrap_or_else(|| now.text());
        let moment = Moment::parse(&base).ok_or_else(|| time_wrong(BASE))?;
        let shift = Shift {
            years: wanted.offset_years,
            months: wanted.offset_months,
            days: wanted.offset_days,
            hours: wanted.offset_hours,
            minutes: wanted.offset_minutes,
            seconds: wanted.offset_seconds,
        };
        of(base, moment, shift, wanted.triggers)
    }

    /// The id is the base and the numbers, greatest unit first, empty where there is none.
    fn import(id: &str) -> Result<Model, Failure> {
        let form = "`BASE,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS` with at least one number";
        let wrong = || import_id_wrong(&Self::kind(), form);
        let parts: Vec<&str> = id.split(',').collect();
        let [base, numbers @ ..] = &*parts else { return Err(wrong().into()) };
        let shift = Shift::parse(numbers).filter(|_| numbers.len() == 6).ok_or_else(wrong)?;
        let moment = Moment::parse(base).ok_or_else(wrong)?;
        of((*base).to_owned(), moment, shift, None)
    }
}

fn of(base: String, moment: Moment, shift: Shift, triggers: Triggers) -> Result<Model, Failure> {
    let target = shift.from(moment).ok_or_else(|| Failure::from(out_of_range()))?;
    let Parts { year, month, day, hour, minute, second, unix } = target.parts();
    Ok(Model {
        id: Some(base.clone()),
        triggers,
        base_rfc3339: Some(base),
        offset_years: shift.years,
        offset_months: shift.months,
        offset_days: shift.days,
        offset_hours: shift.hours,
        offset_minutes: shift.minutes,
        offset_seconds: shift.seconds,
        rfc3339: Some(target.text()),
        year: Some(year),
        month: Some(month),
        day: Some(day),
        hour: Some(hour),
        minute: Some(minute),
        second: Some(second),
        unix: Some(unix),
    })
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::each_within(desired, &OFFSETS, &(i64::MIN..=i64::MAX), &mut wrong);
    rules::at_least_one(desired, &OFFSETS, &mut wrong);
    wrong.extend(rfc3339_wrong(desired, BASE));
    let base = desired.get(BASE).and_then(Value::as_text).and_then(|text| Moment::parse(text));
    if let (Some(base), Some(shift)) = (base, Shift::of(desired, "offset_"))
        && wrong.is_empty()
        && shift.from(base).is_none()
    {
        wrong.push(out_of_range().at_path(Path::attribute(BASE)));
    }
    wrong
}

/// What follows from a base that is known is known before it is applied.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    let proposal = propose(schema, prior, desired);
    let Some(base) = proposal.planned.get(BASE).and_then(Value::as_text).cloned() else {
        return proposal;
    };
    let shift = Shift::of(&proposal.planned, "offset_");
    let target = shift.zip(Moment::parse(&base)).and_then(|(shift, base)| shift.from(base));
    let mut known = vec![("id", Value::string(base))];
    if let Some(target) = target {
        known.extend(part_entries(target));
        known.push(("rfc3339", Value::string(target.text())));
    }
    filled_in(proposal, &known, false)
}
