//! What the expressions of a test see beside the module it is about.

use infra_model::{text::Text, value::Value};
use std::collections::{BTreeMap, BTreeSet};

/// The names of a test at one of its runs.
#[derive(Clone, Debug, Default)]
pub struct TestScope {
    /// Outputs of the runs that were made, by name.
    pub runs: BTreeMap<Text, Value>,
    /// All runs of the file.
    pub all_runs: BTreeSet<Text>,
    /// Values that the file and the run give to variables, as far as they are made.
    pub variables: BTreeMap<Text, Value>,
    /// Only runs and variables are seen: the module was not planned yet.
    pub only_outside: bool,
}

impl TestScope {
    /// Returns why a run cannot be referred to, if so.
    pub(super) fn refused(&self, run: &str) -> Option<(&'static str, String)> {
        if self.runs.contains_key(run) {
            return None;
        }
        Some(if self.all_runs.contains(run) {
            (
                "Reference to unevaluated run block",
                format!(
                    "The run {run:?} block has not yet been evaluated, so its results are not available here."
                ),
            )
        } else {
            (
                "Reference to unknown run block",
                format!(
                    "The run block {run:?} does not exist within this test file. You can only reference run blocks that are in the same test file and will execute before the current run block."
                ),
            )
        })
    }
}
