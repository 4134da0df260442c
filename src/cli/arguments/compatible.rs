//! Flags of Terraform that have no meaning here.
//!
//! Those that change nothing are accepted and not shown. Those that would change where the state is
//! or what is done are refused: to ignore them would not be what was asked for.

use clap::Args;

/// Where a state file is: always refused.
#[derive(Clone, Debug, Default, Args)]
pub struct StateFlags {
    /// Refused: the state lies where the backend says
    #[arg(long, hide = true, value_name = "PATH", value_parser = refuse_state)]
    pub state: Option<String>,
    /// Refused: the state lies where the backend says
    #[arg(long, hide = true, value_name = "PATH", value_parser = refuse_state)]
    pub state_out: Option<String>,
    /// Accepted and not needed: `infra state history` keeps earlier states
    #[arg(long, hide = true, value_name = "PATH")]
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
         `terraform` block, or work in another directory with -chdir=DIR"
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

/// Refuses to copy a module into the directory.
///
/// # Errors
///
/// Always.
pub fn refuse_module_source(_: &str) -> Result<String, String> {
    Err("nothing is copied here: get the files with git or cp, then run `infra init`".to_owned())
}
