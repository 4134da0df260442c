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
    provider_names::provider_source,
    render::json::lines,
    state_place,
    ui::Style,
    wire,
};
use clap::Args;
use infra_model::{
    diagnostic::{self, Diagnostic},
    text::Text,
};
use std::{cell::Cell, collections::BTreeSet, path::Path, sync::Arc};

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
    refuse_contradictions(arguments)?;
    let words = Words { context, json: arguments.json, in_modules: Cell::new(false) };
    if let Some(source) = &arguments.from_module {
        let say = |line: &str| words.copying(line);
        install::copy_module(context, source, &say).await?;
    } else {
        install::finish_copy(context, &|line: &str| words.log(line)).await?;
    }
    if arguments.from_module.is_none() && !install::has_configuration(&context.directory)? {
        words.output("output_init_empty_message", EMPTY);
        return Ok(Exit::Done);
    }
    if arguments.backend != Some(false) {
        words.output("initializing_backend_message", "Initializing the backend...");
    }
    let mut outcome = install::Outcome::default();
    if arguments.get != Some(false) {
        let readonly = arguments.lockfile.is_some();
        let test_directory = arguments.test_directory.as_deref();
        let options = install::Options { upgrade: arguments.upgrade, readonly, test_directory };
        let say = |line: &str| {
            words.modules(arguments.upgrade);
            words.log(line);
        };
        outcome = install::install(context, &arguments.variables, options, &say).await?;
    }
    let (project, diagnostics) = Project::compile(context, &arguments.variables)?;
    if outcome.called {
        words.modules(arguments.upgrade);
    }
    context.screen.diagnostics(&diagnostics, project.program.sources());
    if diagnostic::has_errors(&diagnostics) {
        return Ok(Exit::Failed);
    }
    words.providers(&project);
    if outcome.locked {
        words.log(
            "The lock file .infra.lock.hcl holds what was installed. Include it in your version control repository.",
        );
    }
    if arguments.backend != Some(false) {
        for line in state(context, &project)?.lines() {
            words.log(line);
        }
    }
    if arguments.migrate_state {
        words.log("No state was moved: `-migrate-state` has nothing to do here.");
    }
    words.done();
    Ok(Exit::Done)
}

/// Refuses flags that exclude one another.
fn refuse_contradictions(arguments: &Arguments) -> Result<(), Failure> {
    let mut found = Vec::new();
    let refused = |summary: &str, detail: &str, help: &str| {
        Diagnostic::error("infra::cli::init_options", summary)
            .detail(detail)
            .help(format!("{help} Nothing was changed."))
    };
    if arguments.migrate_state && arguments.json {
        found.push(refused(
            "The -migrate-state and -json options are mutually-exclusive",
            "infra cannot ask for interactive approval when -json is set. To use the -migrate-state \
             option, disable the -json option.",
            "Leave out `-migrate-state`: no state is moved here.",
        ));
    }
    if arguments.migrate_state && arguments.reconfigure {
        found.push(refused(
            "Invalid init options",
            "The -migrate-state and -reconfigure options are mutually-exclusive.",
            "Leave out both: nothing is kept of an earlier backend.",
        ));
    }
    if found.is_empty() { Ok(()) } else { Err(Failure::new(found, Arc::default())) }
}

/// What is said on the way, in Terraform's words where it does the same.
struct Words<'a> {
    context: &'a Context,
    json: bool,
    /// It was said that modules are looked at.
    in_modules: Cell<bool>,
}

impl Words<'_> {
    /// Says what Terraform has a code for.
    fn output(&self, code: &str, text: &str) {
        let line = if self.json {
            lines::init_output(code, text, self.context.now())
        } else {
            format!("{text}\n")
        };
        self.context.screen.print(&line);
    }

    fn log(&self, line: &str) {
        let text = format!("{line}\n");
        let text = if self.json { lines::log(&text, self.context.now()) } else { text };
        self.context.screen.print(&text);
    }

    fn copying(&self, line: &str) {
        if line.starts_with("Copying configuration from ") {
            self.output("copying_configuration_message", line);
        } else {
            self.log(line);
        }
    }

    fn modules(&self, upgrade: bool) {
        if self.in_modules.replace(true) {
            return;
        }
        if upgrade {
            self.output("upgrading_modules_message", "Upgrading modules...");
        } else {
            self.output("initializing_modules_message", "Initializing modules...");
        }
    }

    fn providers(&self, project: &Project) {
        self.output("initializing_provider_plugin_message", "Initializing provider plugins...");
        let required = project.required_providers();
        let names: BTreeSet<&Text> =
            required.iter().flat_map(|module| module.providers.keys()).collect();
        let dash = if self.json { "" } else { "- " };
        for name in names {
            self.log(&format!("{dash}{} is built in to infra", provider_source(name)));
        }
        if self.context.directory.join(".terraform.lock.hcl").exists() {
            self.log(
                "The lock file .terraform.lock.hcl is Terraform's. It is neither read nor changed: providers have the version of infra.",
            );
        }
    }

    fn done(&self) {
        let ready = "infra has been successfully initialized!";
        let guides = !self.context.environment.is_automation();
        if self.json {
            self.output("output_init_success_message", ready);
            if guides {
                self.output("output_init_success_cli_message", NEXT);
            }
            return;
        }
        let ready = self.context.screen.paint().on(Style::Create, ready);
        let next = if guides { format!("\n{NEXT}\n") } else { String::new() };
        self.context.screen.print(&format!("\n{ready}\n{next}"));
    }
}

/// What is said of a directory without a configuration.
const EMPTY: &str = "infra initialized in an empty directory!

The directory has no configuration files. You may begin working
with infra immediately by creating configuration files.";

/// What comes next.
const NEXT: &str = r#"You may now begin working with infra. Try running "infra plan" to see
any changes that are required for your infrastructure. All infra commands
should now work.

If you ever set or change modules or backend configuration for infra,
rerun this command to reinitialize your working directory. If you forget, other
commands will detect it and remind you to do so if necessary."#;

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
