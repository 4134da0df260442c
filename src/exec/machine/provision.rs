//! Provisioners: after a create, when the object is recorded as tainted; before a delete, when the
//! intent is durable.

use super::{Machine, commit::Then};
use crate::{event::Effect, report::Report, status::Move};
use infra_model::{
    diagnostic::{Diagnostic, Severity},
    journal::Record,
};
use infra_plan::plan::{StepId, Work};
use std::sync::Arc;

impl Machine {
    /// Runs the next provisioner of a step, or goes on behind the last one.
    pub(super) fn next_provision(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        let Some(next) = run.steps[at].provisions.front().cloned() else {
            return self.provisioned(at);
        };
        if self.stopping && run.steps[at].step.work != Work::Delete {
            // The object is recorded as tainted; the next apply replaces it.
            self.release_held_slot(at);
            return self.step_failed(at);
        }
        run.go(at, Move::Provision);
        let step = run.steps[at].step.id;
        let address = run.steps[at].step.address.clone();
        let kind = next.kind.clone();
        self.report(Report::Provisioning { address: address.clone(), kind });
        self.effects.push(Effect::Provision(step, address, Box::new(next)));
    }

    pub(super) fn take_provisioned(&mut self, step: StepId, result: Result<(), Box<Diagnostic>>) {
        let Some(run) = self.run.as_mut() else { return };
        let Some(at) = run.index.get(&step).copied() else { return };
        let Some(provision) = run.steps[at].provisions.pop_front() else { return };
        let address = run.steps[at].step.address.clone();
        self.report(Report::Provisioned {
            address: address.clone(),
            kind: provision.kind.clone(),
            failed: result.is_err(),
        });
        let address = address.to_string();
        match result {
            Ok(()) => self.next_provision(at),
            Err(diagnostic) if provision.continue_on_failure => {
                let mut diagnostic = diagnostic.at_address(address);
                diagnostic.severity = Severity::Warning;
                self.blame(diagnostic.label(provision.span, "this provisioner"));
                self.next_provision(at);
            }
            Err(diagnostic) => {
                let diagnostic = self.what_follows(at, *diagnostic);
                self.blame(
                    diagnostic.at_address(address).label(provision.span, "this provisioner"),
                );
                self.provision_failed(at);
            }
        }
    }

    /// Adds to a provisioner's failure what the next apply does, which only the machine knows.
    fn what_follows(&self, at: usize, mut diagnostic: Diagnostic) -> Diagnostic {
        let Some(run) = self.run.as_ref() else { return diagnostic };
        let follows = if run.steps[at].step.work == Work::Delete {
            "the object is still there: the next apply runs the provisioner again, and then \
             destroys the object"
        } else {
            "the resource is tainted: the next apply replaces it and runs the provisioner again; \
             `infra untaint` keeps it as it is"
        };
        diagnostic.help = if diagnostic.help.is_empty() {
            follows.into()
        } else {
            format!("{}; {follows}", diagnostic.help).into()
        };
        diagnostic
    }

    fn provision_failed(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        run.steps[at].provisions.clear();
        let state = &run.steps[at];
        if state.step.work == Work::Delete {
            let provider = state.step.provider.clone();
            let record = Record::Abandoned {
                address: state.step.address.clone(),
                generation: state.step.generation,
            };
            run.queues.ended(&provider);
            self.commit.push(record);
            self.fail_after_commit(at);
        } else {
            // It stays tainted in the record.
            self.release_held_slot(at);
            self.step_failed(at);
        }
    }

    /// All provisioners are through.
    fn provisioned(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        run.steps[at].provisioned = true;
        if run.steps[at].step.work == Work::Delete {
            return self.start_call(vec![at]);
        }
        let object = run.steps[at].object.clone();
        self.release_held_slot(at);
        let Some(object) = object else { return self.step_failed(at) };
        let mut object = Arc::unwrap_or_clone(object);
        object.tainted = false;
        let object = Arc::new(object);
        let Some(run) = self.run.as_mut() else { return };
        run.steps[at].object = Some(object.clone());
        run.go(at, Move::Record);
        let step = &run.steps[at].step;
        self.commit.push(Record::Recorded {
            address: step.address.clone(),
            generation: step.generation,
            object,
        });
        self.commit.then(Then::Done(at));
    }
}
