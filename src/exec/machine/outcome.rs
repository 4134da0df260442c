//! How calls ended: records of what is there now, repetitions, lookups, failures.

use super::{Machine, asks::Asker, commit::Then};
use crate::{
    event::{Alarm, CallId, Effect},
    report::Report,
    status::{Move, Status},
};
use infra_model::{
    ask::{Answer, CallFailure, CallOutcome, Question},
    diagnostic::{self, Diagnostic, Diagnostics, Retry, Severity},
    journal::{Record, Time},
    observed::Found,
    program::{Conditioned, When},
    snapshot::{CheckStatus, Object},
    text::Text,
    value::Value,
};
use infra_plan::{
    finalise,
    plan::{StepId, Work},
};
use std::sync::Arc;

/// The wait before the second attempt; doubled for each further one.
const REPEAT_MS_FIRST: u64 = 1_000;

impl Machine {
    pub(super) fn take_outcomes(&mut self, id: CallId, outcomes: Vec<CallOutcome>) {
        let steps = self.end_call(id);
        let mut outcomes = outcomes.into_iter();
        for at in steps {
            match outcomes.next() {
                Some(CallOutcome::Done(object, diagnostics)) => {
                    for told in diagnostics {
                        let told = self.placed(at, told);
                        self.diagnostics.push(told);
                    }
                    self.take_done(at, object);
                }
                Some(CallOutcome::Failed(failure)) => self.take_failure(at, *failure),
                None => {
                    let failure = self.no_outcome(at);
                    self.take_failure(at, failure);
                }
            }
        }
    }

    /// Takes a call off the list of what is in flight and returns its steps.
    pub(super) fn end_call(&mut self, id: CallId) -> Vec<usize> {
        let Some(run) = self.run.as_mut() else { return Vec::new() };
        let Some(steps) = run.calls.remove(&id) else { return Vec::new() };
        let keeps_slot = steps.len() == 1 && run.steps[steps[0]].fixed.provisioned;
        if !keeps_slot {
            let provider = run.steps[steps[0]].step.provider.clone();
            run.queues.ended(&provider);
        }
        steps
    }

    fn no_outcome(&self, at: usize) -> CallFailure {
        let provider = self.run.as_ref().map(|run| run.steps[at].step.provider.to_string());
        CallFailure {
            partial: None,
            is_whole: false,
            retry: Retry::AfterLookup,
            wait_ms: None,
            diagnostic: Diagnostic::error(
                "infra::exec::outcome_missing",
                format!("`{}` did not say how a step ended", provider.unwrap_or_default()),
            )
            .detail("This is a fault of the provider.")
            .help("Report it; run `infra plan`, which looks the object up."),
        }
    }

    fn take_done(&mut self, at: usize, object: Option<Box<Object>>) {
        let Some(run) = self.run.as_ref() else { return };
        let deleting = run.steps[at].step.work == Work::Delete;
        match object {
            None if deleting => self.record_outcome(at, None, Vec::new()),
            Some(object) if !deleting => {
                let (object, problems) = self.complete(at, *object);
                self.record_outcome(at, Some(object), problems);
            }
            _ => {
                let failure = self.no_outcome(at);
                self.take_failure(at, failure);
            }
        }
    }

    /// Takes an update of which nothing but marks is new, if anything: the object is the recorded one.
    pub(super) fn take_settled(&mut self, at: usize) {
        let prior = self.run.as_ref().and_then(|run| run.steps[at].prior.as_deref().cloned());
        self.take_done(at, prior.map(Box::new));
    }

