//! The `local-exec` provisioner: runs a command on this machine, in a process group of its own.
//!
//! A terminal's Ctrl-C therefore does not reach the child: the first signal lets it finish, and its
//! end is recorded. At the deadline, or when nobody waits any more, the whole group is killed.

use infra_model::{
    diagnostic::Diagnostic,
    program::When,
    schema::{Attribute, Block},
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use infra_sdk::{
    connection::{BoxFuture, Control, Provisioner},
    convert::from_value,
};
use serde::Deserialize;
use std::{collections::BTreeMap, process::Stdio, time::Duration};
use tokio::process::{Child, Command};

pub(crate) mod group;
mod output;

use group::Group;
use output::Output;

/// How long to wait for output after the command has ended, which a child in the background may
/// keep open for ever.
const DRAIN: Duration = Duration::from_secs(1);

/// The provisioner.
pub struct LocalExec;

#[derive(Deserialize)]
struct Arguments {
    command: String,
    interpreter: Option<Vec<String>>,
    working_dir: Option<String>,
    environment: Option<BTreeMap<String, Option<String>>>,
    quiet: Option<bool>,
}

impl Provisioner for LocalExec {
    fn name(&self) -> &'static str {
        "local-exec"
    }

    fn schema(&self) -> Block {
        Block::of([
            ("command", Attribute::required(Type::String)),
            ("interpreter", Attribute::optional(Type::list(Type::String))),
            ("working_dir", Attribute::optional(Type::String)),
            ("environment", Attribute::optional(Type::map(Type::String))),
            ("quiet", Attribute::optional(Type::Bool)),
        ])
    }

    fn run(
        &self,
        config: Value,
        _connection: Value,
        _when: When,
        control: Control,
    ) -> BoxFuture<'_, Result<(), Diagnostic>> {
        Box::pin(async move {
            let (config, marks) = config.unmark_deep();
            // A mark of either sort means that nothing of it may be shown.
            let is_secret = marks != Marks::NONE;
            let arguments: Arguments = from_value(&config).map_err(|error| {
                let summary = "The arguments of `local-exec` are wrong";
                Diagnostic::error("infra::builtin::arguments_wrong", summary)
                    .detail(format!("{error}. Nothing was run."))
                    .help("correct the argument that is named")
            })?;
            if arguments.command.is_empty() {
                let summary = "`command` must not be empty";
                return Err(Diagnostic::error("infra::builtin::command_empty", summary)
                    .help("give a command, or remove the provisioner"));
            }
            announce(&arguments, marks, &control);
            execute(&arguments, is_secret, &control).await
        })
    }
}

fn announce(arguments: &Arguments, marks: Marks, control: &Control) {
    let line = if marks != Marks::NONE {
        suppressed(marks)
    } else if arguments.quiet == Some(true) {
        "local-exec: Executing: Suppressed by quiet=true".to_owned()
    } else {
        let words = words(arguments);
        let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
        format!("Executing: [{}]", quoted.join(" "))
    };
    control.progress.line(&line);
}

/// What is said in place of a command that holds a secret.
fn suppressed(marks: Marks) -> String {
    let why = match (marks.contains(Marks::SENSITIVE), marks.contains(Marks::EPHEMERAL)) {
        (true, true) => "sensitive, ephemeral value",
        (false, true) => "ephemeral value",
        (_, false) => "sensitive value",
    };
    format!("(output suppressed due to {why} in config)")
}

/// The interpreter with its arguments, and the command behind them.
fn words(arguments: &Arguments) -> Vec<&str> {
    let shell = ["/bin/sh", "-c"];
    let mut words: Vec<&str> = match &arguments.interpreter {
        Some(interpreter) if !interpreter.is_empty() => {
            interpreter.iter().map(String::as_str).collect()
        }
        Some(_) | None => shell.to_vec(),
    };
    words.push(&arguments.command);
    words
}

fn spawn(arguments: &Arguments) -> std::io::Result<Child> {
    let words = words(arguments);
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(directory) = arguments.working_dir.as_deref().filter(|d| !d.is_empty()) {
        command.current_dir(directory);
    }
    for (name, value) in arguments.environment.iter().flatten() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.spawn()
}

async fn execute(
    arguments: &Arguments,
    is_secret: bool,
    control: &Control,
) -> Result<(), Diagnostic> {
    let mut child = spawn(arguments).map_err(|error| {
        let summary = "The command could not be started";
        Diagnostic::error("infra::builtin::command_not_started", summary)
            .detail(format!("{error}. Nothing was run."))
            .help("correct `interpreter` or `working_dir`, or install the program")
    })?;
    let group = Group::of(&child);
    let mut output = Output::new(&mut child, is_secret);
    let left = control.deadline_ms.map(|at| at.saturating_sub(control.clock.now_ms()));
    let late = async {
        match left {
            Some(left_ms) => control.clock.sleep(Duration::from_millis(left_ms)).await,
            None => std::future::pending().await,
        }
    };
    let ended = {
        let run = async {
            tokio::select! {
                status = child.wait() => status,
                () = output.stream(control) => child.wait().await,
            }
        };
        tokio::select! {
            ended = run => Some(ended),
            () = late => None,
        }
    };
    let Some(ended) = ended else {
        group.kill();
        child.wait().await.ok();
        return Err(late_diagnostic(&output));
    };
    tokio::select! {
        () = output.stream(control) => {}
        () = control.clock.sleep(DRAIN) => {}
    }
    group.release();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(&status.to_string(), arguments, &output, is_secret)),
        Err(error) => Err(failed(&error.to_string(), arguments, &output, is_secret)),
    }
}

fn failed(how: &str, arguments: &Arguments, output: &Output, is_secret: bool) -> Diagnostic {
    let summary = "The command of `local-exec` failed";
    let told = if is_secret {
        format!("It ended with {how}; command and output hold sensitive values.")
    } else {
        format!("Command {:?} ended with {how}. Output: {}", arguments.command, output.tail())
    };
    Diagnostic::error("infra::builtin::command_failed", summary).detail(told)
}

fn late_diagnostic(output: &Output) -> Diagnostic {
    Diagnostic::error("infra::builtin::command_late", "The command of `local-exec` took too long")
        .detail(Text::from(format!("It and its children were killed. Output: {}", output.tail())))
}
