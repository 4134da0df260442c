//! `infra force-unlock`: clears what a dead holder left behind; a live holder keeps its lock.

use crate::{
    context::Context,
    exit::Exit,
    failure::Failure,
    project::Project,
    ui::{Confirmation, confirm},
    wire,
};
use clap::Args;
use infra_model::diagnostic::Diagnostic;

/// Clear the lock that a dead run left behind
#[derive(Debug, Args)]
pub struct Arguments {
    /// The id of the lock, as the refusal names it
    pub id: String,
    /// Do not ask
    #[arg(long)]
    pub force: bool,
}

/// Runs the command.
///
/// # Errors
///
/// If the holder is alive, or the id is not the lock's.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let backend = Project::backend(context)?;
    let store = wire::store_at(context, &backend)?;
    let holder = store.read()?.holder;
    let is_it = holder.is_some_and(|holder| *holder.id == *arguments.id);
    // Whoever names a lock that is not there is told so before anything is asked.
    if !arguments.force && is_it {
        let question = "Do you really want to clear the lock?\n  Only do this if the run that holds it is gone.";
        match confirm(&context.screen, question) {
            Confirmation::Yes => {}
            Confirmation::No => return Ok(Exit::Failed),
            Confirmation::NotAsked => {
                return Err(Failure::from(
                    Diagnostic::error(
                        "infra::cli::approval_needed",
                        "Nobody can be asked for approval",
                    )
                    .detail("The standard input is not a terminal, or `-input=false` is set. Nothing was changed.")
                    .help("Add `-force`."),
                ));
            }
        }
    }
    store.force_unlock(&arguments.id)?;
    context.screen.print("The lock was cleared.\n");
    Ok(Exit::Done)
}