    /// Puts on an object what the engine says of it, and checks what the provider says of it.
    fn complete(&self, at: usize, mut object: Object) -> (Object, Diagnostics) {
        let Some(run) = self.run.as_ref() else { return (object, Vec::new()) };
        let state = &run.steps[at];
        let kind = self.kinds.of(&state.step.address);
        let planned = state.desired.as_ref().map(|(_, planned)| planned);
        let (value, problems) = finalise::result(&finalise::Returned {
            kind: kind.as_deref(),
            address: &state.step.address,
            provider: &state.step.provider,
            planned,
            value: object.value,
        });
        object.value = value;
        object.kind = state.step.kind.clone();
        object.provider = state.step.provider.clone();
        object.needs = state.fixed.needs.clone();
        object.prevent_destroy = state.fixed.prevent_destroy;
        object.create_before_destroy = state.fixed.create_before_destroy;
        object.tainted |= state.fixed.provisioned || diagnostic::has_errors(&problems);
        if let Some(kind) = kind {
            object.schema_version = kind.schema().version;
        }
        (object, problems)
    }

    /// Records what is there now and says what follows.
    fn record_outcome(&mut self, at: usize, object: Option<Object>, problems: Diagnostics) {
        let mut failed = diagnostic::has_errors(&problems);
        self.diagnostics.extend(problems);
        let object = object.map(Arc::new);
        if let Some(object) = &object {
            self.publish_outcome(at, &object.value);
            failed |= self.postconditions_fail(at, &object.value);
        }
        let provision =
            if failed { Some(false) } else { self.load_provisions(at, object.as_ref()) };
        failed |= provision.is_none();
        let Some(run) = self.run.as_mut() else { return };
        run.go(at, Move::Record);
        let step = run.steps[at].step.clone();
        run.steps[at].object.clone_from(&object);
        let made = object.is_some();
        self.commit.push(Record::Finished {
            address: step.address.clone(),
            generation: step.generation,
            object,
        });
        match step.work {
            Work::Create { depose: Some(generation), .. } if made => {
                self.commit.push(Record::Deposed { address: step.address, generation });
            }
            Work::Delete => self.forget_lost(&step),
            Work::Create { .. } | Work::Update | Work::Read | Work::Join => {}
        }
        self.commit.then(match (failed, provision) {
            (true, _) => Then::Failed(at),
            (false, Some(true)) => Then::Provision(at),
            (false, Some(false) | None) => Then::Done(at),
        });
    }

    fn publish_outcome(&mut self, at: usize, value: &Value) {
        let Some(run) = self.run.as_ref() else { return };
        let id = self.known.addresses.intern(run.steps[at].step.address.clone());
        self.known.publish_final(id, value.clone());
    }

    pub(super) fn postconditions_fail(&mut self, at: usize, value: &Value) -> bool {
        let Some(run) = self.run.as_ref() else { return false };
        let id = self.known.addresses.intern(run.steps[at].step.address.clone());
        let of = Conditioned::After(id);
        let (checks, diagnostics) = self.program.conditions(&of, Some(value), &mut self.known);
        let failed = checks.values().any(|check| check.status == CheckStatus::Fail)
            || diagnostic::has_errors(&diagnostics);
        self.diagnostics.extend(diagnostics);
        failed
    }

    /// Loads the create-time provisioners; returns whether there are any, and `None` if one cannot
    /// be evaluated: then none is run, and the object stays recorded as tainted.
    fn load_provisions(&mut self, at: usize, object: Option<&Arc<Object>>) -> Option<bool> {
        let (Some(run), Some(object)) = (self.run.as_ref(), object) else { return Some(false) };
        if !run.steps[at].fixed.provisioned {
            return Some(false);
        }
        let id = self.known.addresses.intern(run.steps[at].step.address.clone());
        let (provisions, diagnostics) =
            self.program.provisioners(id, When::Create, &object.value, &mut self.known);
        let failed = diagnostic::has_errors(&diagnostics);
        self.diagnostics.extend(diagnostics);
        if failed {
            return None;
        }
        if let Some(run) = self.run.as_mut() {
            run.steps[at].provisions = provisions.into();
        }
        Some(true)
    }

