//! What exactly a step sends: the configuration evaluated once more with everything final, checked
//! against what was planned.

use super::{
    Machine,
    asks::Asker,
    commit::Then,
    run::{Fixed, Run, StepState},
};
use crate::{
    report::{LeaseNews, LeaseWork, Report},
    status::Move,
};
use infra_model::{
    address::{Address, Generation, Mode},
    ask::{Answer, Question},
    diagnostic::{self, Diagnostics},
    journal::{Intent, Record, Verb},
    program::{Conditioned, Desired, When},
    schema::Schema,
    snapshot::{CheckStatus, Object},
    types::Type,
    value::{Marks, Value},
};
use infra_plan::{finalise, plan::Work};
use std::sync::Arc;

impl Machine {
    /// Makes known what a ready step sends; returns whether it can begin. If not, it has failed.
    pub(super) fn prepare(&mut self, at: usize) -> bool {
        let Some(run) = self.run.as_ref() else { return false };
        if run.steps[at].desired.is_some() {
            // It was asked for, and what it sends was final then.
            return true;
        }
        let step = &run.steps[at].step;
        let work = step.work;
        let recorded = self.snapshot().instance(&step.address);
        let prior = match work {
            Work::Create { .. } | Work::Read | Work::Join => None,
            Work::Update | Work::Delete => {
                recorded.and_then(|instance| instance.objects.get(&step.generation)).cloned()
            }
        };
        let prepared = match work {
            Work::Create { .. } | Work::Update => self.prepare_value(at, prior.as_ref()),
            Work::Delete => self.prepare_delete(at, prior.as_ref()),
            Work::Read | Work::Join => return false,
        };
        match prepared {
            Ok(()) => {
                if let Some(run) = self.run.as_mut() {
                    run.steps[at].prior = prior.map(|prior| as_planned_over(run, at, prior));
                }
                true
            }
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                self.step_failed(at);
                false
            }
        }
    }

    fn prepare_value(&mut self, at: usize, prior: Option<&Arc<Object>>) -> Result<(), Diagnostics> {
        let Some(run) = self.run.as_ref() else { return Err(Vec::new()) };
        let address = run.steps[at].step.address.clone();
        let provider = run.steps[at].step.provider.clone();
        let planned = run.change_of(&address).and_then(|change| change.planned.clone());
        let updating = prior.is_some();
        let observed = run.change_of(&address).and_then(|c| c.prior.clone()).filter(|_| updating);
        let facts = run.plan.facts.get(&provider).cloned().unwrap_or_default();
        let desired = self.evaluate(&address)?;
        let final_value = finalise::at_apply(&finalise::AtApply {
            kinds: &self.kinds,
            address: &address,
            desired: &desired,
            prior: observed.as_ref().or_else(|| prior.map(|object| &object.value)),
            planned: planned.as_ref(),
            facts: &facts,
        })?;
        let secret = self.kinds.get(address.mode, &address.kind);
        let Some(run) = self.run.as_mut() else { return Err(Vec::new()) };
        let change = run.change_of(&address);
        let change_says = change.is_some_and(|c| c.create_before_destroy);
        // The plan's needs name what the provider's configuration is made from as well.
        let needs = change.map_or_else(|| desired.needs.clone(), |c| c.needs.clone());
        let state = &mut run.steps[at];
        state.fixed = Fixed {
            needs,
            prevent_destroy: desired.lifecycle.prevent_destroy,
            create_before_destroy: desired.lifecycle.create_before_destroy || change_says,
            provisioned: desired.lifecycle.provisioned
                && matches!(state.step.work, Work::Create { .. }),
        };
        // What the schema calls secret is marked before it enters an intent or a call.
        let desired = secret.map_or(final_value.desired.clone(), |kind| {
            kind.schema().block.mark_sensitive(final_value.desired)
        });
        state.desired = Some((desired, final_value.planned));
        Ok(())
    }

    /// Evaluates an instance with everything final, preconditions first.
    fn evaluate(&mut self, address: &Address) -> Result<Desired, Diagnostics> {
        let id = self.known.addresses.intern(address.clone());
        let (checks, mut diagnostics) =
            self.program.conditions(&Conditioned::Before(id), None, &mut self.known);
        let refused = checks.values().any(|check| check.status == CheckStatus::Fail);
        if refused || diagnostic::has_errors(&diagnostics) {
            return Err(diagnostics);
        }
        let (desired, more) = self.program.desired(id, &mut self.known);
        diagnostics.extend(more);
        match desired {
            Some(desired) if !diagnostic::has_errors(&diagnostics) => {
                self.diagnostics.extend(diagnostics);
                Ok(desired)
            }
            Some(_) | None => Err(diagnostics),
        }
    }

    fn prepare_delete(
        &mut self,
        at: usize,
        prior: Option<&Arc<Object>>,
    ) -> Result<(), Diagnostics> {
        let Some(prior) = prior else {
            // Recorded when the plan was made and not any more: nothing is left to delete.
            return Err(Vec::new());
        };
        if prior.tainted {
            // As in Terraform: what was never wholly made is not taken apart with care.
            return Ok(());
        }
        let Some(run) = self.run.as_ref() else { return Err(Vec::new()) };
        let step = &run.steps[at].step;
        let (address, generation) = (step.address.clone(), step.generation);
        let instance = self.snapshot().instances.get(&address);
        if instance.is_some_and(|instance| instance.deposed.contains(&generation)) {
            // As in Terraform: its successor stands already, and would be taken apart too.
            return Ok(());
        }
        let id = self.known.addresses.intern(address);
        let (provisions, diagnostics) =
            self.program.provisioners(id, When::Destroy, &prior.value, &mut self.known);
        if diagnostic::has_errors(&diagnostics) {
            return Err(diagnostics);
        }
        self.diagnostics.extend(diagnostics);
        if let Some(run) = self.run.as_mut() {
            run.steps[at].provisions = provisions.into();
        }
        Ok(())
    }

    pub(super) fn write_intent(&mut self, at: usize) {
        let recorded = &self.snapshot().lineage;
        let new = recorded.is_empty();
        let lineage = if new { &self.settings.new_lineage } else { recorded }.clone();
        let (epoch, now) = (self.settings.epoch, self.now);
        let Some(run) = self.run.as_mut() else { return };
        let state = &mut run.steps[at];
        let step = &state.step;
        let kind = self.kinds.get(step.address.mode, &step.kind);
        state.intent = Some(Intent {
            address: step.address.clone(),
            generation: step.generation,
            verb: verb(step.work),
            kind: step.kind.clone(),
            provider: step.provider.clone(),
            epoch,
            at: now,
            absent_before: state.absent_before,
            desired: intended(kind.map(|kind| kind.schema()), state),
            needs: state.fixed.needs.clone(),
            token: infra_sdk::token::token(&lineage, &step.address, step.generation),
        });
        state.began = now;
    }

    /// Asks for a data source whose configuration is final.
    pub(super) fn begin_read(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        let step = run.steps[at].step.clone();
        let desired = self.evaluate(&step.address).and_then(|desired| {
            finalise::all_known(&step.address, &desired.value)?;
            Ok(desired)
        });
        match desired {
            Ok(desired) => {
                let Some(run) = self.run.as_mut() else { return };
                run.queues.began(&step.provider);
                run.go(at, Move::Start);
                let state = &mut run.steps[at];
                state.began = self.now;
                state.fixed.needs = desired.needs.clone();
                state.desired = Some((desired.value.clone(), desired.value.clone()));
                self.ask_read(at, desired.value);
            }
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                self.step_failed(at);
            }
        }
    }

    fn ask_read(&mut self, at: usize, config: Value) {
        let Some(run) = self.run.as_ref() else { return };
        let step = run.steps[at].step.clone();
        if step.address.mode != Mode::Ephemeral {
            let (subject, work) = (step.address.into(), step.work);
            self.report(Report::Started { subject, work, id: None });
            let question = Question::ReadData(step.kind, config);
            return self.ask(Asker::Read(at), step.provider, question);
        }
        if let Some(lease) = self.held_for_step(at) {
            // The planner of a deferred part has opened it in this very run.
            return self.take_read(at, Answer::Opened(lease, Vec::new()));
        }
        self.tell(&step.address, LeaseWork::Open, LeaseNews::Began);
        self.ask(Asker::Read(at), step.provider, Question::Open(step.address, config));
    }

    pub(super) fn take_read(&mut self, at: usize, answer: Answer) {
        let Some(run) = self.run.as_mut() else { return };
        let provider = run.steps[at].step.provider.clone();
        run.queues.ended(&provider);
        match answer {
            Answer::Value(value, diagnostics) => {
                self.diagnostics.extend(diagnostics);
                self.record_read(at, value);
            }
            Answer::Opened(lease, diagnostics) => {
                self.diagnostics.extend(diagnostics);
                let value = lease.value.clone();
                if self.held_for_step(at).is_none() {
                    self.hold_for_step(at, lease);
                }
                self.record_read(at, value);
            }
            Answer::NotAskable(diagnostic) | Answer::Failed(diagnostic) => {
                self.blame(diagnostic);
                self.step_failed(at);
            }
            Answer::Configured(_)
            | Answer::Facts(..)
            | Answer::Observed(..)
            | Answer::Found(_)
            | Answer::Imported(_)
            | Answer::Exists(_)
            | Answer::Closed(_) => self.step_failed(at),
        }
    }

    fn record_read(&mut self, at: usize, value: Value) {
        let Some(run) = self.run.as_mut() else { return };
        let step = run.steps[at].step.clone();
        let marks = run.steps[at].desired.take().map(|(desired, _)| desired.unmark_paths().1);
        let ephemeral = step.address.mode == Mode::Ephemeral;
        let schema = self.kinds.get(step.address.mode, &step.kind).map(|kind| kind.schema());
        let mut value = value.mark_paths(&marks.unwrap_or_default());
        if let Some(schema) = schema {
            value = schema.block.mark_sensitive(value);
        }
        if ephemeral {
            value = value.with_marks(Marks::EPHEMERAL);
        }
        let object = Arc::new(Object {
            kind: step.kind.clone(),
            provider: step.provider.clone(),
            value: value.clone(),
            private: Arc::from([]),
            schema_version: schema.map_or(0, |schema| schema.version),
            tainted: false,
            needs: run.steps[at].fixed.needs.clone(),
            prevent_destroy: false,
            create_before_destroy: false,
        });
        run.go(at, Move::Record);
        let id = self.known.addresses.intern(step.address.clone());
        if !ephemeral || self.known.get(id).is_none() {
            self.known.publish_final(id, value.clone());
        }
        let failed = self.postconditions_fail(at, &value);
        if !ephemeral {
            // What is ephemeral is never stored.
            let generation = Generation(1);
            self.commit.push(Record::Recorded { address: step.address, generation, object });
        }
        self.commit.then(if failed { Then::Failed(at) } else { Then::Done(at) });
    }
}

/// Returns a recorded object with the values that were observed when the plan was made.
fn as_planned_over(run: &Run, at: usize, recorded: Arc<Object>) -> Arc<Object> {
    let step = &run.steps[at].step;
    let current = run.change_of(&step.address).filter(|_| step.work == Work::Update);
    match current.and_then(|change| change.prior.clone()) {
        Some(value) if value != recorded.value => {
            Arc::new(Object { value, ..Arc::unwrap_or_clone(recorded) })
        }
        Some(_) | None => recorded,
    }
}

fn verb(work: Work) -> Verb {
    match work {
        Work::Create { .. } => Verb::Create,
        Work::Update => Verb::Update,
        Work::Delete | Work::Read | Work::Join => Verb::Delete,
    }
}

/// What an intent keeps of what is sent: never what must not be stored.
fn intended(schema: Option<&Schema>, state: &StepState) -> Value {
    match &state.desired {
        Some((desired, _)) => finalise::storable(schema, desired),
        None => Value::null(Type::Dynamic),
    }
}
