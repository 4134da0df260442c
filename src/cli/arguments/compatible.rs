//! Flags of Terraform that have no meaning here.
//!
//! Those that change nothing are accepted. Those that would change where the state is or what is done
//! are refused: to ignore them would not be what was asked for. A state file beside the backend would
//! have no journal, no lock and no history, so none is ever worked on: it is taken over once, by
//! `infra import-state`, and a copy is made by `infra state pull`. The help says so.

use clap::Args;

/// Under this they stand in the help.
const HEADING: &str = "Flags of Terraform";

/// Where a state file is: always refused.
#[derive(Clone, Debug, Default, Args)]
pub struct StateFlags {
    /// Refused: a file beside the backend has no lock and no history; see `infra import-state`
    #[arg(long, help_heading = HEADING, value_name = "PATH", value_parser = refuse_state)]
    pub state: Option<String>,
    /// Refused, for the same reason; `infra state pull` writes a copy
    #[arg(long, help_heading = HEADING, value_name = "PATH", value_parser = refuse_state)]
    pub state_out: Option<String>,
    /// Accepted and not needed: `infra state history` keeps earlier states
    #[arg(long, help_heading = HEADING, value_name = "PATH")]
    pub backup: Option<String>,
    /// Accepted and not needed: `infra state history` keeps earlier states
    #[arg(long, hide = true, value_name = "PATH")]
    pub backup_out: Option<String>,
    /// Accepted: there is no remote program whose version could differ
    #[arg(long, hide = true)]
    pub ignore_remote_version: bool,
}

fn refuse_state(_: &str) -> Result<String, String> {
    Err("the state lies where the backend says: put `backend \"local\" { path = \"...\" }` into the \
         `terraform` block, or work in another directory with -chdir=DIR; a file of Terraform is taken \
         over with `infra import-state FILE`"
        .to_owned())
}

/// Refuses settings of a backend outside of its block.
///
/// # Errors
///
/// Always.
pub fn refuse_backend_settings(_: &str) -> Result<String, String> {
    Err("settings of the backend stand in its block: `terraform { backend \"local\" { path = \"...\" } }`"
        .to_owned())
}