    fn take_failure(&mut self, at: usize, failure: CallFailure) {
        let Some(run) = self.run.as_ref() else { return };
        let state = &run.steps[at];
        let again = state.attempts < self.settings.attempts_max && !self.stopping && !self.aborted;
        let creating = matches!(state.step.work, Work::Create { .. });
        match (failure.retry, failure.wait_ms) {
            _ if failure.partial.is_some() => self.fail_with_object(at, failure),
            (Retry::Safe, Some(wait)) if again => self.rest(at, wait, failure.diagnostic),
            (Retry::AfterLookup, _) if creating => self.look_up(at, failure),
            // An update or delete that may have happened is settled by the next refresh.
            (Retry::AfterLookup, _) => self.fail_open(at, failure.diagnostic),
            (Retry::Safe | Retry::Never, _) => self.fail_abandoned(at, failure.diagnostic),
        }
    }

    pub(super) fn blame_step(&mut self, at: usize, diagnostic: Diagnostic) {
        let placed = self.placed(at, diagnostic);
        self.blame(placed);
    }

    /// Returns what is told of a step with its address and its place in the files.
    fn placed(&self, at: usize, diagnostic: Diagnostic) -> Diagnostic {
        let Some(run) = self.run.as_ref() else { return diagnostic };
        let address = run.steps[at].step.address.clone();
        let mut diagnostic = diagnostic.at_address(address.to_string());
        if diagnostic.labels.is_empty() {
            let path = diagnostic.path.clone().unwrap_or_default();
            if let Some(span) = self.program.span_of(&address, &path) {
                diagnostic = diagnostic.label(span, "");
            }
        }
        diagnostic
    }

    /// Something is there although the step failed: it is recorded, after a create as tainted.
    fn fail_with_object(&mut self, at: usize, failure: CallFailure) {
        self.blame_step(at, failure.diagnostic);
        let Some(partial) = failure.partial else { return };
        let (mut object, _) = self.complete(at, partial);
        let Some(run) = self.run.as_mut() else { return };
        let step = run.steps[at].step.clone();
        object.tainted = match step.work {
            // A whole thing whose provisioners have not run is not what was wanted either.
            Work::Create { .. } => !failure.is_whole || run.steps[at].fixed.provisioned,
            Work::Update | Work::Delete | Work::Read | Work::Join => {
                run.steps[at].prior.as_ref().is_some_and(|prior| prior.tainted)
            }
        };
        self.release_held_slot(at);
        self.commit.push(Record::Finished {
            address: step.address.clone(),
            generation: step.generation,
            object: Some(Arc::new(object)),
        });
        if let Work::Create { depose: Some(generation), .. } = step.work {
            self.commit.push(Record::Deposed { address: step.address, generation });
        }
        self.fail_after_commit(at);
    }

    /// Nothing happened: the intent is closed.
    fn fail_abandoned(&mut self, at: usize, diagnostic: Diagnostic) {
        self.blame_step(at, diagnostic);
        self.release_held_slot(at);
        let Some(run) = self.run.as_ref() else { return };
        let step = &run.steps[at].step;
        self.commit
            .push(Record::Abandoned { address: step.address.clone(), generation: step.generation });
        self.fail_after_commit(at);
    }

    /// It cannot be told what happened: the intent stays open.
    pub(super) fn fail_open(&mut self, at: usize, diagnostic: Diagnostic) {
        self.blame_step(at, diagnostic.retry(Retry::AfterLookup));
        self.release_held_slot(at);
        self.step_failed(at);
    }

    /// A step with provisioners keeps its place among the calls in flight until they are through.
    pub(super) fn release_held_slot(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        if run.steps[at].fixed.provisioned {
            let provider = run.steps[at].step.provider.clone();
            run.queues.ended(&provider);
            run.steps[at].fixed.provisioned = false;
        }
    }

    /// Puts a repetition off, as the provider asks or longer.
    fn rest(&mut self, at: usize, wait_ms: u64, diagnostic: Diagnostic) {
        let Some(run) = self.run.as_mut() else { return };
        run.go(at, Move::Rest);
        let state = &run.steps[at];
        let doubled = REPEAT_MS_FIRST << state.attempts.saturating_sub(1).min(6);
        let wake = Time(self.now.0 + wait_ms.max(doubled));
        let (id, subject) = (state.step.id, state.subject());
        self.report(Report::Repeating { subject, at: wake, diagnostic: Box::new(diagnostic) });
        self.effects.push(Effect::Sleep(Alarm::Step(id), wake));
    }

