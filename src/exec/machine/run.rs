//! The plan being carried out: its steps, what each waits for, and what is in flight.

use super::queue::Queues;
use crate::{
    event::CallId,
    status::{Move, Status},
};
use infra_model::{
    address::{Address, ProviderAddress},
    journal::{Intent, Time},
    program::Provision,
    snapshot::Object,
    value::Value,
};
use infra_plan::plan::{Change, Plan, Step, StepId, Work};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

/// How many objects a run has touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Created, replacements included.
    pub added: usize,
    /// Changed in place.
    pub changed: usize,
    /// Destroyed, replacements included.
    pub destroyed: usize,
    /// Imported or adopted.
    pub imported: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Steps that were never begun because of a failure or a stop.
    pub skipped: usize,
}

/// How far the run as a whole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing has been done.
    New,
    /// Ephemeral resources are being opened, so that providers can be asked.
    Opening,
    /// What the plan touches is being looked at.
    Checking,
    /// The provider instances that something is changed through are being connected.
    Connecting,
    /// The plan's own records are on their way.
    Beginning,
    /// Steps are being carried out.
    Running,
    /// Outputs and checks are on their way.
    Closing,
    /// All is over.
    Over,
}

/// Whether a provider instance can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It is being connected.
    Asked,
    /// It is connected.
    Ready,
    /// It could not be connected.
    Broken,
}

/// One step and what is known of it.
pub(super) struct StepState {
    pub(super) step: Step,
    pub(super) status: Status,
    /// How many of its predecessors are not done yet.
    pub(super) waits: usize,
    pub(super) dependents: Vec<usize>,
    pub(super) attempts: u32,
    pub(super) began: Time,
    /// Its object is one that was left over.
    pub(super) is_deposed: bool,
    pub(super) intent: Option<Intent>,
    /// The natural key of what it creates was seen to be free, by the plan or by the machine.
    pub(super) absent_before: bool,
    /// What is sent: desired and planned.
    pub(super) desired: Option<(Value, Value)>,
    /// The object before, for update and delete.
    pub(super) prior: Option<Arc<Object>>,
    /// The object after.
    pub(super) object: Option<Arc<Object>>,
    /// Provisioners still to run.
    pub(super) provisions: VecDeque<Provision>,
    /// Destroy-time provisioners are through.
    pub(super) provisioned: bool,
    /// What the object must look like once it is there.
    pub(super) fixed: Fixed,
}

/// What the engine, not the provider, says of an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Fixed {
    pub(super) needs: Arc<[Address]>,
    pub(super) prevent_destroy: bool,
    pub(super) create_before_destroy: bool,
    pub(super) provisioned: bool,
}

/// A plan being carried out.
pub(super) struct Run {
    pub(super) plan: Plan,
    pub(super) phase: Phase,
    pub(super) steps: Vec<StepState>,
    pub(super) index: BTreeMap<StepId, usize>,
    /// The change of the current object at an address.
    pub(super) changes: BTreeMap<Address, usize>,
    pub(super) queues: Queues,
    pub(super) links: BTreeMap<ProviderAddress, Link>,
    pub(super) calls: BTreeMap<CallId, Vec<usize>>,
    pub(super) next_call: u32,
    pub(super) settled: usize,
    pub(super) counts: Counts,
    /// Deferred parts whose planning failed or that were planned.
    pub(super) deferred_done: BTreeSet<Address>,
    /// Objects looked at before the first effect.
    pub(super) checked: Vec<super::begin::Checked>,
    pub(super) checks_open: usize,
}

impl Run {
    pub(super) fn new(plan: Plan) -> Self {
        let mut run = Self {
            plan: Plan::default(),
            phase: Phase::New,
            steps: Vec::new(),
            index: BTreeMap::new(),
            changes: BTreeMap::new(),
            queues: Queues::default(),
            links: BTreeMap::new(),
            calls: BTreeMap::new(),
            next_call: 0,
            settled: 0,
            counts: Counts::default(),
            deferred_done: BTreeSet::new(),
            checked: Vec::new(),
            checks_open: 0,
        };
        let steps = plan.steps.clone();
        run.plan = plan;
        run.index_changes(0);
        run.add_steps(steps);
        run
    }

