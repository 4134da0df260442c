//! `infra workspace show`.

use crate::{context::Context, exit::Exit, failure::Failure, workspace};
use clap::Args;

/// Print the name of the current workspace
#[derive(Debug, Args)]
pub struct Arguments {}

/// Runs the command.
///
/// # Errors
///
/// If the environment or the note of the selected one hold no name.
pub fn run(context: &Context, _arguments: &Arguments) -> Result<Exit, Failure> {
    let current = workspace::current(context)?;
    context.screen.print(&format!("{}\n", current.name));
    Ok(Exit::Done)
}
