//! Exit codes: one table, the same as Terraform's where Terraform has them.
//!
//! A question that nobody can answer has failed, as with Terraform. 3 is for a refusal by a policy or
//! by a recorded approval that is missing, of which there are none yet, and for
//! `fmt -check`, as with Terraform.

use std::process::ExitCode;

/// How a command ended, as a number for the caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    #[default]
    Done,
    /// Failed; usage errors, an interrupted run and an approval that was not given included.
    Failed,
    /// Changes are present, under `-detailed-exitcode`.
    Changes,
    /// `fmt` left a file alone that it could not lay out; Terraform's number.
    NotFormatted,
    /// `fmt -check` found a file that is not in canonical layout; Terraform's number.
    WouldFormat,
    /// The state is locked by somebody else.
    Locked,
    /// The plan is stale.
    Stale,
    /// No command was given.
    NoCommand,
}

impl Exit {
    /// Returns the number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Changes | Self::NotFormatted => 2,
            Self::WouldFormat => 3,
            Self::Locked => 4,
            Self::Stale => 5,
            Self::NoCommand => 127,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
