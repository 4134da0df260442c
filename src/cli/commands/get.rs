//! `infra get`: installs the modules that the configuration calls, and nothing else.

use crate::{
    arguments::VariableArguments, context::Context, exit::Exit, failure::Failure, install,
};
use clap::Args;

/// Install the modules that the configuration calls; `infra init` does this as well
#[derive(Debug, Args)]
pub struct Arguments {
    /// Take the newest modules that are allowed, whatever is locked
    #[arg(long)]
    pub update: bool,
    /// The directory that holds tests beside those of this directory
    #[arg(long, value_name = "DIR")]
    pub test_directory: Option<String>,
    /// Root variables, for sources that are made of them
    #[command(flatten)]
    pub variables: VariableArguments,
}

/// Runs the command.
///
/// # Errors
///
/// If the configuration cannot be read, or modules cannot be installed.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let say = |line: &str| context.screen.print(&format!("{line}\n"));
    let test_directory = arguments.test_directory.as_deref();
    let options = install::Options { upgrade: arguments.update, readonly: false, test_directory };
    install::install(context, &arguments.variables, options, &say).await?;
    Ok(Exit::Done)
}
