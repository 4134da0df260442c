//! What the planner has decided so far, and what it left out, by address.

use crate::plan::{
    Action, Change, Deferred, Drift, Generated, Interrupted, Lost, Reason, Uncertain, Unrecorded,
};
use infra_model::{
    address::{Address, Generation, Mode, ProviderAddress},
    ask::Answer,
    diagnostic::Diagnostic,
    journal::Record,
    program::Lifecycle,
    snapshot::{Check, Object},
    text::Text,
    value::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Why something is not in the plan; the graver comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Out {
    /// It is wrong, not askable or uncertain, or needs something that is.
    Blocked,
    /// `-exclude` or `-target` leave it out.
    Excluded,
    /// It is planned later.
    Deferred,
}

/// A change with what ordering, recording and finishing need of it.
#[derive(Clone, Debug)]
pub(super) struct Decided {
    pub(super) change: Change,
    /// The configured lifecycle; that of the record for what is no longer configured.
    pub(super) lifecycle: Lifecycle,
    /// The object that is there.
    pub(super) generation: Option<Generation>,
    /// As it is recorded now, neither moved nor upgraded.
    pub(super) recorded: Option<Arc<Object>>,
    /// What is recorded of it before the first step; `None` leaves the record alone.
    pub(super) next_record: Option<Arc<Object>>,
    /// Who made the object that is there.
    pub(super) old_provider: Option<ProviderAddress>,
    /// What the object that is there was made from.
    pub(super) old_needs: Arc<[Address]>,
    /// As it was observed, not normalised.
    pub(super) observed: Option<Value>,
    /// The generation that a create makes.
    pub(super) created: Generation,
    /// What is known of the natural key of what a create makes.
    pub(super) absence: Absence,
}

/// What is known of a natural key before an object with it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// Nothing; a key that becomes known at apply is asked for there.
    Unknown,
    /// It was seen to be free.
    Seen,
    /// The object that is replaced has it, and nobody else can: it is free once that is destroyed.
    OnceDestroyed,
}

impl Decided {
    pub(super) fn new(change: Change) -> Self {
        Self {
            change,
            lifecycle: Lifecycle::default(),
            generation: None,
            recorded: None,
            next_record: None,
            old_provider: None,
            old_needs: Arc::from([]),
            observed: None,
            created: Generation(1),
            absence: Absence::Unknown,
        }
    }

    /// Returns whether a host that this is does not outlive the apply as it is.
    pub(super) fn is_lost_or_new(&self) -> bool {
        matches!(self.change.action, Action::Create | Action::Replace | Action::Delete)
    }

    /// Returns whether what is recorded as living on it dies with it.
    pub(super) fn takes_along(&self) -> bool {
        match self.change.action {
            Action::Replace | Action::Delete => true,
            Action::Create => self.change.reason == Some(Reason::Gone),
            Action::NoOp | Action::Read | Action::Update | Action::Adopt | Action::Forget => false,
        }
    }
}

/// What the needs of an instance come to.
#[derive(Clone, Debug, Default)]
struct Summary {
    out: Option<Out>,
    deferred: Vec<Address>,
    /// Those that have no final value before apply.
    pending: Vec<Address>,
    /// One of them is created, replaced or read at apply.
    renewed: bool,
    /// One of them changes in any way.
    changing: bool,
}

/// The results so far.
#[derive(Default)]
pub(super) struct Results {
    #[expect(
        clippy::vec_box,
        reason = "they are large: in one piece, growth would move all and double"
    )]
    pub(super) decided: Vec<Box<Decided>>,
    by_address: BTreeMap<Address, usize>,
    by_block: BTreeMap<Address, Vec<usize>>,
    out: BTreeMap<Address, Vec<(Address, Out)>>,
    cache: BTreeMap<Address, Summary>,
    pub(super) deferred: Vec<Deferred>,
    pub(super) records: Vec<Record>,
    pub(super) drift: Vec<Drift>,
    pub(super) uncertain: Vec<Uncertain>,
    pub(super) interrupted: Vec<Interrupted>,
    pub(super) lost: Vec<Lost>,
    pub(super) marked: BTreeSet<Unrecorded>,
    pub(super) checks: BTreeMap<Text, Check>,
    pub(super) values: Vec<(Address, Value)>,
    pub(super) generated: Vec<Generated>,
    pub(super) answers: Vec<(u32, Answer)>,
}

impl Results {
    /// Returns the instances that were left out, by their blocks.
    pub(super) fn left_out(&self) -> impl Iterator<Item = (&Address, &[(Address, Out)])> {
        self.out.iter().map(|(block, all)| (block, all.as_slice()))
    }

    pub(super) fn decide(&mut self, decided: Decided) {
        let at = self.decided.len();
        let address = decided.change.address.clone();
        if decided.change.deposed.is_none() {
            self.by_block.entry(address.block()).or_default().push(at);
            self.by_address.insert(address, at);
        }
        self.decided.push(Box::new(decided));
    }

