//! `infra workspace select`.

use super::{check_name, check_not_overridden, created, missing, select_made};
use crate::{
    context::Context, exit::Exit, failure::Failure, project::Project, state_place, wire, workspace,
};
use clap::Args;

/// Choose a workspace
#[derive(Debug, Args)]
pub struct Arguments {
    /// Its name
    pub name: String,
    /// Make it if there is none of that name
    #[arg(long)]
    pub or_create: bool,
}

/// Runs the command.
///
/// # Errors
///
/// If there is no such workspace, or the choice cannot be noted; then the old one stays.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let name = &*arguments.name;
    let backend = Project::backend_of_any(context)?;
    let current = workspace::current(context)?;
    check_not_overridden(&current, "")?;
    check_name(name)?;
    let workspaces = wire::workspaces(context, &backend);
    let is_there = workspaces.has(name)?;
    if is_there && *current.name == *name {
        return Ok(Exit::Done);
    }
    if !is_there && !arguments.or_create {
        return Err(missing(name));
    }
    let mut said = format!("Switched to workspace \"{name}\".\n");
    if is_there {
        workspace::select(context, name)?;
    } else {
        // The directory above is kept out of git before anything lies in it.
        drop(state_place::make(&workspaces.directory(infra_state::DEFAULT_WORKSPACE)));
        let change = workspaces.change()?;
        change.begin()?;
        // Whoever made it in this moment made what is wanted.
        change.finish(name)?;
        select_made(context, name)?;
        said = created(name, true);
    }
    context.screen.print(&said);
    Ok(Exit::Done)
}
