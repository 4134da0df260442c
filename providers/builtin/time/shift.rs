//! Distances between two points in time, in the units that arguments have.
//!
//! Terraform's provider adds one of them, not their sum, if several are given: the last of days,
//! hours, minutes, months, seconds, years. Records would be told wrong by another choice.

use super::moment::Moment;
use infra_model::{number::Number, value::Value};

/// How far a point in time is from its base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) years: Option<i64>,
    pub(super) months: Option<i64>,
    pub(super) days: Option<i64>,
    pub(super) hours: Option<i64>,
    pub(super) minutes: Option<i64>,
    pub(super) seconds: Option<i64>,
}

impl Shift {
    /// Reads it from the attributes with a prefix; `None` if a part of it is not known.
    pub(super) fn of(value: &Value, prefix: &str) -> Option<Self> {
        let part = |unit: &str| match value.get(&format!("{prefix}{unit}")) {
            Some(number) if !number.is_known() => None,
            Some(number) => Some(number.as_number().and_then(Number::to_i64)),
            None => Some(None),
        };
        Some(Self {
            years: part("years")?,
            months: part("months")?,
            days: part("days")?,
            hours: part("hours")?,
            minutes: part("minutes")?,
            seconds: part("seconds")?,
        })
    }

    /// Returns the point in time at this distance; `None` if it can't be written.
    pub(super) fn from(self, base: Moment) -> Option<Moment> {
        let given = |part: Option<i64>| part.filter(|number| *number != 0);
        let times = |number: i64, unit: i64| number.checked_mul(unit);
        if let Some(years) = given(self.years) {
            base.plus_date(times(years, 12)?, 0)
        } else if let Some(seconds) = given(self.seconds) {
            base.plus_seconds(seconds)
        } else if let Some(months) = given(self.months) {
            base.plus_date(months, 0)
        } else if let Some(minutes) = given(self.minutes) {
            base.plus_seconds(times(minutes, 60)?)
        } else if let Some(hours) = given(self.hours) {
            base.plus_seconds(times(hours, 3600)?)
        } else {
            base.plus_date(0, self.days.unwrap_or(0))
        }
    }

    /// Reads numbers of an import id, empty where one is not given, in the order of the units.
    pub(super) fn parse(parts: &[&str]) -> Option<Self> {
        let mut numbers = parts.iter().map(|part| match *part {
            "" => Some(None),
            digits => digits.parse().ok().map(Some),
        });
        let mut next = || numbers.next().unwrap_or(Some(None));
        let read = Self {
            years: next()?,
            months: next()?,
            days: next()?,
            hours: next()?,
            minutes: next()?,
            seconds: next()?,
        };
        (read != Self::default()).then_some(read)
    }
}
