//! `infra state pull`.

use crate::{context::Context, exit::Exit, failure::Failure, recorded, statefile, wire};
use clap::Args;

/// Print the state in Terraform's format, version 4, secrets in clear
#[derive(Debug, Args)]
pub struct Arguments {}

/// Runs the command; of a state that never was it prints nothing.
///
/// # Errors
///
/// If the state cannot be read.
pub fn run(context: &Context, _arguments: &Arguments) -> Result<Exit, Failure> {
    let snapshot = recorded::read(context)?.snapshot;
    if snapshot.lineage.is_empty() {
        return Ok(Exit::Done);
    }
    let kinds = wire::kinds(&wire::registry(context));
    context.screen.print(&statefile::write(&snapshot, &kinds)?);
    Ok(Exit::Done)
}
