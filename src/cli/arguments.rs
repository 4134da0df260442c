//! Arguments that several commands share, with Terraform's names and meanings.

mod compatible;
mod variables;
mod words;

pub use compatible::{StateFlags, refuse_backend_settings};
pub use variables::{VariableArguments, VariableSource};
pub use words::{boolean, duration_ms};

use clap::{ArgAction, Args};
use std::path::PathBuf;

/// What a plan is to be about.
#[derive(Clone, Debug, Args)]
pub struct PlanningArguments {
    /// Plan the destruction of everything
    #[arg(long)]
    pub destroy: bool,
    /// Only record what has changed outside
    #[arg(long)]
    pub refresh_only: bool,
    /// Skip the look at what is really there with `-refresh=false`
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", action = ArgAction::Set,
          value_parser = boolean)]
    pub refresh: bool,
    /// Replace this instance though nothing forces it; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub replace: Vec<String>,
    /// Which part of the configuration
    #[command(flatten)]
    pub scope: ScopeArguments,
    /// Root variables
    #[command(flatten)]
    pub variables: VariableArguments,
    /// How many calls at once
    #[command(flatten)]
    pub parallel: ParallelArguments,
}

/// Which part of the configuration is looked at.
#[derive(Clone, Debug, Default, Args)]
pub struct ScopeArguments {
    /// Only this resource or module and what it needs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<String>,
    /// Everything but this resource or module and what needs it; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub exclude: Vec<String>,
    /// Targets from a file, one a line
    #[arg(long, value_name = "FILE")]
    pub target_file: Vec<PathBuf>,
    /// Exclusions from a file, one a line
    #[arg(long, value_name = "FILE")]
    pub exclude_file: Vec<PathBuf>,
}

/// How many calls are in flight at once.
#[derive(Clone, Copy, Debug, Args)]
pub struct ParallelArguments {
    /// The greatest number of calls in flight
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = at_least_one)]
    pub parallelism: usize,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    let number: Option<usize> = text.parse().ok();
    number.filter(|n| *n > 0).ok_or_else(|| "write a whole number, 1 or more".to_owned())
}

/// How the state is locked.
#[derive(Clone, Copy, Debug, Args)]
pub struct LockArguments {
    /// Accepted; the state is locked all the same, for a writer is its lock
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, hide = true,
          default_value_t = true, default_missing_value = "true", action = ArgAction::Set,
          value_parser = boolean)]
    pub lock: bool,
    /// How long to wait for the lock, such as `30s`
    #[arg(long = "lock-timeout", value_name = "DURATION", default_value = "0s",
          value_parser = duration_ms)]
    pub lock_timeout_ms: u64,
}

/// How output is shown.
#[derive(Clone, Copy, Debug, Args)]
pub struct OutputArguments {
    /// Show warnings as one line each
    #[arg(long)]
    pub compact_warnings: bool,
    /// Ask for nothing with `-input=false`
    #[command(flatten)]
    pub input: InputArguments,
}

/// Whether questions may be asked.
#[derive(Clone, Copy, Debug, Args)]
pub struct InputArguments {
    /// Ask for nothing with `-input=false`
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", action = ArgAction::Set,
          value_parser = boolean)]
    pub input: bool,
}
