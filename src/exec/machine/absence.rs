//! Before the intent of a create that is found again by its natural key: is that key free?
//!
//! The planner asks where the key is known when it plans. A key that became known in this run is
//! asked for here, when what is sent is final and nothing is begun: only an intent that recorded the
//! absence lets a create that was cut off be looked up.

use super::{Machine, asks::Asker};
use crate::status::{Move, Status};
use infra_model::{
    address::Address,
    ask::{Answer, Question},
    diagnostic::{Diagnostic, Retry},
    kind::Find,
    path::Path,
    value::Value,
};
use infra_plan::{natural_key, plan::Work};

impl Machine {
    /// Returns whether everything is known of the natural key of what a prepared step makes, if it
    /// has one; if not, the outside has to be asked.
    pub(super) fn is_absence_settled(&mut self, at: usize) -> bool {
        let Some(paths) = self.natural_key(at) else { return true };
        let Some(run) = self.run.as_ref() else { return true };
        let state = &run.steps[at];
        let Work::Create { depose, .. } = state.step.work else { return true };
        let Some((_, planned)) = state.desired.as_ref().filter(|_| !state.absent_before) else {
            return true;
        };
        let address = &state.step.address;
        let has_key = |value: Option<&Value>| {
            value.is_some_and(|value| natural_key::is_same(&paths, value, planned))
        };
        if let Some(generation) = depose {
            // What stands there is our own and goes only later: nobody could tell the two apart.
            let instance = self.snapshot().instance(address);
            let stays = instance.and_then(|instance| instance.objects.get(&generation));
            return has_key(stays.map(|object| &object.value));
        }
        if !has_key(run.change_of(address).and_then(|change| change.prior.as_ref())) {
            return false;
        }
        // It was our own, and was destroyed in this run.
        if let Some(run) = self.run.as_mut() {
            run.steps[at].absent_before = true;
        }
        true
    }

    /// Asks whether what a step would make is there already.
    pub(super) fn ask_absence(&mut self, at: usize) {
        let Some(run) = self.run.as_mut() else { return };
        let step = run.steps[at].step.clone();
        let Some((desired, _)) = run.steps[at].desired.clone() else { return };
        run.go(at, Move::Ask);
        run.queues.asks(at, &step.provider);
        let question = Question::Exists(step.kind, desired);
        self.ask(Asker::Absence(at), step.provider, question);
    }

    pub(super) fn take_absence(&mut self, at: usize, answer: Answer) {
        let Some(run) = self.run.as_mut() else { return };
        let provider = run.steps[at].step.provider.clone();
        run.queues.answered(at, &provider);
        if run.steps[at].status != Status::Asking {
            // The run was stopped meanwhile, or what the step needs was lost.
            return;
        }
        let address = run.steps[at].step.address.clone();
        let refused = match answer {
            Answer::Exists(None) => {
                run.steps[at].absent_before = true;
                return self.put_back(at);
            }
            Answer::Exists(Some(what)) => {
                let taken = natural_key::taken(&address, &what);
                let detail = format!("{} Its create was not begun.", taken.detail);
                taken.detail(detail).retry(Retry::Never)
            }
            Answer::NotAskable(why) | Answer::Failed(why) => untold(&address).related(why),
            Answer::Configured(_)
            | Answer::Facts(..)
            | Answer::Observed(..)
            | Answer::Found(_)
            | Answer::Value(..)
            | Answer::Imported(_)
            | Answer::Opened(..)
            | Answer::Closed(_) => untold(&address),
        };
        self.blame_step(at, refused);
        self.step_failed(at);
    }

    /// Puts a step back among those that could begin.
    pub(super) fn put_back(&mut self, at: usize) {
        if let Some(run) = self.run.as_mut() {
            run.queues.push(at, &run.steps[at].step);
        }
    }

    /// Returns whether a lookup can tell what became of a create.
    pub(super) fn is_findable(&self, at: usize) -> bool {
        let Some(run) = self.run.as_ref() else { return false };
        run.steps[at].absent_before || self.natural_key(at).is_none()
    }

    /// Returns the natural key of what a step makes, if it is known by one.
    fn natural_key(&self, at: usize) -> Option<Vec<Path>> {
        let run = self.run.as_ref()?;
        match self.kinds.of(&run.steps[at].step.address)?.find() {
            Find::NaturalKey(paths) => Some(paths),
            Find::Token | Find::Local => None,
        }
    }
}

fn untold(address: &Address) -> Diagnostic {
    Diagnostic::error(
        "infra::exec::absence_unknown",
        format!("It could not be told whether what `{address}` would create is there already"),
    )
    .detail("Its create was not begun: nothing was changed for it.")
    .help("Apply again once the provider answers.")
    .retry(Retry::Safe)
}
