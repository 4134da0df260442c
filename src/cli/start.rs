//! From the arguments of the process to its exit code.

use crate::{
    commands::Command, context::Context, dashes, environment::Environment, exit::Exit, log, panics,
    render::json::lines, ui::Screen,
};
use clap::{
    CommandFactory as _, FromArgMatches as _, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::{ffi::OsString, path::PathBuf, process::ExitCode, sync::Arc};

/// A declarative infrastructure reconciler
#[derive(Debug, Parser)]
#[command(
    name = "infra",
    disable_version_flag = true,
    infer_long_args = false,
    args_override_self = true
)]
struct Cli {
    /// Work in this directory
    #[arg(long, value_name = "DIR")]
    chdir: Option<PathBuf>,
    /// No colours
    #[arg(long, global = true, display_order = 900)]
    no_color: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The greatest width of help.
const HELP_WIDTH: usize = 100;

/// Runs the program.
pub fn main() -> ExitCode {
    panics::install();
    let outcome = std::panic::catch_unwind(|| {
        let environment = Environment::read();
        log::start(&environment);
        let arguments = dashes::rewrite(std::env::args_os());
        run(environment, arguments)
    });
    match outcome {
        Ok(exit) if !panics::happened() => exit.into(),
        Ok(_) | Err(_) => ExitCode::from(panics::EXIT),
    }
}

/// Returns the description of all commands and flags.
pub fn command() -> clap::Command {
    Cli::command()
}

fn run(environment: Environment, arguments: Vec<OsString>) -> Exit {
    let plain = Screen::new(&environment, false);
    let description = command().term_width(plain.width.min(HELP_WIDTH));
    let arguments = with_version(arguments);
    let arguments = with_environment(&environment, arguments, &description);
    let arguments = dashes::resolve_flags(arguments, &description);
    let parsed = description.clone().try_get_matches_from(arguments);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return usage(&plain, &error),
    };
    let Some(command) = cli.command else {
        plain.print_error(&dashes::single(&description.clone().render_help().to_string()));
        return Exit::NoCommand;
    };
    let mut screen = Screen::new(&environment, cli.no_color);
    command.settle(&mut screen);
    let directory = match &cli.chdir {
        Some(directory) => environment.directory.join(directory),
        None => environment.directory.clone(),
    };
    if !directory.is_dir() {
        plain.print_error(&format!("error: `{}` is no directory\n", directory.display()));
        return Exit::Failed;
    }
    let context = Context { environment, screen, directory, counters: Arc::default() };
    run_command(&context, &command)
}

fn run_command(context: &Context, command: &Command) -> Exit {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            context.screen.print_error(&format!("The runtime cannot be started: {error}\n"));
            return Exit::Failed;
        }
    };
    if context.screen.events {
        context.screen.print(&lines::version(context.now()));
    }
    let ended = runtime.block_on(command.run(context));
    if let Err(error) = context.counters.write(&context.environment) {
        context.screen.print_error(&format!("The counters cannot be written: {error}\n"));
    }
    match ended {
        Ok(exit) => exit,
        Err(failure) => {
            context.screen.diagnostics(&failure.diagnostics, &failure.sources);
            failure.exit
        }
    }
}

/// Takes a leading `-version` or `-v` for the command, with the flags behind it, as Terraform does.
fn with_version(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if let Some(first) =
        arguments.get_mut(1).filter(|first| *first == "--version" || *first == "-v")
    {
        *first = "version".into();
    }
    arguments
}

/// Puts the arguments of `TF_CLI_ARGS` and `TF_CLI_ARGS_<command>` behind the command's name.
fn with_environment(
    environment: &Environment,
    mut arguments: Vec<OsString>,
    description: &clap::Command,
) -> Vec<OsString> {
    let Some(place) = place_of_command(&arguments) else { return arguments };
    let words: Vec<String> =
        arguments[place..].iter().take(2).map(|a| a.to_string_lossy().into_owned()).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let nested = description.find_subcommand(words[0]).is_some_and(clap::Command::has_subcommands);
    words.truncate(if nested { 2 } else { 1 });
    let extra = environment.arguments(&words).into_iter().map(OsString::from);
    let behind = place + words.len();
    arguments.splice(behind..behind, dashes::rewrite(extra));
    arguments
}

/// Returns where the command's name stands: the first word that is no flag and no flag's value.
fn place_of_command(arguments: &[OsString]) -> Option<usize> {
    let mut words = arguments.iter().enumerate().skip(1);
    while let Some((place, word)) = words.next() {
        match word.to_string_lossy() {
            word if word == "--chdir" => {
                words.next();
            }
            word if word.starts_with('-') => {}
            _ => return Some(place),
        }
    }
    None
}

/// Shows a usage error, or the help that was asked for.
fn usage(screen: &Screen, error: &clap::Error) -> Exit {
    let text = match missing(error) {
        Some(text) => text,
        None => dashes::single(&error.render().to_string()),
    };
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        screen.print(&text);
        return Exit::Done;
    }
    screen.print_error(&text);
    Exit::Failed
}

