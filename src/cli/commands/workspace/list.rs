//! `infra workspace list`.

use crate::{
    context::Context,
    exit::Exit,
    failure::Failure,
    project::Project,
    wire,
    workspace::{self, Chosen},
};
use clap::Args;

/// List the workspaces; the current one has a star
#[derive(Debug, Args)]
pub struct Arguments {}

/// Runs the command.
///
/// # Errors
///
/// If the workspaces cannot be listed.
pub fn run(context: &Context, _arguments: &Arguments) -> Result<Exit, Failure> {
    let backend = Project::backend_of_any(context)?;
    let current = workspace::current(context)?;
    let mut out = String::new();
    for name in wire::workspaces(context, &backend).list()? {
        let mark = if name == current.name { "* " } else { "  " };
        out.push_str(&format!("{mark}{name}\n"));
    }
    out.push('\n');
    if current.chosen == Chosen::Environment {
        out.push_str(
            "\n\nThe active workspace is being overridden using the TF_WORKSPACE environment\n\
             variable.\n\n",
        );
    }
    context.screen.print(&out);
    Ok(Exit::Done)
}
