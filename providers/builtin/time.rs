//! `time_*`: points in time that are kept once they are taken, and waits.
//!
//! The time is read from the control of a call, never in a pure hook: what depends on it is unknown
//! in a plan. Whatever follows from a known base is computed while planning.

pub(crate) mod duration;
pub(crate) mod fixed;
pub(crate) mod functions;
mod go_duration;
pub(crate) mod moment;
pub(crate) mod offset;
pub(crate) mod rotating;
mod shift;
pub(crate) mod sleep;

use crate::{draw::Draws, local::import_text, rules::shown};
use infra_model::{
    diagnostic::Diagnostic,
    kind::Kind,
    path::Path,
    schema::{Attribute, Changes, Proposal},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    resource::{Resource, Thing, Wanted},
};
use moment::{Moment, Parts};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

/// Arbitrary values whose change takes the time anew.
pub(crate) type Triggers = Option<BTreeMap<String, Option<String>>>;

/// What an author of a type writes whose attributes follow from arguments and the time.
pub(crate) trait Timed: Send + Sync + 'static {
    /// The attributes.
    type Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Returns the pure half.
    fn kind() -> Arc<dyn Kind>;

    /// Returns all attributes from those that are wanted; what has no base has this one.
    fn filled(wanted: Self::Model, now: Moment) -> Result<Self::Model, Failure>;

    /// Returns whether the time of an object has passed, so that a new one is due.
    fn is_over(_recorded: &Self::Model, _now: Moment) -> bool {
        false
    }

    /// Returns the attributes of an object that is made known by its import id.
    fn import(id: &str) -> Result<Self::Model, Failure>;
}

/// Such a type as a resource.
pub(crate) struct At<T>(PhantomData<fn() -> T>);

impl<T: Timed> Resource for At<T> {
    type Client = Draws;
    type Model = T::Model;

    fn kind() -> Arc<dyn Kind> {
        T::kind()
    }

    async fn read(
        _: &Draws,
        recorded: Thing<T::Model>,
        control: &Control,
    ) -> Result<Option<T::Model>, Failure> {
        let now = Moment::at_ms(control.clock.now_ms());
        Ok(Some(recorded.model).filter(|model| !T::is_over(model, now)))
    }

    async fn create(
        _: &Draws,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Thing<T::Model>, Broken<T::Model>> {
        let now = Moment::at_ms(control.clock.now_ms());
        Ok(T::filled(wanted.model, now)?.into())
    }

    async fn update(
        _: &Draws,
        _: Thing<T::Model>,
        wanted: Wanted<T::Model>,
        control: &Control,
    ) -> Result<Thing<T::Model>, Broken<T::Model>> {
        let now = Moment::at_ms(control.clock.now_ms());
        Ok(T::filled(wanted.model, now)?.into())
    }

    async fn delete(_: &Draws, _: Thing<T::Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }

    async fn import(
        _: &Draws,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<T::Model>>, Failure> {
        Ok(Some(T::import(import_text(&T::kind(), id)?)?.into()))
    }
}

const UNCHANGED: &str = "Nothing was changed.";

/// Returns the attributes that spell a point in time, which change with others.
fn parts_with(changes: &Changes) -> [(&'static str, Attribute); 7] {
    Parts::NAMES.map(|name| (name, Attribute::computed(Type::Number).changes(changes.clone())))
}

/// Returns the attribute `triggers`.
fn triggers() -> (&'static str, Attribute) {
    ("triggers", Attribute::optional(Type::map(Type::String)).replaces())
}

/// Returns a change with any of these attributes.
fn with_any(names: &[&str]) -> Changes {
    Changes::With(names.iter().map(|name| Path::attribute(*name)).collect())
}

/// Returns a proposal with these entries in place of what is unknown, or of whatever is there.
fn filled_in(proposal: Proposal, known: &[(&str, Value)], overwrite: bool) -> Proposal {
    let Some(entries) = proposal.planned.entries() else { return proposal };
    let entries = entries.iter().map(|(name, value)| {
        let found = known.iter().find(|(known, _)| **known == **name);
        let found = found.filter(|_| overwrite || !value.is_known());
        let value =
            found.map_or_else(|| value.clone(), |(_, k)| k.clone().with_marks(value.marks()));
        (Text::clone(name), value)
    });
    let planned = Value::object(entries).with_marks(proposal.planned.marks());
    Proposal { planned, replace: proposal.replace }
}

/// Returns the parts of a point in time as entries.
fn part_entries(moment: Moment) -> Vec<(&'static str, Value)> {
    moment.parts().numbered().map(|(name, number)| (name, Value::from(number))).to_vec()
}

/// Returns what is wrong with a text that must be a point in time.
fn rfc3339_wrong(desired: &Value, name: &str) -> Option<Diagnostic> {
    let text = desired.get(name)?.as_text()?;
    let is_wrong = Moment::parse(text).is_none();
    is_wrong
        .then(|| time_wrong(name).detail(format!("It is {}. {UNCHANGED}", shown(desired, name))))
}

/// Says that a text is no point in time.
fn time_wrong(name: &str) -> Diagnostic {
    let summary = format!("`{name}` is no time in the form of RFC 3339");
    Diagnostic::error("infra::builtin::time_wrong", summary)
        .detail(UNCHANGED)
        .help("write it like \"2026-02-12T06:36:13Z\", or with an offset, \"…T06:36:13+01:00\"")
        .at_path(Path::attribute(name))
}

/// Says that a computed point in time can't be written.
fn out_of_range() -> Diagnostic {
    let summary = "The time lies outside of the years 0 to 9999";
    Diagnostic::error("infra::builtin::time_out_of_range", summary)
        .detail("RFC 3339 can't write such a time. Nothing was changed.")
        .help("use smaller numbers")
}
