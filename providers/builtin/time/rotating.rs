//! `time_rotating`: a point in time that is taken anew when another one has passed.
//!
//! When it has passed, a refresh sees the object as gone, so that it is planned anew. With a fixed
//! `rfc3339` the new one has passed as well; this is so in Terraform's provider, too.

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
pub(crate) struct TimeRotating;

const BASE: &str = "rfc3339";
const ROTATION: &str = "rotation_rfc3339";
const ROTATIONS: [&str; 5] =
    ["rotation_years", "rotation_months", "rotation_days", "rotation_hours", "rotation_minutes"];

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    triggers: Triggers,
    rfc3339: Option<String>,
    rotation_years: Option<i64>,
    rotation_months: Option<i64>,
    rotation_days: Option<i64>,
    rotation_hours: Option<i64>,
    rotation_minutes: Option<i64>,
    rotation_rfc3339: Option<String>,
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    unix: Option<i64>,
}

impl Timed for TimeRotating {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let numbers = with_any(&ROTATIONS);
        let all: Vec<&str> = ROTATIONS.into_iter().chain([ROTATION]).collect();
        let own = [
            ("id", Attribute::computed(Type::String)),
            (BASE, Attribute::optional_computed(Type::String).replaces()),
            (ROTATION, Attribute::optional_computed(Type::String).changes(numbers)),
            triggers(),
        ];
        let rotations = ROTATIONS.map(|name| (name, Attribute::optional(Type::Number)));
        let parts = parts_with(&with_any(&all));
        let block = Block::of(own.into_iter().chain(rotations).chain(parts));
        Hooked::new(SchemaKind::managed("time_rotating", block).local())
            .validate(validate)
            .planned(planned)
            .shared()
    }

    fn filled(wanted: Model, now: Moment) -> Result<Model, Failure> {
        let base = wanted.rfc3339.clone().unwrap_or_else(|| now.text());
        let moment = Moment::parse(&base).ok_or_else(|| time_wrong(BASE))?;
        let shift = Shift {
            years: wanted.rotation_years,
            months: wanted.rotation_months,
            days: wanted.rotation_days,
            hours: wanted.rotation_hours,
            minutes: wanted.rotation_minutes,
            seconds: None,
        };
        let end = match wanted.rotation_rfc3339 {
            Some(text) => {
                let end = Moment::parse(&text).ok_or_else(|| time_wrong(ROTATION))?;
                (text, end)
            }
            None => ended(shift, moment)?,
        };
        Ok(of(base, shift, end, wanted.triggers))
    }

    fn is_over(recorded: &Model, now: Moment) -> bool {
        let end = recorded.rotation_rfc3339.as_deref().and_then(Moment::parse);
        end.is_some_and(|end| now.is_after(end))
    }

    /// The id is the base and the rotation time, or the base and the numbers.
    fn import(id: &str) -> Result<Model, Failure> {
        let form = "`BASE,ROTATION` or `BASE,YEARS,MONTHS,DAYS,HOURS,MINUTES` with at least one \
                    number";
        let wrong = || import_id_wrong(&Self::kind(), form);
        let parts: Vec<&str> = id.split(',').collect();
        let [base, rest @ ..] = &*parts else { return Err(wrong().into()) };
        let moment = Moment::parse(base).ok_or_else(wrong)?;
        let (shift, end) = if let [end] = rest {
            let moment = Moment::parse(end).ok_or_else(wrong)?;
            (Shift::default(), ((*end).to_owned(), moment))
        } else {
            // A rotation by nothing can't be configured, so it says as much as no number.
            let rest: Vec<&str> = rest.iter().map(|n| if *n == "0" { "" } else { n }).collect();
            let shift = Shift::parse(&rest).filter(|_| rest.len() == 5).ok_or_else(wrong)?;
            (shift, ended(shift, moment)?)
        };
        Ok(of((*base).to_owned(), shift, end, None))
    }
}

fn ended(shift: Shift, base: Moment) -> Result<(String, Moment), Failure> {
    let end = shift.from(base).ok_or_else(|| Failure::from(out_of_range()))?;
    Ok((end.text(), end))
}

fn of(base: String, shift: Shift, (text, end): (String, Moment), triggers: Triggers) -> Model {
    let Parts { year, month, day, hour, minute, second, unix } = end.parts();
    Model {
        id: Some(base.clone()),
        triggers,
        rfc3339: Some(base),
        rotation_years: shift.years,
        rotation_months: shift.months,
        rotation_days: shift.days,
        rotation_hours: shift.hours,
        rotation_minutes: shift.minutes,
        rotation_rfc3339: Some(text),
        year: Some(year),
        month: Some(month),
        day: Some(day),
        hour: Some(hour),
        minute: Some(minute),
        second: Some(second),
        unix: Some(unix),
    }
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::each_within(desired, &ROTATIONS, &(1..=i64::MAX), &mut wrong);
    let all: Vec<&str> = ROTATIONS.into_iter().chain([ROTATION]).collect();
    rules::at_least_one(desired, &all, &mut wrong);
    wrong.extend([BASE, ROTATION].iter().filter_map(|name| rfc3339_wrong(desired, name)));
    let base = desired.get(BASE).and_then(Value::as_text).and_then(|text| Moment::parse(text));
    if let (Some(base), Some(shift)) = (base, Shift::of(desired, "rotation_"))
        && wrong.is_empty()
        && shift.from(base).is_none()
    {
        wrong.push(out_of_range().at_path(Path::attribute(BASE)));
    }
    wrong
}

/// What follows from times that are known is known before it is applied.
fn planned(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    let proposal = propose(schema, prior, desired);
    let read = |value: &Value, name: &str| Moment::parse(value.get(name)?.as_text()?);
    let mut known = Vec::new();
    if let Some(base) = proposal.planned.get(BASE).filter(|base| base.as_text().is_some()) {
        known.push(("id", base.clone().unmark().0));
    }
    let is_given = desired.get(ROTATION).is_some_and(|given| !given.is_null());
    let end = if is_given {
        read(desired, ROTATION)
    } else {
        let shift = Shift::of(&proposal.planned, "rotation_");
        let end = shift.zip(read(&proposal.planned, BASE)).and_then(|(s, base)| s.from(base));
        known.extend(end.map(|end| (ROTATION, Value::string(end.text()))));
        end
    };
    let Some(end) = end else { return filled_in(proposal, &known, false) };
    known.extend(part_entries(end));
    // A record may hold the end that an earlier `rotation_rfc3339` gave.
    let is_stale = read(&proposal.planned, ROTATION).is_some_and(|before| !before.is_same(end));
    filled_in(proposal, &known, is_stale)
}
