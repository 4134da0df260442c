//! A decision on a managed instance, written down: the change, the record, and the drift.

use super::{Prior, Subject};
use crate::{
    plan::{Action, Drift, PlanMode, Reason, ReplaceCause},
    planner::{
        Planner,
        decide::Verdict,
        held::HeldId,
        results::{Absence, Decided},
        walk::WalkId,
    },
};
use infra_model::{
    address::{Address, Generation},
    journal::Record,
    path::Path,
    snapshot::Object,
};
use std::sync::Arc;

impl Planner {
    /// Writes the decision down.
    pub(super) fn conclude(
        &mut self,
        walk: WalkId,
        subject: &Subject,
        (prior, verdict): (Option<Prior>, Verdict),
        absence: Absence,
    ) {
        let mut decided = subject.decided(verdict.action);
        decided.lifecycle = subject.desired.lifecycle.clone();
        decided.absence = absence;
        // As in Terraform this is the reason whatever others there are, even of what is only created.
        let triggered = verdict.action != Action::NoOp && self.is_triggered(subject);
        decided.change.reason = if triggered { Some(Reason::Triggered) } else { verdict.reason };
        decided.change.replace = self.causes(&subject.address, &verdict.replace);
        decided.created = self.next_generation(Generation(0));
        if let Some(id) = self.walks[walk.0].held {
            self.conclude_held(id, subject, (&prior, &verdict), &mut decided);
        }
        decided.change.prior = prior.map(|prior| prior.value);
        if decided.change.action == Action::NoOp || decided.change.action == Action::Adopt {
            self.results.values.push((subject.address.clone(), verdict.planned.clone()));
        }
        decided.change.planned = Some(verdict.planned);
        self.results.decide(decided);
    }

    fn conclude_held(
        &mut self,
        id: HeldId,
        subject: &Subject,
        (prior, verdict): (&Option<Prior>, &Verdict),
        decided: &mut Decided,
    ) {
        let relevant = verdict.action != Action::NoOp;
        let adopted = self.held.get(id).adopted.iter().map(|i| i.generation).max();
        self.settle_intents(id);
        let held = self.held.get(id);
        let current = held.instance.current().map(|(g, object)| (g, Arc::clone(object)));
        decided.created = self.next_generation(held.instance.newest);
        decided.change.moved_from.clone_from(&held.moved_from);
        if let Some(prior) = prior {
            decided.generation = Some(prior.generation);
            decided.recorded = held.recorded.get(&prior.generation).cloned();
            decided.observed.clone_from(&prior.observed);
            decided.next_record = Some(Arc::new(next_record(subject, prior, verdict)));
            decided.old_provider = Some(prior.object.provider.clone());
            decided.old_needs = prior.object.needs.clone();
            if held.imported {
                let import = self.imports.get(&subject.address);
                decided.change.importing = import.map(|import| import.id.clone());
            }
            if adopted == Some(prior.generation) && verdict.action == Action::NoOp {
                decided.change.action = Action::Adopt;
            }
            if prior.drifted {
                self.note_drift(&subject.address, prior, relevant);
            }
        } else if let Some((generation, object)) = current {
            decided.change.reason = Some(Reason::Gone);
            self.forget_gone(&subject.address, generation, &object);
        }
        self.decide_deposed(id);
        self.held.get_mut(id).decided = true;
    }

    pub(in crate::planner) fn note_drift(
        &mut self,
        address: &Address,
        prior: &Prior,
        relevant: bool,
    ) {
        self.results.drift.push(Drift {
            address: address.clone(),
            kind: address.kind.clone(),
            recorded: prior.object.value.clone(),
            observed: Some(prior.value.clone()),
            relevant,
        });
    }

    /// An object that is gone leaves the record; that it went is drift.
    pub(in crate::planner) fn forget_gone(
        &mut self,
        address: &Address,
        gone: Generation,
        object: &Object,
    ) {
        let relevant = self.mode() == PlanMode::Normal;
        self.results.drift.push(Drift {
            address: address.clone(),
            kind: object.kind.clone(),
            recorded: object.value.clone(),
            observed: None,
            relevant,
        });
        let generation = Some(gone);
        self.results.records.push(Record::Forgotten { address: address.clone(), generation });
    }

    fn causes(&self, address: &Address, paths: &[Path]) -> Vec<ReplaceCause> {
        let cause = |path: &Path| ReplaceCause {
            path: path.clone(),
            span: self.input.program.span_of(address, path),
        };
        paths.iter().map(cause).collect()
    }
}

/// What is recorded before the first step: the object as it is now, and for one that no step will
/// touch, what the configuration says of it.
fn next_record(subject: &Subject, prior: &Prior, verdict: &Verdict) -> Object {
    let mut next = (*prior.object).clone();
    next.value = prior.value.clone();
    if verdict.action == Action::NoOp {
        next.value = verdict.planned.clone();
        next.provider = subject.provider.clone();
        next.needs = subject.needs.clone();
        next.prevent_destroy = subject.desired.lifecycle.prevent_destroy;
    }
    next
}