/// Commands of Terraform that are not here, and what to do instead.
const MISSING: [(&str, &str); 6] = [
    (
        "import",
        "write an `import` block with `to = ADDRESS` and `id = \"ID\"`, and run\n       \
         `infra plan`; with `-generate-config-out=FILE` it writes the configuration",
    ),
    ("login", "set `TF_TOKEN_<host>`, or write a `credentials` block"),
    ("logout", "unset `TF_TOKEN_<host>`, or remove the `credentials` block"),
    ("lock", "providers are built in; `infra init` locks modules"),
    ("mirror", "providers are built in: there is nothing to mirror"),
    ("replace-provider", "providers are built in: the type of a resource names its provider"),
];

/// Returns what is said of a command that only Terraform has.
fn missing(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let (_, instead) = MISSING.iter().find(|(missing, _)| missing == name)?;
    Some(format!("error: there is no command '{name}' here\n\n  tip: {instead}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_of_all_commands_fits_together() {
        command().debug_assert();
    }

    fn words(given: &[&str]) -> Vec<OsString> {
        given.iter().map(OsString::from).collect()
    }

    #[test]
    fn the_command_is_found_behind_flags() {
        assert_eq!(place_of_command(&words(&["infra", "--chdir", "plan", "apply"])), Some(3));
        assert_eq!(place_of_command(&words(&["infra", "--chdir=x", "plan"])), Some(2));
        assert_eq!(place_of_command(&words(&["infra", "--version"])), None);
    }

    fn parses(line: &str) -> bool {
        let words = line.split_whitespace().map(OsString::from);
        let words = dashes::rewrite(std::iter::once(OsString::from("infra")).chain(words));
        Cli::try_parse_from(dashes::resolve_flags(with_version(words), &command())).is_ok()
    }

    #[test]
    fn flags_of_terraform_are_accepted() {
        for line in ACCEPTED {
            assert!(parses(line), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_done_as_asked_is_refused() {
        for line in REFUSED {
            assert!(!parses(line), "{line}");
        }
    }

    /// Every flag of Terraform's help, by command.
    const ACCEPTED: [&str; 48] = [
        "-chdir=x -no-color plan",
        "-version -json",
        "init -backend -backend=false -force-copy -get=false -input=false -lock=false",
        "init -lock-timeout=1s -no-color -json -plugin-dir=x -reconfigure -migrate-state -upgrade",
        "init -lockfile=readonly -ignore-remote-version -test-directory=tests -from-module=x",
        "init -backend=false -var a=b -var-file=f",
        "get -update -no-color -test-directory=x",
        "modules -json",
        "plan -generate-config-out=x.tf",
        "validate -json -no-color -no-tests -test-directory=x -var a=b -var-file f",
        "fmt -check -diff -recursive -write=false -list=false -no-color a.tf b",
        "fmt -",
        "plan -destroy -refresh=false -replace=a.b -replace a.c -target=a.b -var a=b -var=c=d",
        "plan -refresh-only -var-file=x -var-file y -compact-warnings -detailed-exitcode",
        "plan -input=false -lock=false -lock-timeout=1m -no-color -out=p -parallelism=3 -json",
        "plan -exclude=a.b -target-file=t -exclude-file=t -refresh -input -lock",
        "apply -auto-approve -backup=- -json plan.out",
        "apply -destroy -auto-approve=true -parallelism 2 -lock=0",
        "destroy -auto-approve -target=a.b -refresh=false -backup=x",
        "refresh -compact-warnings -input=false -lock=false -lock-timeout=0s -no-color -json",
        "refresh -parallelism=1 -target=a.b -var a=b -var-file=f",
        "show -no-color -json plan.out",
        "show -show-sensitive",
        "output -no-color -json",
        "output -raw name",
        "graph -plan=p -draw-cycles -type=plan",
        "taint -allow-missing -lock=false -lock-timeout=1s -ignore-remote-version a.b",
        "untaint -allow-missing -lock=false -lock-timeout=1s -ignore-remote-version a.b",
        "force-unlock -force 1-2",
        "state list -id=x a.b",
        "state show a.b",
        "state mv -dry-run -lock=false -lock-timeout=1s -backup=x -backup-out=y a.b a.c",
        "state rm -dry-run -lock=false -lock-timeout=1s a.b",
        "state pull",
        "state push -force -lock=false -lock-timeout=1s -ignore-remote-version file",
        "state push -",
        "state history",
        "workspace list",
        "workspace show",
        "workspace new -lock=false -lock-timeout=1s -state=x name",
        "workspace select -or-create name",
        "workspace select -or-create=false name",
        "workspace delete -force -lock=false -lock-timeout=1s name",
        "import-state -dry-run -force -backend=local -backend-config=path=x -backend-config=workspace_dir=y",
        "providers",
        "version -json",
        "-v",
        "completions bash",
    ];

    const REFUSED: [&str; 11] = [
        "plan -state=x.tfstate",
        "apply -state-out=x",
        "state list -state=x",
        "init -backend-config=path=x",
        "init -lockfile=maybe",
        "plan -parallelism=0",
        "plan -refresh=perhaps",
        "apply -lock-timeout=soon",
        "refresh -destroy",
        "plan -json=maybe",
        "plan somewhere",
    ];
}
