//! What the expressions of a test see beside the module it is about.

use infra_model::{text::Text, value::Value};
use std::collections::{BTreeMap, BTreeSet};

/// Where an expression of a test stands, which decides what it may refer to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// In an assertion: everything of the module is seen too.
    #[default]
    Assertion,
    /// In the `variables` of the file.
    FileVariables,
    /// In the `variables` of a run.
    RunVariables,
    /// In a `provider` block.
    Provider,
    /// In values of mocks and overrides.
    StandIn,
}

/// The names of a test at one of its runs.
#[derive(Clone, Debug, Default)]
pub struct TestScope {
    /// Outputs of the runs that were made, by name.
    pub runs: BTreeMap<Text, Value>,
    /// All runs of the file.
    pub all_runs: BTreeSet<Text>,
    /// Values that the file and the run give to variables, as far as they are made.
    pub variables: BTreeMap<Text, Value>,
    /// Outputs as they are recorded, where what is not recorded is null: only a part was applied.
    pub outputs: Option<BTreeMap<Text, Value>>,
    /// Where the expression stands.
    pub standing: Standing,
}

/// A summary and a detail.
type Said = (&'static str, String);

impl TestScope {
    /// Returns whether only runs and variables are seen: the module was not planned yet.
    pub(crate) fn is_outside(&self) -> bool {
        self.standing != Standing::Assertion
    }

    /// Returns why a run cannot be referred to, if so.
    pub(crate) fn refused(&self, run: &str) -> Option<Said> {
        if self.standing == Standing::FileVariables {
            let detail = "You can not reference run blocks from within the file variables block.";
            return Some(("Invalid reference", detail.to_owned()));
        }
        if self.runs.contains_key(run) {
            return None;
        }
        let before = "You can only reference run blocks that are in the same test file and will execute before the current run block.";
        Some(if !self.all_runs.contains(run) {
            let detail =
                format!("The run block {run:?} does not exist within this test file. {before}");
            ("Reference to unknown run block", detail)
        } else if self.is_outside() {
            let detail = format!("The run block {run:?} has not executed yet. {before}");
            ("Reference to unavailable run block", detail)
        } else {
            let detail = format!(
                "The run {run:?} block has not yet been evaluated, so its results are not available here."
            );
            ("Reference to unevaluated run block", detail)
        })
    }

    /// Returns what is said of a variable that has no value here.
    pub(crate) fn no_variable(&self, name: &str) -> Said {
        let unavailable = "Reference to unavailable variable";
        match self.standing {
            Standing::Assertion => (
                "Reference to undeclared input variable",
                format!(
                    "An input variable with the name {name:?} has not been declared. This variable can be declared with a variable {name:?} {{}} block."
                ),
            ),
            Standing::FileVariables => (
                unavailable,
                format!(
                    "The input variable {name:?} is not available to the current context. You can only reference global variables."
                ),
            ),
            Standing::RunVariables | Standing::StandIn => (
                unavailable,
                format!(
                    "The input variable {name:?} is not available to the current run block. You can only reference variables defined at the file or global levels."
                ),
            ),
            Standing::Provider => (
                unavailable,
                format!(
                    "The input variable {name:?} is not available to the current provider configuration. You can only reference variables defined at the file or global levels."
                ),
            ),
        }
    }

    /// Returns what is said of a reference to anything else.
    pub(crate) fn not_here(&self) -> &'static str {
        match self.standing {
            Standing::FileVariables => {
                "You can only reference global variables within the test file variables block."
            }
            Standing::Assertion | Standing::RunVariables => {
                "You can only reference earlier run blocks, file level, and global variables while defining variables from inside a run block."
            }
            Standing::Provider => {
                "You can only reference earlier run blocks, file level, and global variables from the provider blocks of a test file."
            }
            Standing::StandIn => "You can only reference run blocks and variables from here.",
        }
    }
}
