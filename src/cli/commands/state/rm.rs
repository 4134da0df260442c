//! `infra state rm`.

use crate::{
    arguments::{LockArguments, StateFlags},
    context::Context,
    exit::Exit,
    failure::Failure,
    recorded::{self, Selection, not_recorded, selected},
};
use clap::Args;
use infra_model::journal::Record;

/// Forget instances without destroying them
#[derive(Debug, Args)]
pub struct Arguments {
    /// Instances, resources or modules
    #[arg(required = true)]
    pub addresses: Vec<String>,
    /// Only show what would be forgotten
    #[arg(long)]
    pub dry_run: bool,
    /// The lock
    #[command(flatten)]
    pub lock: LockArguments,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If an address names nothing, or the state cannot be written; then nothing was changed.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let writer = recorded::lock(context, "state rm", arguments.lock).await?;
    let mut chosen = Vec::new();
    for name in &arguments.addresses {
        let selection = Selection::parse(name)?;
        if selected(writer.snapshot(), std::slice::from_ref(&selection)).is_empty() {
            return Err(not_recorded(name, writer.snapshot()));
        }
        chosen.push(selection);
    }
    let gone = selected(writer.snapshot(), &chosen);
    let verb = if arguments.dry_run { "Would remove" } else { "Removed" };
    let lines: Vec<String> = gone.iter().map(|address| format!("{verb} {address}\n")).collect();
    let lines = lines.concat();
    if arguments.dry_run {
        context.screen.print(&lines);
        return Ok(Exit::Done);
    }
    let records: Vec<Record> = gone
        .iter()
        .map(|address| Record::Forgotten { address: address.clone(), generation: None })
        .collect();
    recorded::edit(context, writer, "state rm", &records)?;
    context.screen.print(&lines);
    context.screen.print(&format!("Successfully removed {} resource instance(s).\n", gone.len()));
    Ok(Exit::Done)
}
