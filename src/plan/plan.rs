//! The plan: the complete, ordered, self-contained description of what apply will do.

use crate::cost::CostChange;
use infra_model::{
    address::{Address, Generation, KindName, ProviderAddress},
    ask::Answer,
    diagnostic::Diagnostics,
    journal::{Intent, Record, Time},
    kind::{Facts, Impact},
    observed::Marked,
    path::Path,
    program::Import,
    snapshot::Check,
    source::Span,
    text::Text,
    value::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What apply will do.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What was asked for.
    pub mode: PlanMode,
    /// The lineage it was made from; empty if there was no state yet.
    pub lineage: Text,
    /// The sequence of the snapshot it was made from.
    pub sequence: u64,
    /// Edits of the state that need no effect (moves, adoptions, refreshed records, forgotten
    /// objects), appended before the first step.
    pub records: Vec<Record>,
    /// One per instance and deposed object that was looked at, no-ops included, sorted by address.
    pub changes: Vec<Change>,
    /// What differs from the record without our doing, sorted by address.
    pub drift: Vec<Drift>,
    /// The execution graph; `after` names earlier and later steps by id.
    pub steps: Vec<Step>,
    /// Instances that can only be planned once something else is final.
    pub deferred: Vec<Deferred>,
    /// Creates of an earlier run whose outcome cannot be told.
    pub uncertain: Vec<Uncertain>,
    /// Steps of an earlier run that were cut off and whose end is now known, oldest first.
    pub interrupted: Vec<Interrupted>,
    /// Recorded objects that die with the host they live on, sorted by address.
    pub lost: Vec<Lost>,
    /// Objects that carry the mark of our lineage and are not recorded, sorted by kind and id.
    pub unrecorded: Vec<Unrecorded>,
    /// Objects of imports to addresses without a block, for configuration to be written; kept in no
    /// file.
    pub generated: Vec<Generated>,
    /// Configuration that was written for this plan, by address.
    pub generated_config: BTreeMap<Address, Text>,
    /// Instances that have a price which cannot be told, sorted; those that are deferred included.
    pub unpriced: Vec<Address>,
    /// Root outputs before and after, by name.
    pub outputs: BTreeMap<Text, OutputChange>,
    /// Results of conditions and checks as far as they are known.
    pub checks: BTreeMap<Text, Check>,
    /// Values of instances that no step will touch, for the evaluation at apply.
    pub values: Vec<(Address, Value)>,
    /// Facts by provider instance, for the pure hooks at apply.
    pub facts: BTreeMap<ProviderAddress, Facts>,
    /// Configurations that provider instances were connected with: a step may need one while what
    /// it is made from is itself being changed.
    pub configs: BTreeMap<ProviderAddress, Value>,
    /// Targets or exclusions were in force: the plan is not the whole truth.
    pub partial: bool,
    /// Answers that were given while planning, by ask number.
    pub answers: Vec<(u32, Answer)>,
    /// How much work it was, for the benches.
    pub counters: Counters,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlanMode {
    /// Make the world as desired.
    #[default]
    Normal,
    /// Destroy everything.
    Destroy,
    /// Only record what has changed outside.
    RefreshOnly,
}

/// What is done to one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// The instance.
    pub address: Address,
    /// Its address before a move.
    pub moved_from: Option<Address>,
    /// The deposed object that this is about, if it is not the current one.
    pub deposed: Option<Generation>,
    /// The kind.
    pub kind: KindName,
    /// The provider instance that is responsible.
    pub provider: ProviderAddress,
    /// What is done.
    pub action: Action,
    /// Why, where that is not plain.
    pub reason: Option<Reason>,
    /// The recorded value after refresh; `None` before a create.
    pub prior: Option<Value>,
    /// The planned value; `None` after a delete. Unknown where the provider decides.
    pub planned: Option<Value>,
    /// Attributes whose change forces a replacement.
    pub replace: Vec<ReplaceCause>,
    /// What it does to a running system.
    pub impacts: Vec<Impact>,
    /// What it costs a month, if it has a price.
    pub cost: Option<Box<CostChange>>,
    /// What this instance is made from.
    pub needs: Arc<[Address]>,
    /// The recorded object and the observed one as they were; `None` where there is no object, or it
    /// is not touched.
    pub digest: Option<Digests>,
    /// A replacement creates before it deletes.
    pub create_before_destroy: bool,
    /// Import id, if this change also imports.
    pub importing: Option<Value>,
}

