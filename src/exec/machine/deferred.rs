//! Deferred parts: planned by a fresh planner beside the running plan, once what they wait for is
//! final, and carried out inside the envelope that was approved.

use super::{Machine, run::Run};
use crate::report::Report;
use infra_model::address::Address;
use infra_plan::{
    options::{Fragment, Options, PlannerInput},
    plan::{Deferred, Moment, Plan, StepId},
    planner::Planner,
};
use std::sync::Arc;

impl Machine {
    /// Starts planning every deferred part that has become plannable; at most one planner runs.
    pub(super) fn start_deferred(&mut self) {
        let quiet = self.planner.is_none() && !self.stopping && !self.commit.broken;
        if !quiet || !self.commit.is_idle() {
            return;
        }
        let Some(run) = self.run.as_mut() else { return };
        let ready = plannable(run);
        if ready.is_empty() {
            return;
        }
        run.deferred_done.extend(ready.iter().map(|d| d.address.clone()));
        let input = PlannerInput {
            program: self.program.clone(),
            kinds: self.kinds.clone(),
            snapshot: Arc::new(self.snapshot().clone()),
            options: Options::default(),
            moment: Moment { now: self.now, live_epoch: None },
        };
        let fragment = Fragment { deferred: ready.clone() };
        self.planner = Some(Box::new(Planner::fragment(input, fragment)));
        self.report(Report::PlanningDeferred(ready.len()));
        self.advance_planner();
    }

    /// Adds the steps of a planned fragment to the run.
    pub(super) fn take_fragment(&mut self, fragment: Plan, failed: bool) {
        self.known.end_planning();
        let Some(run) = self.run.as_mut() else { return };
        if failed {
            run.counts.failed += 1;
            return;
        }
        let offset = run.steps.iter().map(|s| s.step.id.0 + 1).max().unwrap_or(0);
        let mut steps = fragment.steps;
        for step in &mut steps {
            step.id = StepId(step.id.0 + offset);
            for before in &mut step.after {
                *before = StepId(before.0 + offset);
            }
        }
        for (provider, facts) in fragment.facts {
            run.plan.facts.entry(provider).or_default().extend(facts);
        }
        let first = run.plan.changes.len();
        run.plan.changes.extend(fragment.changes);
        run.index_changes(first);
        for deferred in fragment.deferred {
            // What waits still, or waits anew, is looked at again when more is final.
            run.deferred_done.remove(&deferred.address);
            run.plan.deferred.retain(|known| known.address != deferred.address);
            run.plan.deferred.push(deferred);
        }
        run.plan.steps.extend(steps.iter().cloned());
        for record in fragment.records {
            self.commit.push(record);
        }
        for (address, value) in fragment.values {
            let id = self.known.addresses.intern(address);
            if self.known.get(id).is_none() {
                self.known.publish_final(id, value);
            }
        }
        run.add_steps(steps);
    }
}

/// Returns the deferred parts whose causes are all done.
fn plannable(run: &Run) -> Vec<Deferred> {
    let unplanned: Vec<&Address> = run
        .plan
        .deferred
        .iter()
        .map(|d| &d.address)
        .filter(|address| !run.deferred_done.contains(address))
        .collect();
    // Asked at every pause: a run without deferred parts must not pay for its steps each time.
    if unplanned.is_empty() {
        return Vec::new();
    }
    let open: Vec<&Address> =
        run.steps.iter().filter(|s| !s.status.is_settled()).map(|s| &s.step.address).collect();
    run.plan
        .deferred
        .iter()
        .filter(|d| !run.deferred_done.contains(&d.address))
        .filter(|d| {
            d.waits_for.iter().all(|needed| {
                let waits = unplanned.iter().any(|u| u.covers(needed) || needed.covers(u));
                // What waits for another deferred part of the same fragment is planned with it.
                waits || !open.iter().any(|o| needed.covers(o) || o.covers(needed))
            })
        })
        .cloned()
        .collect()
}
