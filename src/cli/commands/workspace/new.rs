//! `infra workspace new`.

use super::{check_name, check_not_overridden, created, select_made};
use crate::{
    arguments::LockArguments,
    context::Context,
    elsewhere::{self, Place},
    exit::Exit,
    failure::Failure,
    project::Project,
    recorded, state_place, wire, workspace,
};
use clap::Args;
use infra_model::{
    diagnostic::{Diagnostic, Retry},
    snapshot::Snapshot,
};
use infra_state::{DEFAULT_WORKSPACE, records_between};

/// Make a workspace and choose it
#[derive(Debug, Args)]
pub struct Arguments {
    /// Its name: letters, digits and `-_.~$&+=:@`
    pub name: String,
    /// Begin with a copy of this state: a file in Terraform's format, or a state directory
    #[arg(long, value_name = "PATH")]
    pub state: Option<String>,
    /// The lock: a new workspace has no other holder, the flags are accepted as Terraform's
    #[command(flatten)]
    pub lock: LockArguments,
}

/// Runs the command.
///
/// # Errors
///
/// If it exists, or the state to begin with cannot be read; then nothing was changed.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let name = &*arguments.name;
    let backend = Project::backend_of_any(context)?;
    check_not_overridden(&workspace::current(context)?, name)?;
    check_name(name)?;
    let workspaces = wire::workspaces(context, &backend);
    if workspaces.has(name)? {
        return Err(exists(name));
    }
    // Read first: a workspace that should begin with a state is not made without it.
    let copied = match &arguments.state {
        Some(path) => Some(copy(context, path)?),
        None => None,
    };
    drop(state_place::make(&workspaces.directory(DEFAULT_WORKSPACE)));
    let change = workspaces.change()?;
    let directory = change.begin()?;
    if let Some(snapshot) = &copied {
        let store = wire::store_in(context, directory)?;
        let writer = store.lock(wire::who(context, "workspace new"))?;
        recorded::edit(context, writer, "workspace new", &records_of(context, snapshot)?)?;
    }
    if !change.finish(name)? {
        return Err(exists(name));
    }
    select_made(context, name)?;
    context.screen.print(&created(name, copied.is_none()));
    if let Some(snapshot) = &copied {
        let count = snapshot.instances.len();
        context.screen.print(&format!("\n{count} instance(s) were copied into it.\n"));
    }
    Ok(Exit::Done)
}

fn copy(context: &Context, path: &str) -> Result<Snapshot, Failure> {
    let place = Place::of(&context.directory.join(path));
    match elsewhere::snapshot(context, &place)? {
        Some(snapshot) => Ok(snapshot),
        None => Err(elsewhere::nothing_there(&place).into()),
    }
}

/// Returns what makes an empty state a copy: under a lineage of its own, as two states must not
/// claim the same objects by the same marks from now on.
fn records_of(
    context: &Context,
    snapshot: &Snapshot,
) -> Result<Vec<infra_model::journal::Record>, Failure> {
    let lineage = wire::new_lineage(context)?;
    let wanted = Snapshot { lineage, ..snapshot.clone() };
    Ok(records_between(&Snapshot::default(), &wanted))
}

fn exists(name: &str) -> Failure {
    let summary = format!("Workspace {name:?} already exists");
    Failure::from(
        Diagnostic::error("infra::cli::workspace_exists", summary)
            .detail("Nothing was changed.")
            .help(format!("Choose it with `infra workspace select {name}`, or take another name."))
            .retry(Retry::Never),
    )
}
