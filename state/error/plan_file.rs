//! What can be wrong with a saved plan: said of the plan, not of the state.

use std::fmt;

/// Why a saved plan cannot be used; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanFileProblem {
    /// There is no such file.
    Missing,
    /// It is something else than a plan of ours.
    NotAPlan,
    /// It is a plan of Terraform.
    Foreign,
    /// It does not hold what was written to it.
    Damaged(String),
    /// A newer program wrote it.
    NewerVersion,
    /// It is encrypted and no key was given.
    KeyMissing,
    /// It is encrypted with another key.
    KeyWrong,
    /// What stands where it should be saved is no regular file.
    NotAFile,
}

/// Goes on after the name of the file.
impl fmt::Display for PlanFileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is not there: no plan was saved under this name"),
            Self::NotAPlan => f.write_str("is not a saved plan"),
            Self::Foreign => f.write_str("is a plan of Terraform, which `infra` cannot carry out"),
            Self::Damaged(what) => write!(f, "is a damaged plan file: {what}"),
            Self::NewerVersion => f.write_str("is a plan saved by a newer version of infra"),
            Self::KeyMissing => f.write_str("is an encrypted plan, and no key was given"),
            Self::KeyWrong => f.write_str("is a plan encrypted with another key"),
            Self::NotAFile => f.write_str("is no regular file, so no plan can be saved there"),
        }
    }
}

impl PlanFileProblem {
    /// Returns the stable code.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Missing => "infra::state::plan_missing",
            Self::NotAPlan | Self::Foreign => "infra::state::plan_foreign",
            Self::Damaged(_) => "infra::state::plan_damaged",
            Self::NewerVersion => "infra::state::plan_newer_version",
            Self::KeyMissing => "infra::state::plan_key_missing",
            Self::KeyWrong => "infra::state::plan_key_wrong",
            Self::NotAFile => "infra::state::plan_unwritable",
        }
    }

    /// Returns what to do.
    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Missing | Self::NotAPlan | Self::Foreign | Self::Damaged(_) => {
                "make a plan with `infra plan -out FILE`; nothing was changed"
            }
            Self::NewerVersion => {
                "use the version of infra that saved it, or make a new plan; nothing was changed"
            }
            Self::KeyMissing => {
                "set INFRA_STATE_KEY as it was when the plan was saved; nothing was changed"
            }
            Self::KeyWrong => {
                "give the key that was in force when the plan was saved, or make a new plan; \
                 nothing was changed"
            }
            Self::NotAFile => "name a file that is there or can be made",
        }
    }
}
