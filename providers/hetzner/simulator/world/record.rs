//! What was asked: a log, and counters by operation. Neither has tokens or bodies.

use serde::Serialize;
use std::collections::BTreeMap;

/// More requests than this are counted and not kept.
const ENTRIES_MAX: usize = 100_000;

/// A request of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Virtual time, in milliseconds since 1970.
    pub at_ms: u64,
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The path template, if there is such a route.
    pub template: Option<&'static str>,
    /// The status of the answer; what was cut off has the one that it would have had.
    pub status: u16,
}

/// The log and the counters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) entries: Vec<Entry>,
    pub(crate) counts: BTreeMap<String, u64>,
}

impl Record {
    pub(crate) fn add(&mut self, entry: Entry) {
        let place = entry.template.unwrap_or("(no route)");
        *self.counts.entry(format!("{} {place}", entry.method)).or_default() += 1;
        if self.entries.len() < ENTRIES_MAX {
            self.entries.push(entry);
        }
    }
}

impl super::World {
    /// Returns the requests that came in, the oldest first.
    pub fn log(&self) -> &[Entry] {
        &self.record.entries
    }

    /// Returns how often each operation was asked for, such as `GET /servers`.
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.record.counts
    }

    /// Returns how often an operation was asked for.
    pub fn count(&self, operation: &str) -> u64 {
        self.record.counts.get(operation).copied().unwrap_or(0)
    }

    /// Returns how many requests came in.
    pub fn count_all(&self) -> u64 {
        self.record.counts.values().sum()
    }

    /// Forgets log and counters, so that what comes next is counted alone.
    pub fn forget_requests(&mut self) {
        self.record = Record::default();
    }
}
