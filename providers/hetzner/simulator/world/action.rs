//! Actions and their timeline: what runs, what it locks, how it ends.

use super::{
    World, clock,
    deed::{Deed, Step, When},
    fault::Effect,
    kind::Kind,
    mischief::Luck,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A time that never comes: actions that are stuck end then.
const NEVER: u64 = u64::MAX;

/// All actions that ever were, and what they will still do.
#[derive(Default)]
pub(crate) struct Actions {
    all: BTreeMap<u64, Action>,
    locks: BTreeMap<(Kind, u64), BTreeSet<u64>>,
    timeline: BTreeMap<(u64, u64), Event>,
    sequence: u64,
}

/// An action.
pub(crate) struct Action {
    pub(crate) id: u64,
    pub(crate) command: &'static str,
    pub(crate) resources: Vec<(Kind, u64)>,
    pub(crate) started_ms: u64,
    pub(crate) outcome: Option<Outcome>,
    /// Nobody sees it any more; what it does happens nevertheless.
    pub(crate) is_vanished: bool,
    locks: Vec<(Kind, u64)>,
    after: Option<u64>,
    begins_ms: u64,
    ends_ms: u64,
    will_fail: Option<Trouble>,
    done: Vec<Step>,
    failed: Vec<Step>,
}

/// How an action ended.
pub(crate) struct Outcome {
    pub(crate) finished_ms: u64,
    pub(crate) error: Option<Trouble>,
}

/// What an action failed with: code and message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) code: String,
    pub(crate) message: String,
}

enum Event {
    Step(u64, Step),
    End(u64),
}

impl Event {
    fn action(&self) -> u64 {
        match self {
            Self::Step(action, _) | Self::End(action) => *action,
        }
    }
}

impl Action {
    /// Returns the word of its status.
    pub(crate) fn status(&self) -> &'static str {
        match &self.outcome {
            None => "running",
            Some(Outcome { error: None, .. }) => "success",
            Some(Outcome { error: Some(_), .. }) => "error",
        }
    }

    /// Returns the action as the API shows it.
    pub(crate) fn answer(&self, now_ms: u64) -> Value {
        let resource =
            |(kind, id): &(Kind, u64)| json!({ "id": id, "type": kind.word_in_actions() });
        let error = self.outcome.as_ref().and_then(|outcome| outcome.error.as_ref());
        json!({
            "id": self.id,
            "command": self.command,
            "status": self.status(),
            "progress": self.progress(now_ms),
            "started": clock::rfc3339(self.started_ms),
            "finished": self.outcome.as_ref().map(|outcome| clock::rfc3339(outcome.finished_ms)),
            "resources": self.resources.iter().map(resource).collect::<Vec<_>>(),
            "error": error.map(|error| json!({ "code": error.code, "message": error.message })),
        })
    }

    fn progress(&self, now_ms: u64) -> u64 {
        if self.outcome.is_some() {
            return 100;
        }
        let passed_ms = now_ms.saturating_sub(self.begins_ms);
        let takes_ms = self.ends_ms.saturating_sub(self.begins_ms).max(1);
        (passed_ms.saturating_mul(100) / takes_ms).min(99)
    }
}

impl Actions {
    pub(crate) fn find(&self, id: u64) -> Option<&Action> {
        self.all.get(&id).filter(|action| !action.is_vanished)
    }

    /// Returns the actions that can be seen, the oldest first.
    pub(crate) fn seen(&self) -> impl Iterator<Item = &Action> {
        self.all.values().filter(|action| !action.is_vanished)
    }

    pub(crate) fn is_locked(&self, kind: Kind, id: u64) -> bool {
        self.locks.contains_key(&(kind, id))
    }

    /// Returns the actions that run.
    pub(crate) fn running(&self) -> Vec<u64> {
        self.all.values().filter(|action| action.outcome.is_none()).map(|a| a.id).collect()
    }

    fn schedule(&mut self, at_ms: u64, event: Event) {
        self.sequence += 1;
        self.timeline.insert((at_ms, self.sequence), event);
    }

    /// Takes what happens next, up to a time.
    fn next(&mut self, until_ms: u64) -> Option<(u64, Event)> {
        let first = self.timeline.first_entry()?;
        let (at_ms, _) = *first.key();
        (at_ms <= until_ms && at_ms < NEVER).then(|| (at_ms, first.remove()))
    }

    fn unlock(&mut self, action: u64) {
        for holders in self.locks.values_mut() {
            holders.remove(&action);
        }
        self.locks.retain(|_, holders| !holders.is_empty());
    }
}

