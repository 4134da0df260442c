//! Faults as data: which calls they hit, and what they do to them.
//!
//! They can be given in Rust and as JSON at `POST /__sim/faults`.

use super::kind::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A fault: some calls of an operation go wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Method and path template, such as `POST /servers`; `*` stands for any of either, and a
    /// template may end with it.
    pub operation: String,
    /// The first call that can be hit, counted from 1 since the fault was set.
    #[serde(default = "one")]
    pub from: u64,
    /// How many calls are hit; none for all from there on.
    #[serde(default = "once")]
    pub times: Option<u64>,
    /// How likely each of them is hit.
    #[serde(default = "always")]
    pub probability: f64,
    /// What happens to a call that is hit.
    pub effect: Effect,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// An error of the API; with `committed` the request is carried out nevertheless.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The error's code.
        code: String,
        /// The request was carried out.
        #[serde(default)]
        committed: bool,
    },
    /// A `502` with a page of HTML, as a proxy writes it.
    BadGateway {
        /// The request was carried out.
        #[serde(default)]
        committed: bool,
    },
    /// A `429`, whatever is in the bucket; the bucket is empty afterwards.
    RateLimited,
    /// The bucket is smaller from now on.
    Limit {
        /// Its new size.
        capacity: u64,
    },
    /// The connection is cut before anything is done.
    CutBefore,
    /// Everything is done, then the connection is cut without an answer.
    CutAfter,
    /// Everything is done, then the connection is cut in the middle of the answer.
    CutInside,
    /// The answer's body comes late, in real time.
    SlowBody {
        /// How late.
        ms: u64,
    },
    /// The answer's JSON ends in its middle; the connection is fine.
    Truncated,
    /// Actions that the call begins fail at their end.
    ActionFails {
        /// Only those of this command.
        #[serde(default)]
        command: Option<String>,
        /// The code that they fail with.
        #[serde(default = "action_failed")]
        code: String,
    },
    /// Actions that the call begins are stuck.
    ActionSticks {
        /// Only those of this command.
        #[serde(default)]
        command: Option<String>,
        /// How much longer they take; none for ever.
        #[serde(default)]
        for_ms: Option<u64>,
    },
    /// Actions that the call begins can not be found; what they do happens.
    ActionVanishes {
        /// Only those of this command.
        #[serde(default)]
        command: Option<String>,
    },
    /// The object is locked, as by an action of somebody else, and the call is refused.
    Lock {
        /// For how long.
        for_ms: u64,
    },
    /// There is no server of a type left in a location.
    StockOut {
        /// The type's name; `volume` stands for room for volumes.
        server_type: String,
        /// The location's name.
        location: String,
    },
    /// Lists show what there was some time ago.
    StaleList {
        /// How long ago.
        lag_ms: u64,
    },
    /// Lists go on showing what there was when the fault was set: objects that went since, none that
    /// came since, and all of them as they were.
    FrozenList,
    /// A page behind the first shows what the page before it showed.
    DuplicatePage,
    /// A page behind the first begins further on, as if objects before it had gone.
    ShiftedPage {
        /// How many objects it misses.
        by: usize,
    },
    /// A value stands in the answer instead of another one, or as an extra one.
    Set {
        /// Where: `servers.*.status`; `*` stands for every item.
        path: String,
        /// What.
        value: Value,
    },
    /// A field is missing in the answer.
    Remove {
        /// Where: `servers.0.status`.
        path: String,
    },
    /// The operating system does not hear the signal to shut down.
    ShutdownIgnored,
    /// The token of the call is valid no longer, this call included.
    RevokeToken,
    /// Somebody else deletes an object just before the call.
    OutsideDelete {
        /// Its sort.
        object: Kind,
        /// Its id.
        id: u64,
    },
    /// Somebody else carries an operation out just before the call.
    OutsideCall {
        /// The method.
        method: String,
        /// The path behind `/v1`, with its query.
        path: String,
        /// The body.
        #[serde(default)]
        body: Value,
    },
    /// Somebody else writes an object's labels just before the call.
    OutsideLabels {
        /// Its sort.
        object: Kind,
        /// Its id.
        id: u64,
        /// The labels that it has then.
        labels: BTreeMap<String, String>,
    },
}

impl Fault {
    /// Returns a fault that hits the next call of an operation once.
    pub fn once(operation: &str, effect: Effect) -> Self {
        Self { operation: operation.to_owned(), from: 1, times: Some(1), probability: 1.0, effect }
    }

    /// Returns a fault that hits all calls of an operation.
    pub fn always(operation: &str, effect: Effect) -> Self {
        Self { times: None, ..Self::once(operation, effect) }
    }

    /// Returns the fault for a later call: the n-th from now on is the first that is hit.
    #[must_use]
    pub fn from(self, from: u64) -> Self {
        Self { from, ..self }
    }

    /// Returns the fault for so many calls.
    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Returns whether it is for an operation.
    pub(crate) fn is_for(&self, method: &str, template: &str) -> bool {
        let Some((of_method, of_template)) = self.operation.split_once(' ') else {
            return self.operation == "*";
        };
        let is_template = match of_template.strip_suffix('*') {
            Some(begin) => template.starts_with(begin),
            None => of_template == template,
        };
        (of_method == "*" || of_method == method) && is_template
    }
}

fn one() -> u64 {
    1
}

#[allow(clippy::unnecessary_wraps, reason = "it is the default of an option")]
fn once() -> Option<u64> {
    Some(1)
}

fn always() -> f64 {
    1.0
}

fn action_failed() -> String {
    "action_failed".to_owned()
}
