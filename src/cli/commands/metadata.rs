//! `infra metadata functions -json`: the signatures of the functions.

use crate::{context::Context, exit::Exit, render::json};
use clap::{Args, Subcommand};

/// Describe what the language has
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: MetadataCommand,
}

#[derive(Debug, Subcommand)]
enum MetadataCommand {
    /// The signatures and descriptions of the functions
    Functions(FunctionsArguments),
}

#[derive(Debug, Args)]
struct FunctionsArguments {
    /// Print as JSON, which is the only form
    #[arg(long, required = true)]
    json: bool,
}

/// Runs the command.
pub fn run(context: &Context, arguments: &Arguments) -> Exit {
    let MetadataCommand::Functions(_) = &arguments.command;
    context.screen.print(&json::functions());
    Exit::Done
}