impl World {
    /// Begins an action and returns its id; faults of the current request say how it goes.
    pub(crate) fn begin(&mut self, deed: Deed) -> u64 {
        let id = self.next_id();
        let now_ms = self.now_ms();
        let luck = if deed.is_hidden { Luck::default() } else { self.mischief.luck(deed.command) };
        let before = deed.after.and_then(|id| self.actions.all.get(&id));
        let failed_before = before.is_some_and(|action| action.status() == "error");
        let begins_ms = before.map_or(now_ms, |action| action.ends_ms.max(now_ms));
        let delay_ms = luck.sticks_for_ms.unwrap_or(0);
        let takes_ms = deed.takes_ms.unwrap_or_else(|| self.duration(deed.command));
        let takes_ms = takes_ms.saturating_add(delay_ms);
        let ends_ms = begins_ms.saturating_add(takes_ms);
        let mut action = Action {
            id,
            command: deed.command,
            resources: deed.resources,
            started_ms: now_ms,
            outcome: None,
            is_vanished: luck.is_vanished || deed.is_hidden,
            locks: deed.locks,
            after: deed.after,
            begins_ms,
            ends_ms,
            will_fail: luck.fails.or(deed.fails),
            done: Vec::new(),
            failed: Vec::new(),
        };
        for lock in &action.locks {
            self.actions.locks.entry(*lock).or_default().insert(id);
        }
        for (when, step) in deed.steps {
            match when {
                When::Begun => self.actions.schedule(begins_ms, Event::Step(id, step)),
                When::Done => action.done.push(step),
                When::Failed => action.failed.push(step),
            }
        }
        self.actions.all.insert(id, action);
        self.actions.schedule(ends_ms, Event::End(id));
        if failed_before {
            self.end(id, Some(Trouble::after_another()));
        }
        id
    }

    /// Locks an object for a time, by nobody who can be seen, if a fault says so.
    pub(crate) fn lock_by_fault(&mut self, kind: Kind, id: u64) {
        let for_ms = self.mischief.0.iter().find_map(|effect| {
            if let Effect::Lock { for_ms } = effect { Some(*for_ms) } else { None }
        });
        if let Some(ms) = for_ms {
            self.begin(Deed::new("lock").on(kind, id).takes(ms).hidden());
        }
    }

    /// Returns an action as the API shows it; null if there is none.
    pub(crate) fn action(&self, id: u64) -> Value {
        self.actions.all.get(&id).map_or(Value::Null, |action| action.answer(self.now_ms()))
    }

    /// Lets everything happen that is due.
    pub(crate) fn settle(&mut self) {
        let until_ms = self.now_ms();
        while let Some((at_ms, event)) = self.actions.next(until_ms) {
            self.moment_ms = Some(at_ms);
            self.happen(event);
        }
        self.moment_ms = None;
        self.run_snapshot_plans();
    }

    /// Lets actions that run end now, with all that they do.
    pub(crate) fn hurry(&mut self, actions: &[u64]) {
        loop {
            let timeline = &self.actions.timeline;
            let next = timeline.iter().find(|(_, event)| actions.contains(&event.action()));
            let Some(key) = next.map(|(key, _)| *key) else { return };
            if let Some(event) = self.actions.timeline.remove(&key) {
                self.happen(event);
            }
        }
    }

    /// Lets actions that are stuck for good end now; returns how many there were.
    pub fn release_stuck(&mut self) -> usize {
        let stuck = self.actions.all.values().filter(|a| a.outcome.is_none() && a.ends_ms == NEVER);
        let stuck: Vec<u64> = stuck.map(|action| action.id).collect();
        self.hurry(&stuck);
        stuck.len()
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Step(action, step) => {
                let is_running = |action: &Action| action.outcome.is_none();
                if self.actions.all.get(&action).is_some_and(is_running) {
                    step(self);
                }
            }
            Event::End(action) => {
                let trouble = self.actions.all.get(&action).and_then(|a| a.will_fail.clone());
                self.end(action, trouble);
            }
        }
    }

    fn end(&mut self, id: u64, error: Option<Trouble>) {
        let finished_ms = self.now_ms();
        let Some(action) = self.actions.all.get_mut(&id).filter(|a| a.outcome.is_none()) else {
            return;
        };
        let is_failed = error.is_some();
        action.outcome = Some(Outcome { finished_ms, error });
        let done = std::mem::take(&mut action.done);
        let failed = std::mem::take(&mut action.failed);
        self.actions.unlock(id);
        for step in if is_failed { failed } else { done } {
            step(self);
        }
        if is_failed {
            let waits = |action: &&Action| action.after == Some(id);
            let waiting: Vec<u64> =
                self.actions.all.values().filter(waits).map(|action| action.id).collect();
            for id in waiting {
                self.end(id, Some(Trouble::after_another()));
            }
        }
    }
}

impl Trouble {
    fn after_another() -> Self {
        Self {
            code: "action_failed".to_owned(),
            message: "the action before this one failed".to_owned(),
        }
    }
}
