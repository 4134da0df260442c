//! `infra state history`.

use crate::{context::Context, exit::Exit, failure::Failure, project::Project, wire};
use clap::Args;
use infra_state::store::RunOutcome;

/// List the closed runs, the newest first
#[derive(Debug, Args)]
pub struct Arguments {}

/// Runs the command.
///
/// # Errors
///
/// If the state cannot be read.
pub fn run(context: &Context, _arguments: &Arguments) -> Result<Exit, Failure> {
    let backend = Project::backend(context)?;
    let revisions = wire::store_at(context, &backend)?.history()?;
    let mut out = String::new();
    for revision in revisions {
        let outcome = match revision.outcome {
            RunOutcome::Completed => "completed",
            RunOutcome::Failed => "failed",
            RunOutcome::Interrupted => "interrupted",
        };
        out.push_str(&format!(
            "{:>5}  {}  {:<12} {:<11} {}@{}\n",
            revision.serial,
            infra_state::moment::text(revision.at),
            revision.command,
            outcome,
            revision.who.user,
            revision.who.host,
        ));
    }
    context.screen.print(&out);
    Ok(Exit::Done)
}
