//! `infra console`: expressions in the current configuration and state, or in what a new plan says
//! of them; nothing is changed.
//!
//! At a terminal each result is printed, and a mistake ends nothing; lines can be edited, are
//! remembered while the console runs, and names are completed. From a pipe it is as with
//! Terraform: the first mistake ends it, and only the last result is printed. Different from
//! Terraform, brackets may stay open over lines in a pipe too, which is an error there.

mod answers;
mod brackets;
mod completion;
mod session;

use crate::{
    arguments::{InputArguments, VariableArguments},
    context::Context,
    exit::Exit,
    failure::Failure,
};
use brackets::Brackets;
use clap::Args;
use completion::Completion;
use infra_model::diagnostic::Diagnostic;
use rustyline::{CompletionType, Config, Editor, error::ReadlineError, history::MemHistory};
use session::{Session, Subject};
use std::{
    cell::RefCell,
    io::{self, BufRead, IsTerminal as _},
    path::PathBuf,
};

/// What `help` prints.
const HELP: &str = "\
Type an expression and press <enter> to see its value, such as `var.size`,
`local.names[0]` or `docker_container.web.id`. Resources have the values that
are recorded in the state, or with -plan those that a plan gives them; what is
not known yet is (known after apply).
An open bracket or heredoc continues on the next line. <tab> completes names,
functions and attributes; the arrow keys bring earlier expressions back.

To leave, type \"exit\" and press <enter>, or use Control-C or Control-D.";

/// Evaluate expressions in the configuration and the recorded state, or in a new plan
#[derive(Debug, Args)]
pub struct Arguments {
    /// Read one JSON object {"id", "expr"} per line, write one answer per line
    #[arg(long)]
    pub json: bool,
    /// With `-json`: the `json` of secrets too, in clear
    #[arg(long, requires = "json")]
    pub show_sensitive: bool,
    /// Make a plan, and give resources the values that it gives them
    #[arg(long)]
    pub plan: bool,
    /// Read this state instead of the backend's: a file of Terraform, or a directory of `infra`
    #[arg(long, value_name = "PATH")]
    pub state: Option<PathBuf>,
    /// Root variables
    #[command(flatten)]
    pub variables: VariableArguments,
    /// Show warnings as one line each
    #[arg(long)]
    pub compact_warnings: bool,
    /// Accepted as Terraform's: nothing is asked
    #[command(flatten)]
    pub input: InputArguments,
}

/// Runs the command.
///
/// # Errors
///
/// If the configuration or the state cannot be read, or the input breaks off.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let subject = Subject {
        variables: &arguments.variables,
        state: arguments.state.as_deref(),
        plans: arguments.plan,
        tells_when_asked: arguments.json,
    };
    let mut session = Session::load(context, subject).await?;
    if arguments.json {
        return answer_all(context, &mut session, arguments.show_sensitive);
    }
    if io::stdin().is_terminal() {
        return talk(context, session);
    }
    read_pipe(context, &mut session)
}

/// What a whole expression or command gives.
enum Outcome {
    Exit,
    Shown(String),
    Failed,
}

fn handle(context: &Context, session: &mut Session<'_>, command: &str) -> Outcome {
    match command.trim() {
        "" => return Outcome::Shown(String::new()),
        "exit" => return Outcome::Exit,
        "help" => return Outcome::Shown(HELP.to_owned()),
        _ => {}
    }
    let evaluated = session.evaluate(command);
    context.screen.diagnostics(&evaluated.found, session.sources());
    if evaluated.has_failed() { Outcome::Failed } else { Outcome::Shown(evaluated.render()) }
}

fn read_pipe(context: &Context, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut brackets = Brackets::default();
    let mut last = String::new();
    loop {
        let command = match read_line()? {
            Some(line) => brackets.take(&String::from_utf8_lossy(&line)),
            None if brackets.is_open() => Some(brackets.rest()),
            None => break,
        };
        let Some(command) = command else { continue };
        match handle(context, session, &command) {
            Outcome::Exit => return Ok(Exit::Done),
            Outcome::Failed => return Ok(Exit::Failed),
            Outcome::Shown(text) => last = text,
        }
    }
    context.screen.print(&(last + "\n"));
    Ok(Exit::Done)
}

fn talk(context: &Context, session: Session<'_>) -> Result<Exit, Failure> {
    let session = RefCell::new(session);
    let config = Config::builder().completion_type(CompletionType::List).build();
    let mut editor =
        Editor::with_history(config, MemHistory::new()).map_err(|error| unreadable(&error))?;
    editor.set_helper(Some(Completion { session: &session }));
    let mut brackets = Brackets::of_terminal();
    loop {
        let line = match editor.readline(if brackets.is_open() { ": " } else { "> " }) {
            Ok(line) => line,
            // Nothing is lost but the expression that was begun.
            Err(ReadlineError::Interrupted) if brackets.is_open() => {
                brackets.rest();
                continue;
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return Ok(Exit::Done),
            Err(error) => return Err(unreadable(&error).into()),
        };
        let Some(command) = brackets.take(&line) else { continue };
        editor.add_history_entry(&command).map_err(|error| unreadable(&error))?;
        match handle(context, &mut session.borrow_mut(), &command) {
            Outcome::Exit => return Ok(Exit::Done),
            Outcome::Shown(text) if !text.is_empty() => context.screen.print(&(text + "\n\n")),
            Outcome::Shown(_) | Outcome::Failed => {}
        }
    }
}

fn answer_all(
    context: &Context,
    session: &mut Session<'_>,
    shows_secrets: bool,
) -> Result<Exit, Failure> {
    while let Some(line) = read_line()? {
        if !line.trim_ascii().is_empty() {
            context.screen.print(&answers::answer(session, &line, shows_secrets));
        }
    }
    Ok(Exit::Done)
}

/// Reads a line without its end; `None` at the end of the input.
fn read_line() -> Result<Option<Vec<u8>>, Failure> {
    let mut line = Vec::new();
    let read =
        io::stdin().lock().read_until(b'\n', &mut line).map_err(|error| unreadable(&error))?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok((read > 0).then_some(line))
}

fn unreadable(error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic::error("infra::cli::input_unreadable", "The standard input cannot be read")
        .detail(error.to_string())
        .help("Nothing was changed. Give the expressions through a pipe or a file.")
}