impl Change {
    /// Returns whether anything is done to an object or to its record.
    pub fn touches(&self) -> bool {
        !matches!(self.action, Action::NoOp | Action::Read)
    }
}

/// Fingerprints that say whether a touched object has moved since the plan was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of the recorded object.
    pub recorded: [u8; 32],
    /// Of the normalised observed value, `Volatile` attributes left out; of the record, if it was
    /// not refreshed.
    pub observed: [u8; 32],
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// A data source is read at apply.
    Read,
    /// A new object is made.
    Create,
    /// The object is changed in place.
    Update,
    /// The object is deleted and made anew, in the order that `create_before_destroy` says.
    Replace,
    /// The object is destroyed.
    Delete,
    /// An object that a cut-off create left behind is taken into the record.
    Adopt,
    /// The object leaves the record and stays in the world.
    Forget,
}

/// Why an action is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The object is tainted.
    Tainted,
    /// `-replace` asks for it.
    Requested,
    /// An attribute that cannot be changed in place differs.
    CannotUpdate,
    /// Something named in `replace_triggered_by` changes.
    Triggered,
    /// The block is no longer in the configuration.
    NoResource,
    /// The module is no longer in the configuration.
    NoModule,
    /// The key is no longer one of `count` or `for_each`.
    NoKey,
    /// The block has `count` or `for_each` and the key is none of that, or the other way round.
    WrongRepetition,
    /// It moved to an address that is not in the configuration.
    NoMoveTarget,
    /// A `removed` block says so.
    Removed,
    /// It was replaced and its destruction is still due.
    Deposed,
    /// The object was gone when it was looked for.
    Gone,
    /// The data source depends on something that changes or is not known yet.
    Unknown,
    /// A dependency says so in `depends_on`.
    DependsOn,
}

/// An attribute that forces a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplaceCause {
    /// Where in the value.
    pub path: Path,
    /// Where in the configuration.
    pub span: Option<Span>,
}

/// What differs from the record without our doing.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The instance.
    pub address: Address,
    /// The kind.
    pub kind: KindName,
    /// The recorded value.
    pub recorded: Value,
    /// The observed value; `None` if the object is gone.
    pub observed: Option<Value>,
    /// This run plans a change of the instance because of it.
    pub relevant: bool,
}

/// Numbers a step of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

/// A node of the execution graph.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number.
    pub id: StepId,
    /// What is done.
    pub work: Work,
    /// The instance.
    pub address: Address,
    /// The object.
    pub generation: Generation,
    /// The kind.
    pub kind: KindName,
    /// The provider instance to call.
    pub provider: ProviderAddress,
    /// Steps that must be done before.
    pub after: Vec<StepId>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Makes the object of this generation, then runs its create-time provisioners. With `depose`,
    /// the object of that generation becomes deposed in the same commit as the outcome that
    /// records the new object (not with the intent: a create that came to nothing leaves the old
    /// object current; a planner that adopts a cut-off create deposes an older current object).
    Create {
        /// The object that the new one will take the place of, for create before destroy.
        depose: Option<Generation>,
        /// The natural key was seen to be free.
        absent_before: bool,
    },
    /// Changes the object in place.
    Update,
    /// Runs the destroy-time provisioners, then destroys the object of this generation.
    Delete,
    /// Reads the data source.
    Read,
    /// Does nothing: many steps wait for many others through it.
    Join,
}

