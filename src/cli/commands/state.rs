//! `infra state`: the recorded state, read and edited by hand.

pub mod history;
pub mod list;
pub mod mv;
pub mod pull;
pub mod push;
pub mod rm;
pub mod show;

use crate::{context::Context, exit::Exit, failure::Failure};
use clap::{Args, Subcommand};

/// Read and edit the recorded state
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: StateCommand,
}

#[derive(Debug, Subcommand)]
enum StateCommand {
    /// List the recorded instances
    List(list::Arguments),
    /// Show what is recorded of an instance
    Show(show::Arguments),
    /// Give an instance, resource or module another address
    Mv(mv::Arguments),
    /// Forget instances without destroying them
    Rm(rm::Arguments),
    /// Print the state as JSON, secrets in clear
    Pull(pull::Arguments),
    /// Replace the state by one that was pulled
    Push(push::Arguments),
    /// List the closed runs
    History(history::Arguments),
}

impl Arguments {
    /// Returns whether a program reads the standard output.
    pub fn is_for_machines(&self) -> bool {
        matches!(self.command, StateCommand::Pull(_))
    }
}

/// Runs the command.
///
/// # Errors
///
/// As each subcommand says.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        StateCommand::List(a) => list::run(context, a),
        StateCommand::Show(a) => show::run(context, a),
        StateCommand::Mv(a) => mv::run(context, a).await,
        StateCommand::Rm(a) => rm::run(context, a).await,
        StateCommand::Pull(a) => pull::run(context, a),
        StateCommand::Push(a) => push::run(context, a).await,
        StateCommand::History(a) => history::run(context, a),
    }
}
