//! `infra init`: installs modules, makes the state's directory and says what the configuration needs.
//!
//! Providers are built in, so nothing is downloaded for them.

use crate::{
    arguments::{
        InputArguments, LockArguments, StateFlags, VariableArguments, boolean,
        refuse_backend_settings,
    },
    context::Context,
    exit::Exit,
    failure::Failure,
    install,
    project::Project,
    render::json::lines,
    state_place,
    ui::Style,
    wire,
};
use clap::Args;
use infra_model::diagnostic::{self, Diagnostic};
use std::path::Path;

/// Prepare the directory: modules, and the state's place, kept out of version control
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of Terraform")]
pub struct Arguments {
    /// Print what happens as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Take the newest modules that are allowed, whatever is locked
    #[arg(long)]
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
    /// Leave the state's place alone with `-backend=false`
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", value_parser = boolean, alias = "cloud")]
    pub backend: Option<bool>,
    /// Install no modules with `-get=false`
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", value_parser = boolean)]
    pub get: Option<bool>,
    /// Refused: settings stand in the block
    #[arg(long, hide = true, value_name = "SETTING", value_parser = refuse_backend_settings)]
    pub backend_config: Vec<String>,
    /// First copy the files of this module into the directory, which must have no configuration
    #[arg(long, value_name = "SOURCE")]
    pub from_module: Option<String>,
    /// Accepted: providers are built in
    #[arg(long, hide = true, value_name = "DIR")]
    pub plugin_dir: Vec<String>,
    /// With `readonly`, fail instead of changing the lock file of modules
    #[arg(long, value_name = "MODE", value_parser = ["readonly"])]
    pub lockfile: Option<String>,
    /// The directory that holds tests beside those of this directory
    #[arg(long, value_name = "DIR")]
    pub test_directory: Option<String>,
    /// Accepted: nothing is asked
    #[command(flatten)]
    pub input: InputArguments,
    /// Accepted: nothing is written
    #[command(flatten)]
    pub lock: LockArguments,
    /// Root variables, for what needs them this early
    #[command(flatten)]
    pub variables: VariableArguments,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If the configuration cannot be read, modules cannot be installed, or the state's directory cannot
/// be made.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let say = |line: &str| {
        let text = format!("{line}\n");
        let text = if arguments.json { lines::log(&text, context.now()) } else { text };
        context.screen.print(&text);
    };
    if let Some(source) = &arguments.from_module {
        install::copy_module(context, source, &say).await?;
    }
    let mut outcome = install::Outcome::default();
    if arguments.get != Some(false) {
        let readonly = arguments.lockfile.is_some();
        let test_directory = arguments.test_directory.as_deref();
        let options = install::Options { upgrade: arguments.upgrade, readonly, test_directory };
        outcome =
            install::install(context, &arguments.variables, options, &|line| say(line)).await?;
    }
    let (project, diagnostics) = Project::compile(context, &arguments.variables)?;
    context.screen.diagnostics(&diagnostics, project.program.sources());
    if diagnostic::has_errors(&diagnostics) {
        return Ok(Exit::Failed);
    }
    if outcome.locked {
        say(
            "The lock file .infra.lock.hcl holds what was installed. Include it in your version control repository.",
        );
    }
    if arguments.backend != Some(false) {
        for line in state(context, &project)?.lines() {
            say(line);
        }
    }
    let ready = match outcome.fetched {
        0 => "infra is ready: providers are built in, nothing was downloaded.".to_owned(),
        1 => "infra is ready: providers are built in, 1 module was installed.".to_owned(),
        count => format!("infra is ready: providers are built in, {count} modules were installed."),
    };
    if arguments.json {
        context.screen.print(&lines::ready(&ready, context.now()));
    } else {
        say(&context.screen.paint().on(Style::Create, &ready));
    }
    if arguments.migrate_state {
        say("No state was moved: `-migrate-state` has nothing to do here.");
    }
    Ok(Exit::Done)
}

/// Makes the state's place, and says what is in it.
fn state(context: &Context, project: &Project) -> Result<String, Failure> {
    let directory = wire::state_directory(context, &project.backend);
    let store = wire::store(context, project)?;
    let reading = store.read()?;
    make(&directory)?;
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
    Ok(text)
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
