//! What can go wrong with a store: one enum, and what each means for what was being written.

use crate::{moment, store::Holder};
use infra_model::{
    diagnostic::{Diagnostic, Retry},
    journal::FoldError,
    wire::{WireError, WireProblem},
};
use std::{io, path::PathBuf};

mod plan_file;

pub use plan_file::PlanFileProblem;

/// What became of the records or the revision that were being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Nothing was to be written.
    NotAsked,
    /// Nothing of it was written.
    Nothing,
    /// It may lie on the disk but does not count; repeating the call replaces it.
    Uncertain,
    /// All records are durable; only the revision or the checkpoint is missing.
    Records,
}

/// A failure of a store.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Somebody else holds the lock.
    #[error("the state is locked by {}", describe(.0))]
    Locked(Box<Holder>),
    /// There is no such lock to clear.
    #[error("no lock with the id `{id}`")]
    NotLocked {
        /// The id that was asked for.
        id: String,
    },
    /// A file does not hold what was written to it.
    #[error("`{}` is damaged: {what}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A newer program wrote this.
    #[error("`{}` was written by a newer version of infra", .file.display())]
    NewerVersion {
        /// The file.
        file: PathBuf,
    },
    /// The disk, or the quota, is full.
    #[error("no room left for `{}`", .file.display())]
    DiskFull {
        /// The file.
        file: PathBuf,
        /// What became of what was being written.
        written: Written,
    },
    /// The directory or a file in it cannot be written.
    #[error("`{}` cannot be written", .file.display())]
    ReadOnly {
        /// The file.
        file: PathBuf,
        /// What became of what was being written.
        written: Written,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The path of the state names something else.
    #[error("`{}` is a file, not a state directory", .path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// The state is encrypted and no key was given.
    #[error("the state in `{}` is encrypted and no key was given", .path.display())]
    KeyMissing {
        /// The file that could not be opened.
        path: PathBuf,
    },
    /// The state is encrypted with another key.
    #[error("the state in `{}` is encrypted with another key", .path.display())]
    KeyWrong {
        /// The file that could not be opened.
        path: PathBuf,
    },
    /// The key cannot be used as one.
    #[error("this cannot be used as a key: {0}")]
    KeyUnusable(&'static str),
    /// Records are missing.
    #[error("records {expected} to {} of the state are missing", .found - 1)]
    Gap {
        /// The first missing record.
        expected: u64,
        /// The next one that is there.
        found: u64,
    },
    /// A record does not fit the state.
    #[error("a record does not fit the state")]
    Record(#[source] FoldError),
    /// Something cannot be brought into the stored form.
    #[error("a record cannot be stored")]
    Wire(#[source] WireError),
    /// The revision is not kept, or never was.
    #[error("there is no revision {serial} in the history")]
    NoRevision {
        /// The serial that was asked for.
        serial: u64,
    },
    /// A saved plan cannot be used.
    #[error("`{}` {problem}", .file.display())]
    PlanFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: PlanFileProblem,
    },
    /// The operating system failed.
    #[error("cannot {doing} `{}`", .file.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// What became of what was being written.
        written: Written,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

fn describe(holder: &Holder) -> String {
    let who = &holder.who;
    format!(
        "{}@{} (pid {}, `{}`) since {}",
        who.user,
        who.host,
        who.pid,
        who.command,
        moment::text(who.at)
    )
}

impl StateError {
    /// Returns the error for a failed call of the operating system.
    pub(crate) fn io(doing: &'static str, file: impl Into<PathBuf>, source: io::Error) -> Self {
        use io::ErrorKind as Sort;
        let (file, written) = (file.into(), Written::NotAsked);
        let sort = source.kind();
        if matches!(sort, Sort::StorageFull | Sort::QuotaExceeded) {
            Self::DiskFull { file, written }
        } else if matches!(sort, Sort::ReadOnlyFilesystem | Sort::PermissionDenied) {
            Self::ReadOnly { file, written, source }
        } else {
            Self::Io { doing, file, written, source }
        }
    }

    /// Returns the error for a file whose content was sealed by us and cannot be read.
    pub(crate) fn unreadable(file: impl Into<PathBuf>, error: &WireError) -> Self {
        let file = file.into();
        if matches!(error.problem, WireProblem::NewerVersion(_)) {
            Self::NewerVersion { file }
        } else {
            Self::Damaged { file, what: error.to_string() }
        }
    }

    /// Returns the error for a file that does not hold what was written to it.
    pub(crate) fn damaged(file: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self::Damaged { file: file.into(), what: what.into() }
    }

    /// Returns this error with what became of what was being written.
    #[must_use]
    pub(crate) fn having(mut self, now: Written) -> Self {
        if let Self::DiskFull { written, .. }
        | Self::ReadOnly { written, .. }
        | Self::Io { written, .. } = &mut self
        {
            *written = now;
        }
        self
    }

    /// Returns what became of the records or the revision that were being written.
    pub fn written(&self) -> Written {
        match self {
            Self::DiskFull { written, .. }
            | Self::ReadOnly { written, .. }
            | Self::Io { written, .. } => *written,
            Self::Record(_) | Self::Wire(_) => Written::Nothing,
            Self::Locked(_)
            | Self::NotLocked { .. }
            | Self::Damaged { .. }
            | Self::NewerVersion { .. }
            | Self::NotADirectory { .. }
            | Self::KeyMissing { .. }
            | Self::KeyWrong { .. }
            | Self::KeyUnusable(_)
            | Self::Gap { .. }
            | Self::PlanFile { .. }
            | Self::NoRevision { .. } => Written::NotAsked,
        }
    }

    /// Returns whether the same call may be repeated: it replaces whatever the failed one left.
    pub fn retry(&self) -> Retry {
        match self {
            Self::DiskFull { .. } | Self::ReadOnly { .. } | Self::Io { .. } | Self::Locked(_) => {
                Retry::Safe
            }
            Self::NotLocked { .. }
            | Self::Damaged { .. }
            | Self::NewerVersion { .. }
            | Self::NotADirectory { .. }
            | Self::KeyMissing { .. }
            | Self::KeyWrong { .. }
            | Self::KeyUnusable(_)
            | Self::Gap { .. }
            | Self::Record(_)
            | Self::Wire(_)
            | Self::PlanFile { .. }
            | Self::NoRevision { .. } => Retry::Never,
        }
    }

    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked(_) => "infra::state::locked",
            Self::NotLocked { .. } => "infra::state::not_locked",
            Self::Damaged { .. } => "infra::state::damaged",
            Self::NewerVersion { .. } => "infra::state::newer_version",
            Self::DiskFull { .. } => "infra::state::disk_full",
            Self::ReadOnly { .. } => "infra::state::read_only",
            Self::NotADirectory { .. } => "infra::state::not_a_directory",
            Self::KeyMissing { .. } => "infra::state::key_missing",
            Self::KeyWrong { .. } => "infra::state::key_wrong",
            Self::KeyUnusable(_) => "infra::state::key_unusable",
            Self::Gap { .. } => "infra::state::gap",
            Self::Record(_) => "infra::state::record_misfit",
            Self::Wire(_) => "infra::state::record_unstorable",
            Self::NoRevision { .. } => "infra::state::revision_missing",
            Self::PlanFile { problem, .. } => problem.code(),
            Self::Io { .. } => "infra::state::io",
        }
    }

    fn help(&self) -> String {
        match self {
            Self::Locked(_) => {
                "wait for it to end, or add `-lock-timeout=5m`; a lock ends with its process".into()
            }
            Self::NotLocked { .. } => "read the id from the message that named the holder".into(),
            Self::Damaged { file, .. } => format!(
                "restore `{}` from a backup; nothing was changed, and the other files of the state \
                 are kept as they are",
                file.display()
            ),
            Self::Gap { .. } => {
                "restore the missing file of `journal/` from a backup; nothing was changed".into()
            }
            Self::NewerVersion { .. } => "use the version of infra that wrote it, or newer".into(),
            Self::DiskFull { .. } => "make room and run the command again".into(),
            Self::ReadOnly { .. } => "make it writable and run the command again".into(),
            Self::NotADirectory { .. } => {
                "name a directory; `infra import-state FILE` takes a state in Terraform's format over"
                    .into()
            }
            Self::KeyMissing { .. } => {
                "set INFRA_STATE_KEY, or INFRA_STATE_KEY_COMMAND to a command that prints it".into()
            }
            Self::KeyWrong { .. } => {
                "give the key that was in force when the state was last written".into()
            }
            Self::KeyUnusable(_) => {
                "give a passphrase, or 32 random bytes in hexadecimal or base64".into()
            }
            Self::NoRevision { .. } => {
                "list the revisions that are kept with `infra state history`".into()
            }
            Self::PlanFile { problem, .. } => problem.help().into(),
            Self::Record(_) | Self::Wire(_) => "report this: it is a fault of infra".into(),
            Self::Io { .. } => "see to the reason and run the command again".into(),
        }
    }

    fn explanation(&self) -> String {
        let mut text = String::new();
        if let Self::Locked(holder) = self {
            text.extend(["The id of the lock is `", &holder.id, "`. Nothing was changed."]);
        }
        let mut source = std::error::Error::source(self);
        while let Some(reason) = source {
            text.extend(["The reason: ", &reason.to_string(), ". "]);
            source = reason.source();
        }
        text.push_str(match self.written() {
            Written::NotAsked => "",
            Written::Nothing => "Nothing of this was written; what was recorded before is safe.",
            Written::Uncertain => {
                "This does not count as written; what was recorded before is safe."
            }
            Written::Records => {
                "Everything that was done is recorded; only the entry in the history is missing."
            }
        });
        text
    }
}

impl From<&StateError> for Diagnostic {
    fn from(error: &StateError) -> Self {
        Self::error(error.code(), error.to_string())
            .detail(error.explanation())
            .help(error.help())
            .retry(error.retry())
    }
}

impl From<StateError> for Diagnostic {
    fn from(error: StateError) -> Self {
        Self::from(&error)
    }
}
