//! A deed: an action that is about to begin, with what it will do and when.
//!
//! What a deed does happens at the right virtual times, whether or not anybody asks meanwhile.

use super::{World, action::Trouble, kind::Kind};

/// Something that happens to the world.
pub(crate) type Step = Box<dyn FnOnce(&mut World) + Send>;

/// When a step of an action happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// When the action begins, which is later than its request for one that follows another.
    Begun,
    /// When it has succeeded.
    Done,
    /// When it has failed.
    Failed,
}

/// An action that is about to begin.
pub(crate) struct Deed {
    pub(crate) command: &'static str,
    pub(crate) resources: Vec<(Kind, u64)>,
    pub(crate) locks: Vec<(Kind, u64)>,
    pub(crate) after: Option<u64>,
    pub(crate) fails: Option<Trouble>,
    pub(crate) takes_ms: Option<u64>,
    pub(crate) is_hidden: bool,
    pub(crate) steps: Vec<(When, Step)>,
}

impl Deed {
    /// Returns an action of a command, which takes the time that [`super::durations`] has for it.
    pub(crate) fn new(command: &'static str) -> Self {
        let (resources, locks, steps) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            command,
            resources,
            locks,
            after: None,
            fails: None,
            takes_ms: None,
            is_hidden: false,
            steps,
        }
    }

    /// Names an object that the action is about, and locks it until the end.
    pub(crate) fn on(mut self, kind: Kind, id: u64) -> Self {
        self.locks.push((kind, id));
        self.with(kind, id)
    }

    /// Names an object that the action is about, without a lock.
    pub(crate) fn with(mut self, kind: Kind, id: u64) -> Self {
        self.resources.push((kind, id));
        self
    }

    /// Locks an object until the end that the action does not name.
    pub(crate) fn locking(mut self, kind: Kind, id: u64) -> Self {
        self.locks.push((kind, id));
        self
    }

    /// Lets the action begin when another has ended; it fails if that one does.
    pub(crate) fn after(mut self, action: u64) -> Self {
        self.after = Some(action);
        self
    }

    /// Lets the action fail at its end.
    pub(crate) fn failing(mut self, code: &str, message: &str) -> Self {
        self.fails = Some(Trouble { code: code.to_owned(), message: message.to_owned() });
        self
    }

    /// Lets the action take another time than its command has.
    pub(crate) fn takes(mut self, ms: u64) -> Self {
        self.takes_ms = Some(ms);
        self
    }

    /// Lets nobody see the action: what happens by itself, and no fault hits.
    pub(crate) fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// Adds something that happens.
    pub(crate) fn when(
        mut self,
        when: When,
        step: impl FnOnce(&mut World) + Send + 'static,
    ) -> Self {
        self.steps.push((when, Box::new(step)));
        self
    }

    /// Adds what happens at the end.
    pub(crate) fn done(self, step: impl FnOnce(&mut World) + Send + 'static) -> Self {
        self.when(When::Done, step)
    }
}
