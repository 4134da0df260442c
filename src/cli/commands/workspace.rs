//! `infra workspace`: several states of one configuration.

pub mod delete;
pub mod list;
pub mod new;
pub mod select;
pub mod show;

use crate::{
    context::Context,
    exit::Exit,
    failure::Failure,
    workspace::{self, Chosen, Current},
};
use clap::{Args, Subcommand};
use infra_model::diagnostic::Diagnostic;
use infra_state::is_workspace_name;

/// List, choose, make and delete workspaces: each is a state of its own
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: WorkspaceCommand,
}

#[derive(Debug, Subcommand)]
enum WorkspaceCommand {
    /// List the workspaces; the current one has a star
    List(list::Arguments),
    /// Print the name of the current workspace
    Show(show::Arguments),
    /// Make a workspace and choose it
    New(new::Arguments),
    /// Choose a workspace
    Select(select::Arguments),
    /// Delete a workspace with everything that is recorded in it
    Delete(delete::Arguments),
}

impl Arguments {
    /// Returns whether a program reads the standard output.
    pub fn is_for_machines(&self) -> bool {
        matches!(self.command, WorkspaceCommand::Show(_))
    }
}

/// Runs the command.
///
/// # Errors
///
/// As each subcommand says.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        WorkspaceCommand::List(a) => list::run(context, a),
        WorkspaceCommand::Show(a) => show::run(context, a),
        WorkspaceCommand::New(a) => new::run(context, a),
        WorkspaceCommand::Select(a) => select::run(context, a),
        WorkspaceCommand::Delete(a) => delete::run(context, a).await,
    }
}

/// Refuses what cannot be the name of a workspace.
fn check_name(name: &str) -> Result<(), Failure> {
    if is_workspace_name(name) {
        return Ok(());
    }
    let summary = format!("The workspace name {name:?} is not allowed");
    Err(Failure::from(
        Diagnostic::error("infra::cli::workspace_name_invalid", summary)
            .detail(
                "The name must contain only URL safe characters, and no path separators. \
                 Nothing was changed.",
            )
            .help("Use letters, digits and `-_.~`; it becomes the name of a directory."),
    ))
}

/// Refuses to choose while the environment does.
fn check_not_overridden(current: &Current, allowed: &str) -> Result<(), Failure> {
    if current.chosen != Chosen::Environment || *current.name == *allowed {
        return Ok(());
    }
    Err(Failure::from(
        Diagnostic::error(
            "infra::cli::workspace_overridden",
            "The selected workspace is currently overridden using the TF_WORKSPACE environment variable",
        )
        .detail(format!(
            "It says {:?}, and would go on to say so. Nothing was changed.",
            &*current.name
        ))
        .help("Either update this environment variable or unset it, and then run this command again."),
    ))
}

fn missing(name: &str) -> Failure {
    let summary = format!("Workspace {name:?} doesn't exist");
    Failure::from(
        Diagnostic::error("infra::cli::workspace_missing", summary)
            .detail("Nothing was changed.")
            .help(
                "You can create this workspace with the \"new\" subcommand or include the \
                 \"-or-create\" flag with the \"select\" subcommand.",
            ),
    )
}

/// Chooses a workspace that was made a moment ago; if that fails, it is there all the same.
fn select_made(context: &Context, name: &str) -> Result<(), Failure> {
    workspace::select(context, name).map_err(|mut failure| {
        for found in &mut failure.diagnostics {
            let detail = format!(
                "{}\nWorkspace {name:?} was made; the current one stays, until `infra workspace \
                 select {name}` is run.",
                found.detail
            );
            found.detail = detail.into();
        }
        failure
    })
}

/// What is printed of a workspace that was made.
fn created(name: &str, is_empty: bool) -> String {
    let mut text = format!("Created and switched to workspace \"{name}\"!\n");
    if is_empty {
        text.push_str(
            "\nYou're now on a new, empty workspace. Workspaces isolate their state,\n\
             so if you run \"infra plan\" it will not see any existing state\n\
             for this configuration.\n",
        );
    }
    text
}