    /// Adds steps whose ids are not taken yet; `after` may name old and new ones.
    pub(super) fn add_steps(&mut self, steps: Vec<Step>) {
        let first = self.steps.len();
        for step in steps {
            let at = self.steps.len();
            let previous = self.index.insert(step.id, at);
            debug_assert!(previous.is_none(), "step ids are unique");
            self.steps.push(StepState::new(step));
        }
        for at in first..self.steps.len() {
            let mut after = self.steps[at].step.after.clone();
            after.sort_unstable();
            after.dedup();
            for id in after {
                let Some(before) = self.index.get(&id).copied() else { continue };
                if self.steps[before].status != Status::Done {
                    self.steps[before].dependents.push(at);
                    self.steps[at].waits += 1;
                }
            }
        }
        for at in first..self.steps.len() {
            if self.steps[at].waits == 0 {
                self.queues.push(at, &self.steps[at].step);
            }
        }
    }

    /// Indexes the changes from a place in the plan on.
    pub(super) fn index_changes(&mut self, from: usize) {
        for (at, change) in self.plan.changes.iter().enumerate().skip(from) {
            if change.deposed.is_none() {
                self.changes.insert(change.address.clone(), at);
            }
        }
    }

    pub(super) fn change_of(&self, address: &Address) -> Option<&Change> {
        self.changes.get(address).map(|at| &self.plan.changes[*at])
    }

    pub(super) fn in_flight_steps(&self) -> usize {
        self.steps.iter().filter(|s| s.status.is_in_flight()).count()
    }

    pub(super) fn is_settled(&self) -> bool {
        self.settled == self.steps.len()
    }

    /// Moves a step by the table.
    pub(super) fn go(&mut self, at: usize, tried: Move) {
        let before = self.steps[at].status;
        match before.next(tried) {
            Ok(after) => {
                self.steps[at].status = after;
                if after.is_settled() {
                    self.settled += 1;
                }
            }
            Err(illegal) => debug_assert!(false, "{illegal}"),
        }
    }

    /// Settles a step as done and frees what waited for it.
    pub(super) fn done(&mut self, at: usize) {
        self.go(at, Move::Finish);
        match self.steps[at].step.work {
            Work::Create { .. } => self.counts.added += 1,
            Work::Update => self.counts.changed += usize::from(!self.steps[at].changes_nothing()),
            Work::Delete => self.counts.destroyed += 1,
            Work::Read | Work::Join => {}
        }
        for dependent in std::mem::take(&mut self.steps[at].dependents) {
            let waiting = &mut self.steps[dependent];
            waiting.waits -= 1;
            if waiting.waits == 0 && waiting.status == Status::Waiting {
                self.queues.push(dependent, &self.steps[dependent].step);
            }
        }
    }

    /// Settles a step as failed and everything behind it as skipped.
    pub(super) fn failed(&mut self, at: usize) {
        self.go(at, Move::Fail);
        self.counts.failed += 1;
        self.skip_dependents(at);
    }

    /// Settles a step that was not begun as skipped, and everything behind it.
    pub(super) fn skip(&mut self, at: usize) {
        if self.steps[at].status.is_unbegun() {
            self.go(at, Move::Skip);
            self.counts.skipped += 1;
            self.skip_dependents(at);
        }
    }

    fn skip_dependents(&mut self, at: usize) {
        let mut stack = std::mem::take(&mut self.steps[at].dependents);
        while let Some(next) = stack.pop() {
            if self.steps[next].status == Status::Waiting {
                self.go(next, Move::Skip);
                self.counts.skipped += 1;
                stack.append(&mut self.steps[next].dependents);
            }
        }
    }
}

impl StepState {
    fn new(step: Step) -> Self {
        let absent_before = matches!(step.work, Work::Create { absent_before: true, .. });
        Self {
            step,
            absent_before,
            status: Status::Waiting,
            waits: 0,
            dependents: Vec::new(),
            attempts: 0,
            began: Time::default(),
            is_deposed: false,
            intent: None,
            desired: None,
            prior: None,
            object: None,
            provisions: VecDeque::new(),
            provisioned: false,
            fixed: Fixed::default(),
        }
    }
}
