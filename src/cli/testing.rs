//! `infra test`: test files are read, their runs planned or applied in states of their own, and all
//! that was made is destroyed.
//!
//! The way of the data: files → [`suite`] → per file ([`mod@file`]) → per run ([`run`]) a project with
//! the test's providers and stand-ins ([`stand_ins`], [`mock`]), driven by the same machine as every
//! other command over a journal in memory ([`memory`]). Never here: the state of the estate, which
//! is neither read nor written.

pub mod discovery;
pub mod expected;
pub mod file;
pub mod junit;
pub mod memory;
pub mod mock;
pub mod report;
pub mod run;
pub mod stand_ins;
pub mod suite;

/// How a run, a file or a suite ended; the worse the later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing was tried yet.
    #[default]
    Pending,
    /// It was left out.
    Skip,
    /// It held.
    Pass,
    /// Something did not hold.
    Fail,
    /// It could not be judged.
    Error,
}

impl Status {
    /// Returns the word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Skip => "skip",
            Self::Pass => "pass",
            Self::Fail | Self::Error => "fail",
        }
    }

    /// Returns the word for programs.
    pub fn code(self) -> &'static str {
        if self == Self::Error { "error" } else { self.word() }
    }
}