/// Instances that can only be planned once something else is final.
#[derive(Clone, Debug)]
pub struct Deferred {
    /// The instance, or with a wildcard a set of instances.
    pub address: Address,
    /// The kind.
    pub kind: KindName,
    /// Why it waits.
    pub reason: DeferredReason,
    /// What it waits for, instances or sets of them.
    pub waits_for: Vec<Address>,
    /// What is known of the value already.
    pub planned: Option<Value>,
    /// The expression or block that is not known.
    pub span: Option<Span>,
    /// What making it does to a running system, as far as that can be told already.
    pub impacts: Vec<Impact>,
}

/// Why an instance is deferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeferredReason {
    /// Its `count` or `for_each`, or that of a module around it, is not known.
    Expansion,
    /// The configuration of its provider is not known.
    Provider,
    /// It needs something that is deferred.
    Dependency,
}

/// A create of an earlier run whose outcome cannot be told.
#[derive(Clone, Debug)]
pub struct Uncertain {
    /// What was begun, and when.
    pub intent: Intent,
    /// Its run still holds the lock: it is in flight.
    pub in_flight: bool,
    /// Why it cannot be told; empty if it is in flight.
    pub why: Diagnostics,
}

/// A step of an earlier run that was cut off and whose end is now known.
#[derive(Clone, Debug)]
pub struct Interrupted {
    /// What was begun, and when.
    pub intent: Intent,
    /// How it ended.
    pub end: InterruptedEnd,
}

/// How a step that was cut off ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InterruptedEnd {
    /// The create had happened: its object is taken into the record.
    Adopted,
    /// The create had not happened, or left nothing behind.
    NotFound,
    /// The object of the update or delete is still there, as it was observed.
    StillThere,
    /// The object of the update or delete is gone.
    Gone,
}

/// A recorded object that dies with the host it lives on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The instance whose object dies.
    pub address: Address,
    /// Its kind.
    pub kind: KindName,
    /// The instance that is destroyed or replaced, or was found gone.
    pub with: Address,
}

/// An object that carries the mark of our lineage and is not in the state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unrecorded {
    /// Its kind, what it is imported by, and the address that it was created for.
    pub object: Marked,
    /// The provider instance that has seen it.
    pub provider: ProviderAddress,
}

/// An object to import to an address that has no block yet.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The import.
    pub import: Import,
    /// What the provider read.
    pub value: Value,
}

/// A root output before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputChange {
    /// The recorded value.
    pub prior: Option<Value>,
    /// The planned value; `None` if the output goes away.
    pub planned: Option<Value>,
}

impl OutputChange {
    /// Returns whether something changes; an output that is null is as good as none.
    pub fn is_change(&self) -> bool {
        let there = |side: &Option<Value>| side.clone().filter(|value| !value.is_null());
        there(&self.prior) != there(&self.planned)
    }
}

/// How much work planning was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Evaluations of nodes and instances.
    pub evaluations: u64,
    /// Edges walked.
    pub edges: u64,
    /// Asks sent.
    pub asks: u64,
}

/// When and under which lock a plan is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment {
    /// The time of the run.
    pub now: Time,
    /// The epoch of the live lock's holder, if someone else holds it.
    pub live_epoch: Option<u64>,
}

impl Plan {
    /// Returns the provider instances that its steps change something through.
    pub fn changing(&self) -> BTreeSet<&ProviderAddress> {
        let changes = |work| matches!(work, Work::Create { .. } | Work::Update | Work::Delete);
        self.steps.iter().filter(|s| changes(s.work)).map(|step| &step.provider).collect()
    }

    /// Returns whether applying it would change nothing, outputs and records included.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
            && self.deferred.is_empty()
            && !self.outputs.values().any(OutputChange::is_change)
            && self.changes.iter().all(|c| {
                let opens = c.address.mode == infra_model::address::Mode::Ephemeral;
                let still = c.moved_from.is_none() && c.importing.is_none();
                opens || c.action == Action::NoOp && still
            })
    }
}
