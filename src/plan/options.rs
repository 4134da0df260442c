//! What a planner starts from: program, kinds, snapshot and the options of the command.

use crate::plan::{Deferred, Moment, PlanMode};
use infra_model::{
    address::{Address, ModuleAddress},
    kind::Kinds,
    program::Program,
    snapshot::Snapshot,
};
use std::sync::Arc;

/// Everything a plan is made from, besides the answers.
#[derive(Clone)]
pub struct PlannerInput {
    /// What is desired.
    pub program: Arc<dyn Program>,
    /// The pure halves of all kinds.
    pub kinds: Arc<Kinds>,
    /// What is recorded.
    pub snapshot: Arc<Snapshot>,
    /// What was asked for.
    pub options: Options,
    /// When, and under whose lock.
    pub moment: Moment,
}

/// The options of the command.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is wanted.
    pub mode: PlanMode,
    /// Only these and what they need; everything if empty.
    pub targets: Vec<Target>,
    /// Everything but these and what needs them.
    pub excludes: Vec<Target>,
    /// Instances to replace though nothing forces it.
    pub replace: Vec<Address>,
    /// Observe recorded objects; without it the record is believed.
    pub refresh: bool,
    /// Read the objects of imports to addresses without a block, so that configuration can be
    /// written for them; without it they are errors.
    pub generate: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: PlanMode::Normal,
            targets: Vec::new(),
            excludes: Vec::new(),
            replace: Vec::new(),
            refresh: true,
            generate: false,
        }
    }
}

/// What `-target` or `-exclude` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A module or module instance, and everything in it; without a key all its instances.
    Module(ModuleAddress),
    /// A resource with all its instances (key `Any`), or one instance.
    Resource(Address),
}

/// What a fragment may plan: the deferred instances that are due now.
#[derive(Clone, Debug, Default)]
pub struct Fragment {
    /// The entries of the plan whose causes are all final.
    pub deferred: Vec<Deferred>,
}