    pub(super) fn leave_out(&mut self, address: &Address, why: Out) {
        self.out.entry(address.block()).or_default().push((address.clone(), why));
    }

    /// Returns the decisions on the instances that an address stands for.
    pub(super) fn decided_at(&self, address: &Address) -> Vec<&Decided> {
        if !address.is_wild() {
            return self
                .by_address
                .get(address)
                .map(|at| &*self.decided[*at])
                .into_iter()
                .collect();
        }
        let all = self.by_block.get(&address.block()).into_iter().flatten();
        let all = all.map(|at| &*self.decided[*at]);
        all.filter(|decided| address.covers(&decided.change.address)).collect()
    }

    /// Returns whether an instance was decided or left out.
    pub(super) fn has(&self, address: &Address) -> bool {
        !self.decided_at(address).is_empty()
            || self
                .out
                .get(&address.block())
                .is_some_and(|all| all.iter().any(|(a, _)| a.overlaps(address)))
    }

    /// Sums up one need; what it stands for is decided by now, so the answer is kept.
    fn summary(&mut self, need: &Address) -> &Summary {
        if !self.cache.contains_key(need) {
            let summary = self.sum_up(need);
            self.cache.insert(need.clone(), summary);
        }
        &self.cache[need]
    }

    fn sum_up(&self, need: &Address) -> Summary {
        let mut summary = Summary::default();
        for (address, why) in self.out.get(&need.block()).into_iter().flatten() {
            if !need.overlaps(address) {
                continue;
            }
            summary.out = Some(summary.out.map_or(*why, |out| out.min(*why)));
            if *why == Out::Deferred {
                summary.deferred.push(address.clone());
            }
        }
        for decided in self.decided_at(need) {
            summary.changing |= changes(&decided.change);
            match decided.change.action {
                // An ephemeral resource is opened again at apply, and known all the same.
                Action::Read if decided.change.address.mode == Mode::Ephemeral => {
                    summary.pending.push(decided.change.address.clone());
                }
                Action::Create | Action::Replace | Action::Read => {
                    summary.renewed = true;
                    summary.pending.push(decided.change.address.clone());
                }
                Action::Update => summary.pending.push(decided.change.address.clone()),
                Action::NoOp | Action::Delete | Action::Adopt | Action::Forget => {}
            }
        }
        summary
    }

    /// Returns the gravest reason why one of the needs is left out, and what of them is deferred.
    pub(super) fn out_of(&mut self, needs: &[Address]) -> (Option<Out>, Vec<Address>) {
        let (mut worst, mut deferred): (Option<Out>, Vec<Address>) = (None, Vec::new());
        for need in needs {
            let summary = self.summary(need);
            worst = match (worst, summary.out) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            deferred.extend(summary.deferred.iter().cloned());
        }
        deferred.sort();
        deferred.dedup();
        (worst, deferred)
    }

    /// Returns those of the needs that have no final value before apply.
    pub(super) fn pending(&mut self, needs: &[Address]) -> Vec<Address> {
        let mut all: Vec<Address> = Vec::new();
        for need in needs {
            all.extend(self.summary(need).pending.iter().cloned());
        }
        all.sort();
        all.dedup();
        all
    }

    /// Returns whether one of the needs changes.
    pub(super) fn changing(&mut self, needs: &[Address]) -> bool {
        needs.iter().any(|need| self.summary(need).changing)
    }

    /// Returns whether one of the needs is created, replaced or read at apply.
    pub(super) fn renewed(&mut self, needs: &[Address]) -> bool {
        needs.iter().any(|need| self.summary(need).renewed)
    }
}

/// Returns whether something is not as it was once the plan is carried out.
fn changes(change: &Change) -> bool {
    match change.action {
        Action::Read => change.address.mode != Mode::Ephemeral,
        Action::Create | Action::Update | Action::Replace | Action::Delete => true,
        Action::NoOp | Action::Adopt | Action::Forget => false,
    }
}

impl super::Planner {
    pub(super) fn look_at_needs(&mut self, needs: &[Address]) -> (Option<Out>, Vec<Address>) {
        let (out, deferred) = self.results.out_of(needs);
        let missing = self.missing_needs(needs);
        if missing.is_empty() || out == Some(Out::Blocked) {
            return (out, deferred);
        }
        for need in missing {
            self.report_at(&need.clone(), vec![need_missing(&need)]);
        }
        (Some(Out::Blocked), deferred)
    }

    pub(super) fn pending_needs(&mut self, needs: &[Address]) -> Vec<Address> {
        self.results.pending(needs)
    }
}

fn need_missing(need: &Address) -> Diagnostic {
    Diagnostic::error("infra::plan::need_missing", format!("`{need}` is not there"))
        .detail("What is deferred needs it, and it did not come to be in this run.")
        .help("See why it failed; the next plan goes on from here.")
}
