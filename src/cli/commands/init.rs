//! `infra init`: makes the state's directory and says what the configuration needs.
//!
//! Providers are built in, so nothing is downloaded for them.

use crate::{
    arguments::{
        InputArguments, LockArguments, StateFlags, boolean, refuse_backend_settings,
        refuse_module_source,
    },
    context::Context,
    exit::Exit,
    failure::Failure,
    project::Project,
    render::json::lines,
    state_place,
    ui::Style,
    wire,
};
use clap::Args;
use infra_model::diagnostic::{self, Diagnostic};
use std::path::Path;

/// Prepare the directory: the state's place, kept out of version control
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of Terraform")]
pub struct Arguments {
    /// Print what happens as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Accepted: providers are built in
    #[arg(long, hide = true)]
    pub upgrade: bool,
    /// Accepted: nothing is kept of an earlier backend
    #[arg(long, hide = true)]
    pub reconfigure: bool,
    /// Accepted, with a word: no state is moved
    #[arg(long, hide = true)]
    pub migrate_state: bool,
    /// Accepted: nothing is asked
    #[arg(long, hide = true)]
    pub force_copy: bool,
    /// Accepted
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, hide = true,
          default_missing_value = "true", value_parser = boolean)]
    pub backend: Option<bool>,
    /// Accepted
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, hide = true,
          default_missing_value = "true", value_parser = boolean)]
    pub get: Option<bool>,
    /// Refused: settings stand in the block
    #[arg(long, hide = true, value_name = "SETTING", value_parser = refuse_backend_settings)]
    pub backend_config: Vec<String>,
    /// Refused: nothing is copied
    #[arg(long, hide = true, value_name = "SOURCE", value_parser = refuse_module_source)]
    pub from_module: Option<String>,
    /// Accepted: providers are built in
    #[arg(long, hide = true, value_name = "DIR")]
    pub plugin_dir: Vec<String>,
    /// Accepted: no lock file of providers is needed
    #[arg(long, hide = true, value_name = "MODE")]
    pub lockfile: Option<String>,
    /// Accepted
    #[arg(long, hide = true, value_name = "DIR")]
    pub test_directory: Option<String>,
    /// Accepted: nothing is asked
    #[command(flatten)]
    pub input: InputArguments,
    /// Accepted: nothing is written
    #[command(flatten)]
    pub lock: LockArguments,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If the configuration cannot be read or the state's directory cannot be made.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let (project, diagnostics) = Project::compile(context)?;
    context.screen.diagnostics(&diagnostics, project.program.sources());
    if diagnostic::has_errors(&diagnostics) {
        return Ok(Exit::Failed);
    }
    let directory = wire::state_directory(context, &project.backend);
    let store = wire::store(context, &project)?;
    let reading = store.read()?;
    make(&directory)?;
    let paint = context.screen.paint();
    let mut text = format!("State: {}\n", directory.display());
    if reading.snapshot.is_empty() {
        text.push_str("Nothing is recorded yet.\n");
    } else {
        let count = reading.snapshot.instances.len();
        text.push_str(&format!("{count} instances are recorded.\n"));
    }
    if wire::key(context)?.is_none() {
        text.push_str(
            "The state is not encrypted: set INFRA_STATE_KEY to seal it. It is readable by you alone.\n",
        );
    }
    text.push_str(
        &paint
            .on(Style::Create, "infra is ready: providers are built in, nothing was downloaded.\n"),
    );
    if arguments.migrate_state {
        text.push_str("No state was moved: `-migrate-state` has nothing to do here.\n");
    }
    if arguments.json {
        text = lines::init(&text, context.now());
    }
    context.screen.print(&text);
    Ok(Exit::Done)
}

/// Makes the state's place, kept out of version control.
fn make(directory: &Path) -> Result<(), Failure> {
    state_place::make(directory).map_err(|error| {
        Failure::from(
            Diagnostic::error(
                "infra::cli::file_unwritable",
                format!("`{}` cannot be made ready", directory.display()),
            )
            .detail(error.to_string())
            .help("Make the directory writable, and run the command again."),
        )
    })
}