    pub(super) fn take_timer(&mut self, step: StepId) {
        let Some(run) = self.run.as_mut() else { return };
        let Some(at) = run.index.get(&step).copied() else { return };
        if run.steps[at].status != Status::Resting {
            return;
        }
        if run.steps[at].fixed.provisioned {
            // It kept its place among the calls in flight.
            return self.repeat(at);
        }
        run.queues.push_repeat(at);
    }

    /// Begins calls again whose rest is over, as the limits allow.
    pub(super) fn schedule_repeats(&mut self) {
        let rested = self.run.as_mut().map(|run| run.queues.take_repeats()).unwrap_or_default();
        for at in rested {
            let Some(run) = self.run.as_ref() else { return };
            let provider = run.steps[at].step.provider.clone();
            let room = self.has_room(&provider);
            let Some(run) = self.run.as_mut() else { return };
            if room {
                run.queues.began(&provider);
                self.repeat(at);
            } else {
                run.queues.push_repeat(at);
            }
        }
    }

    fn repeat(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        run.steps[at].attempts += 1;
        run.go(at, Move::Start);
        self.send_call(vec![at]);
    }

    fn look_up(&mut self, at: usize, failure: CallFailure) {
        if !self.is_findable(at) {
            return self.fail_open(at, uncertain().related(failure.diagnostic));
        }
        let Some(run) = self.run.as_mut() else { return };
        let Some(intent) = run.steps[at].intent.clone() else { return };
        let provider = run.steps[at].step.provider.clone();
        self.blame_later(at, failure.diagnostic);
        self.ask(Asker::Lookup(at), provider, Question::Find(vec![intent]));
    }

    /// A failure that a lookup may still turn into a success is kept as a warning.
    fn blame_later(&mut self, at: usize, mut diagnostic: Diagnostic) {
        diagnostic.severity = Severity::Warning;
        self.blame_step(at, diagnostic);
    }

    pub(super) fn take_lookup(&mut self, at: usize, answer: Answer) {
        let Answer::Found(found) = answer else {
            return self.fail_open(at, uncertain());
        };
        match found.into_iter().next() {
            Some(Found::Adopt(object)) => self.take_done(at, Some(object)),
            Some(Found::Absent) => self.repeat_or_abandon(at),
            Some(Found::Uncertain(why)) => self.fail_open(at, uncertain().related(why)),
            None => self.fail_open(at, uncertain()),
        }
    }

    fn repeat_or_abandon(&mut self, at: usize) {
        let attempts = self.run.as_ref().map_or(u32::MAX, |run| run.steps[at].attempts);
        if attempts < self.settings.attempts_max && !self.stopping {
            self.rest(at, REPEAT_MS_FIRST, uncertain());
        } else {
            let diagnostic =
                Diagnostic::error("infra::exec::create_not_done", "The object was not created")
                    .detail(
                        "The provider did not answer, and a lookup shows that nothing was created.",
                    )
                    .help("Run the command again.")
                    .retry(Retry::Safe);
            self.fail_abandoned(at, diagnostic);
        }
    }
}

fn uncertain() -> Diagnostic {
    Diagnostic::error("infra::exec::create_uncertain", "It is uncertain whether it was created")
        .detail("The provider did not answer the create, and a lookup could not tell.")
        .help("Run `infra plan`: it looks the object up again before it plans anything.")
        .retry(Retry::AfterLookup)
}

/// Returns the `id` attribute of an object, if it is known and may be shown.
pub(super) fn shown_id(value: &Value) -> Option<Text> {
    if !value.marks().is_empty() {
        return None;
    }
    let id = value.get("id")?;
    if id.marks().is_empty() { id.as_text().cloned() } else { None }
}
