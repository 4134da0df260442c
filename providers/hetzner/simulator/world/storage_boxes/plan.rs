//! Snapshot plans: when a box makes snapshots by itself, over the virtual clock.

use super::{Snapshot, StorageBox, snapshots};
use crate::world::{World, clock, input::Input, store::Resource as _};
use serde_json::{Value, json};

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;

/// A plan.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    snapshots_max: u64,
    minute: u64,
    hour: u64,
    day_of_week: Option<u64>,
    day_of_month: Option<u64>,
    /// Up to when it was carried out.
    until_ms: u64,
}

impl Plan {
    /// Reads a plan for a type of boxes that takes so many snapshots.
    pub(super) fn read(input: &mut Input<'_>, limit: u64, now_ms: u64) -> Self {
        let snapshots_max = needed(input, "max_snapshots", 1, limit);
        let minute = needed(input, "minute", 0, 59);
        let hour = needed(input, "hour", 0, 23);
        let day_of_week = within(input, "day_of_week", 1, 7);
        let day_of_month = within(input, "day_of_month", 1, 31);
        Self { snapshots_max, minute, hour, day_of_week, day_of_month, until_ms: now_ms }
    }

    pub(super) fn answer(&self) -> Value {
        json!({
            "max_snapshots": self.snapshots_max,
            "minute": self.minute,
            "hour": self.hour,
            "day_of_week": self.day_of_week,
            "day_of_month": self.day_of_month,
        })
    }

    /// Returns the times up to `now_ms` at which snapshots are due, as many as stay.
    fn due(&self, now_ms: u64) -> Vec<u64> {
        let at = |day: u64| day * DAY_MS + (self.hour * 60 + self.minute) * MINUTE_MS;
        let is_meant = |day: &u64| {
            // 1970 began with a Thursday, the fourth day.
            let of_week = (day + 3) % 7 + 1;
            let of_month = clock::rfc3339(at(*day))[8..10].parse().ok();
            self.day_of_week.is_none_or(|of| of == of_week)
                && (self.day_of_month.is_none() || self.day_of_month == of_month)
                && (self.until_ms + 1..=now_ms).contains(&at(*day))
        };
        let days = (self.until_ms / DAY_MS..=now_ms / DAY_MS).rev().filter(is_meant);
        let count = usize::try_from(self.snapshots_max).unwrap_or(usize::MAX);
        let mut due: Vec<u64> = days.take(count).map(at).collect();
        due.reverse();
        due
    }
}

fn needed(input: &mut Input<'_>, field: &str, min: u64, max: u64) -> u64 {
    if input.value(field).is_none() {
        input.refuse(field, "is required");
    }
    within(input, field, min, max).unwrap_or(min)
}

fn within(input: &mut Input<'_>, field: &str, min: u64, max: u64) -> Option<u64> {
    let number = u64::try_from(input.integer(field)?).ok();
    let number = number.filter(|number| (min..=max).contains(number));
    if number.is_none() {
        input.refuse(field, format!("must be between {min} and {max}"));
    }
    number
}

impl World {
    /// Makes the snapshots that plans have had due, and removes those that are too many.
    pub(crate) fn run_snapshot_plans(&mut self) {
        let now_ms = self.now_ms();
        let planned = |of: &&mut StorageBox| of.plan.is_some();
        let mut all = Vec::new();
        for of in self.storage_boxes.values_mut().filter(planned) {
            let Some(plan) = &mut of.plan else { continue };
            let due = plan.due(now_ms);
            plan.until_ms = now_ms;
            all.push((of.head.id, plan.snapshots_max, due));
        }
        for (id, snapshots_max, due) in all {
            for at_ms in due {
                snapshots::add_automatic(self, id, at_ms);
            }
            let automatic = snapshots::of(self, id).filter(|of| of.is_automatic);
            let mut automatic: Vec<u64> = automatic.map(|of| of.head().id).collect();
            while automatic.len() as u64 > snapshots_max {
                self.remove::<Snapshot>(automatic.remove(0));
            }
        }
    }
}
