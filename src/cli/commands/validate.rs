//! `infra validate`: every mistake that can be found without state, network or credentials.

use crate::{
    arguments::VariableArguments,
    context::Context,
    exit::Exit,
    failure::Failure,
    project::Project,
    render::json,
    testing::discovery::{self, Discovery},
};
use clap::Args;
use infra_model::{diagnostic, known::Known};

/// Check the configuration; reports all mistakes in all files at once
#[derive(Debug, Args)]
pub struct Arguments {
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Leave out test files
    #[arg(long)]
    pub no_tests: bool,
    /// The directory that holds tests beside those of this directory
    #[arg(long, value_name = "DIR")]
    pub test_directory: Option<String>,
    /// Root variables
    #[command(flatten)]
    pub variables: VariableArguments,
}

/// Runs the command.
///
/// # Errors
///
/// Never for mistakes in the configuration, which make the exit code.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let (project, mut diagnostics) = Project::compile(context, &arguments.variables)?;
    let mut known = Known::new(project.inputs.clone());
    diagnostics.extend(project.program.validate(&project.kinds, &mut known));
    let mut sources = project.program.sources().clone();
    if !arguments.no_tests {
        let directory = arguments.test_directory.as_deref().unwrap_or(discovery::DIRECTORY);
        diagnostics.extend(Discovery::new(context, directory)?.check(&mut sources));
    }
    diagnostic::sort(&mut diagnostics);
    let failed = diagnostic::has_errors(&diagnostics);
    if arguments.json {
        context.screen.print(&json::validation(&diagnostics, &sources));
    } else {
        context.screen.diagnostics(&diagnostics, &sources);
        if !failed {
            context.screen.print("Success! The configuration is valid.\n");
        }
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}
