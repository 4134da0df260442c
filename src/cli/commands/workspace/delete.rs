//! `infra workspace delete`.

use super::{check_name, missing};
use crate::{
    arguments::LockArguments,
    context::Context,
    exit::Exit,
    failure::Failure,
    operation,
    project::{Backend, Project},
    wire, workspace,
};
use clap::Args;
use infra_model::{address::Mode, diagnostic::Diagnostic, snapshot::Snapshot, text::Text};
use infra_state::DEFAULT_WORKSPACE;

/// As many instances are named in a refusal.
const NAMED_MAX: usize = 20;

/// Delete a workspace with everything that is recorded in it
#[derive(Debug, Args)]
pub struct Arguments {
    /// Its name
    pub name: String,
    /// Even if something is recorded in it: what really exists stays, and is managed by nobody
    #[arg(long)]
    pub force: bool,
    /// The lock
    #[command(flatten)]
    pub lock: LockArguments,
}

/// Runs the command.
///
/// # Errors
///
/// If it is the default or the current one, is not empty, or is locked; then nothing was changed.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let name = &*arguments.name;
    let backend = Project::backend_of_any(context)?;
    let workspaces = wire::workspaces(context, &backend);
    if name == DEFAULT_WORKSPACE {
        return Err(Failure::from(default_stays()));
    }
    // Older programs may have made what cannot be named today; none of ours did.
    check_name(name)?;
    if !workspaces.has(name)? {
        return Err(missing(name));
    }
    if *workspace::current(context)?.name == *name {
        return Err(Failure::from(active(name)));
    }
    let backend = Backend { workspace: Text::from(name), ..backend };
    let store = wire::store_at(context, &backend)?;
    let reading = store.read()?;
    let tracked = tracked(&reading.snapshot);
    if !tracked.is_empty() && !arguments.force {
        return Err(Failure::from(not_empty(name, &tracked)));
    }
    // What was looked at may have changed meanwhile: with the lock it cannot any more.
    let writer = operation::lock(context, &backend, "workspace delete", arguments.lock).await?;
    let tracked = self::tracked(writer.snapshot());
    if !tracked.is_empty() && !arguments.force {
        return Err(Failure::from(not_empty(name, &tracked)));
    }
    workspaces.change()?.remove(name)?;
    drop(writer);
    context.screen.print(&format!("Deleted workspace \"{name}\"!\n"));
    if !tracked.is_empty() {
        context.screen.print(&format!(
            "WARNING: \"{name}\" was non-empty.\n\
             The resources managed by the deleted workspace may still exist,\n\
             but are no longer manageable by infra since the state has\n\
             been deleted.\n"
        ));
    }
    Ok(Exit::Done)
}

/// Returns what is managed in a workspace, objects and open creates alike.
fn tracked(snapshot: &Snapshot) -> Vec<String> {
    let managed = snapshot.instances.iter().filter(|(address, _)| address.mode == Mode::Managed);
    managed.map(|(address, _)| address.to_string()).collect()
}

fn not_empty(name: &str, tracked: &[String]) -> Diagnostic {
    let mut list: Vec<String> =
        tracked.iter().take(NAMED_MAX).map(|address| format!("  - {address}")).collect();
    if tracked.len() > NAMED_MAX {
        list.push(format!("  - and {} more", tracked.len() - NAMED_MAX));
    }
    Diagnostic::error("infra::cli::workspace_not_empty", "Workspace is not empty")
        .detail(format!(
            "Workspace {name:?} is currently tracking the following resource instances:\n{}\n\n\
             Deleting this workspace would lose track of any associated remote objects, which would \
             then have to be deleted by hand. Nothing was changed.",
            list.join("\n")
        ))
        .help(format!(
            "Destroy them first: `infra workspace select {name}`, `infra destroy`. To forget them, \
             use the -force option."
        ))
}

fn active(name: &str) -> Diagnostic {
    let summary = format!("Workspace {name:?} is your active workspace");
    Diagnostic::error("infra::cli::workspace_active", summary)
        .detail("You cannot delete the currently active workspace. Nothing was changed.")
        .help("Please switch to another workspace and try again: `infra workspace select default`.")
}

fn default_stays() -> Diagnostic {
    Diagnostic::error("infra::cli::workspace_default", "cannot delete default state")
        .detail("The default workspace is always there. Nothing was changed.")
        .help("To empty it, choose it and run `infra destroy`.")
}
