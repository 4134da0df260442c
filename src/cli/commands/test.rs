//! `infra test`: run the tests of the configuration, and leave nothing behind.

use crate::{
    arguments::{ParallelArguments, VariableArguments},
    context::Context,
    exit::Exit,
    failure::Failure,
    testing::suite::{self, Wanted},
};
use clap::Args;
use std::path::PathBuf;

/// Run the tests (`*.tftest.hcl`) of the configuration
///
/// What a test makes is recorded nowhere but in its memory, and destroyed at its end; the recorded
/// state is neither read nor changed.
#[derive(Clone, Debug, Args)]
pub struct Arguments {
    /// Only this test file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub filter: Vec<String>,
    /// The directory that holds tests beside those of this directory
    #[arg(long, value_name = "DIR", default_value = "tests")]
    pub test_directory: String,
    /// Print what happens as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Show the plan or the state of each run
    #[arg(long)]
    pub verbose: bool,
    /// Write a report in the form of `JUnit`
    #[arg(long, value_name = "FILE")]
    pub junit_xml: Option<PathBuf>,
    /// Root variables
    #[command(flatten)]
    pub variables: VariableArguments,
    /// How many calls at once
    #[command(flatten)]
    pub parallel: ParallelArguments,
}

/// Runs the command.
///
/// # Errors
///
/// If a test file or the configuration is wrong as it stands: then nothing was tried.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let wanted = Wanted {
        filter: &arguments.filter,
        directory: &arguments.test_directory,
        given: &arguments.variables,
        parallel: arguments.parallel,
        json: arguments.json,
        verbose: arguments.verbose,
        junit: arguments.junit_xml.as_ref(),
    };
    Box::pin(suite::run(context, &wanted)).await
}
