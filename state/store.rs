//! The store's interface: what every engine offers to readers and to the one holder of the lock.
//!
//! Everything is synchronous and belongs on a thread of its own: records that arrive while one
//! append is being made durable go into the next one together, which is all that group commit is.
//! Time, names and keys are passed in; nothing here reads a clock or the environment.

use crate::error::StateError;
use infra_model::{
    diagnostic::Diagnostics,
    journal::{Record, Time},
    snapshot::Snapshot,
    text::Text,
};

/// The name under which results are returned here.
pub type Result<T> = std::result::Result<T, StateError>;

/// Who asks for the lock; only tells people, never decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The user's name.
    pub user: Text,
    /// The host's name.
    pub host: Text,
    /// The process id.
    pub pid: u32,
    /// The command, such as `infra apply`.
    pub command: Text,
    /// When it began.
    pub at: Time,
}

/// Who holds, or held last, the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who it is.
    pub who: Who,
    /// The epoch of the lock: records and intents of a live holder carry it.
    pub epoch: u64,
    /// What `force-unlock` is given.
    pub id: Text,
}

/// What a reader gets: the newest acknowledged state, without waiting for anybody.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The state; intents of the live holder's epoch are in flight.
    pub snapshot: Snapshot,
    /// The serial of the newest revision, 0 before the first.
    pub serial: u64,
    /// Who holds the lock at this moment, if anybody does.
    pub holder: Option<Holder>,
    /// What had to be worked around: damaged files, a record that was cut off by a crash.
    pub warnings: Diagnostics,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// All of it was done.
    Completed,
    /// Something failed.
    Failed,
    /// It was stopped before its end.
    Interrupted,
}

/// What a run leaves beside its records when it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionInfo {
    /// When it ended.
    pub at: Time,
    /// The command as people know it, such as `apply` or `state mv`.
    pub command: Text,
    /// How it ended.
    pub outcome: RunOutcome,
    /// The configuration that was applied; opaque bytes, possibly none.
    pub configuration: Vec<u8>,
    /// The plan that was applied; opaque bytes, possibly none.
    pub plan: Vec<u8>,
}

/// One closed run in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Counts the closed runs of this state, from 1.
    pub serial: u64,
    /// The number of the last record in it.
    pub last_sequence: u64,
    /// When it ended.
    pub at: Time,
    /// Who ran it.
    pub who: Who,
    /// The command.
    pub command: Text,
    /// How it ended.
    pub outcome: RunOutcome,
    /// SHA-256 of its configuration.
    pub configuration_digest: [u8; 32],
}

/// A revision with the bytes that its run left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionFiles {
    /// The revision.
    pub revision: Revision,
    /// Its configuration.
    pub configuration: Vec<u8>,
    /// Its plan.
    pub plan: Vec<u8>,
}

/// What closing a run leaves.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The new revision.
    pub revision: Revision,
    /// What could not be done and does no harm: an index that was not updated, an old file left.
    pub warnings: Diagnostics,
}

/// A state that can be read by anybody and written by the holder of its lock.
pub trait Store: Send {
    /// Returns the newest acknowledged state; takes no lock and waits for nobody.
    ///
    /// # Errors
    ///
    /// If what was acknowledged cannot be read: damaged, newer, sealed with another key. An empty
    /// or short file is damage, never an empty state.
    fn read(&self) -> Result<Reading>;

    /// Returns the state as it was at the end of a revision.
    ///
    /// # Errors
    ///
    /// As [`Store::read`], and if the revision is not kept any more.
    fn at(&self, serial: u64) -> Result<Snapshot>;

    /// Returns the kept revisions, newest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    fn history(&self) -> Result<Vec<Revision>>;

    /// Returns a revision with the configuration and the plan of its run.
    ///
    /// # Errors
    ///
    /// As [`Store::at`].
    fn revision(&self, serial: u64) -> Result<RevisionFiles>;

    /// Takes the lock, or refuses at once; the writer gives it back when it is dropped or closed.
    ///
    /// # Errors
    ///
    /// [`StateError::Locked`] names the holder; otherwise as [`Store::read`], and whatever makes
    /// the store impossible to write, before anything was done.
    fn lock(&self, who: Who) -> Result<Box<dyn Writer>>;

    /// Clears what a dead holder left behind.
    ///
    /// # Errors
    ///
    /// [`StateError::Locked`] if the holder is alive, [`StateError::NotLocked`] if the id is not
    /// that of the holder that is named.
    fn force_unlock(&self, id: &str) -> Result<()>;
}

/// The lock and the right to write; there is one at a time.
pub trait Writer: Send {
    /// Returns the epoch of this lock; greater than every earlier one.
    fn epoch(&self) -> u64;

    /// Returns the state with everything that was appended so far.
    fn snapshot(&self) -> &Snapshot;

    /// Returns what had to be worked around when the state was opened for writing.
    fn warnings(&self) -> &Diagnostics;

    /// Appends records; when it returns they are durable. Returns the number of the last one.
    ///
    /// The whole group is written or none of it. After an error nothing of it counts and the call
    /// may be repeated, with the same records or with others, unless [`StateError::retry`] says
    /// otherwise. Room for the outcomes of all started effects is set aside: on a full disk
    /// a group that holds a [`Record::Started`] fails with [`StateError::DiskFull`], while a group
    /// without one is still taken. So on that error start nothing and append [`crate::outcomes`]
    /// of the group.
    ///
    /// # Errors
    ///
    /// See [`StateError`]; [`StateError::Record`] if a record does not fit the state.
    fn append(&mut self, records: &[Record], now: Time) -> Result<u64>;

    /// Ends the run: makes a revision and a checkpoint, and gives the lock back.
    ///
    /// # Errors
    ///
    /// Everything that was appended stays readable whatever the error is; only the revision may be
    /// missing.
    fn close(self: Box<Self>, info: RevisionInfo) -> Result<Closed>;
}
