//! `infra show`: a saved plan or the recorded state, for people or as JSON.

use crate::{
    context::Context,
    exit::Exit,
    failure::Failure,
    planfile,
    project::Project,
    recorded,
    render::{
        json,
        literal::Secrets,
        plan::{self as text, View},
        state,
    },
    wire,
};
use clap::Args;
use std::path::PathBuf;

/// Show a saved plan, or the recorded state
#[derive(Debug, Args)]
pub struct Arguments {
    /// A plan saved by `infra plan -out`; without one the state is shown
    pub file: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Show secrets in clear
    #[arg(long)]
    pub show_sensitive: bool,
}

/// Runs the command.
///
/// # Errors
///
/// If the plan or the state cannot be read.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let secrets = if arguments.show_sensitive { Secrets::Clear } else { Secrets::Masked };
    let Some(file) = &arguments.file else {
        let snapshot = recorded::read(context)?.snapshot;
        let shown = if arguments.json {
            json::state(&snapshot, secrets)
        } else {
            state::snapshot(&snapshot, (&wire::kinds(&wire::registry(context)), secrets))
        };
        context.screen.print(&shown);
        return Ok(Exit::Done);
    };
    let key = wire::key(context)?;
    let saved = planfile::load(&context.named(file), key.as_ref())?;
    let project = Project::replay(context, saved.captured, saved.inputs)?;
    let shown = if arguments.json {
        json::plan(&saved.plan, &project, (&saved.prior, secrets))
    } else {
        let plan = if arguments.show_sensitive { text::revealed(saved.plan) } else { saved.plan };
        text::render(&plan, &View::new(context, &project))
    };
    context.screen.print(&shown);
    Ok(Exit::Done)
}
