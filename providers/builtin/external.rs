//! `data.external`: asks a program, which gets a JSON object and answers with one.
//!
//! The program runs in a process group of its own, which is killed as a whole when nobody waits for
//! the answer any more.

use crate::{draw::Draws, hooked::Hooked, local_exec::group::Group, rules};
use complaint::redacted;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap, io, process::ExitStatus, process::Stdio, sync::Arc, time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

mod complaint;

/// The data source.
pub(crate) struct External;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    program: Vec<Option<String>>,
    working_dir: Option<String>,
    query: Option<BTreeMap<String, Option<String>>>,
    result: Option<BTreeMap<String, String>>,
}

/// The longest answer that is taken, in bytes.
const OUTPUT_BYTES_MAX: u64 = 64 << 20;
/// How much of what a program complains about is shown, in bytes.
const COMPLAINT_BYTES_MAX: u64 = 16 << 10;

/// What a program left.
struct Ended {
    status: ExitStatus,
    output: Vec<u8>,
    complaint: String,
}

impl DataSource for External {
    type Client = Draws;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("program", Attribute::required(Type::list(Type::String))),
            ("working_dir", Attribute::optional(Type::String)),
            ("query", Attribute::optional(Type::map(Type::String))),
            ("result", Attribute::computed(Type::map(Type::String))),
        ]);
        Hooked::new(SchemaKind::data("external", block)).validate(validate).shared()
    }

    async fn read(_: &Draws, config: Model, control: &Control) -> Result<Model, Failure> {
        let program: Vec<&str> =
            config.program.iter().flatten().map(String::as_str).filter(|p| !p.is_empty()).collect();
        let Some((name, arguments)) = program.split_first() else {
            return Err(program_missing().into());
        };
        let mut command = Command::new(name);
        command.args(arguments);
        if let Some(directory) = config.working_dir.as_deref().filter(|d| !d.is_empty()) {
            command.current_dir(directory);
        }
        let given: BTreeMap<&str, &str> = config.query.iter().flatten().filter_map(given).collect();
        let query = serde_json::to_vec(&given).map_err(|_| output_wrong(name, "no query"))?;
        let ended = run(command, &query, control).await.map_err(|error| not_run(name, &error))?;
        let Some(ended) = ended else { return Err(late(name).into()) };
        if !ended.status.success() {
            return Err(failed(name, &ended, &redacted(&ended.complaint, &given)).into());
        }
        let result = parsed(&ended.output).map_err(|problem| output_wrong(name, &problem))?;
        Ok(Model { id: Some("-".to_owned()), result: Some(result), ..config })
    }
}

fn given<'a>((name, value): (&'a String, &'a Option<String>)) -> Option<(&'a str, &'a str)> {
    Some((name, value.as_deref()?))
}

fn validate(desired: &Value) -> Diagnostics {
    let Some(program) = desired.get("program").filter(|program| program.is_wholly_known()) else {
        return Vec::new();
    };
    let is_named = |item: &Value| item.as_text().is_some_and(|text| !text.is_empty());
    let is_missing = !program.items().unwrap_or_default().iter().any(is_named);
    let mut wrong: Diagnostics = is_missing.then(program_missing).into_iter().collect();
    if rules::text(desired, "working_dir").is_some_and(|text| text.contains('\0')) {
        let summary = "A directory can't have this name".to_owned();
        wrong.push(rules::unsupported(Path::attribute("working_dir"), summary));
    }
    wrong
}

/// Runs a command to its end; `None` at the deadline.
async fn run(mut command: Command, query: &[u8], control: &Control) -> io::Result<Option<Ended>> {
    command.process_group(0).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    // Dropped with this future, and then the group is killed.
    let group = Group::of(&child);
    let left = control.deadline_ms.map(|at| at.saturating_sub(control.clock.now_ms()));
    let late = async {
        match left {
            Some(left_ms) => control.clock.sleep(Duration::from_millis(left_ms)).await,
            None => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        ended = talk(&mut child, query) => Some(ended),
        () = late => None,
    };
    if ended.is_some() {
        group.release();
    }
    ended.transpose()
}

async fn talk(child: &mut Child, query: &[u8]) -> io::Result<Ended> {
    let (input, output, complaint) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        let Some(mut input) = input else { return Ok(()) };
        match input.write_all(query).await {
            // A program that does not want to know the query may end without reading it.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written,
        }
    };
    let (written, output, complaint) =
        tokio::join!(write, all(output, OUTPUT_BYTES_MAX), all(complaint, COMPLAINT_BYTES_MAX));
    let status = child.wait().await?;
    written?;
    let complaint = String::from_utf8_lossy(&complaint?).trim_end().to_owned();
    Ok(Ended { status, output: output?, complaint })
}

/// Reads to the end, and keeps one byte more than the limit at most.
async fn all(from: Option<impl AsyncRead + Unpin>, limit: u64) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let Some(mut from) = from else { return Ok(kept) };
    (&mut from).take(limit + 1).read_to_end(&mut kept).await?;
    let mut rest = [0; 4096];
    while from.read(&mut rest).await? > 0 {}
    Ok(kept)
}

fn parsed(output: &[u8]) -> Result<BTreeMap<String, String>, String> {
    if output.len() as u64 > OUTPUT_BYTES_MAX {
        return Err(format!("it is longer than {} MiB", OUTPUT_BYTES_MAX >> 20));
    }
    let parsed: Json = serde_json::from_slice(output).map_err(|error| {
        // Where it is, and not what it says: that may be a secret.
        format!("it is no JSON, at line {} column {}", error.line(), error.column())
    })?;
    let Json::Object(entries) = parsed else {
        return Err("it is no object".to_owned());
    };
    let entry = |(name, value)| match value {
        Json::String(text) => Ok((name, text)),
        // As with Go's decoder, which takes null for the empty text.
        Json::Null => Ok((name, String::new())),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => {
            Err(format!("`{name}` is no string"))
        }
    };
    entries.into_iter().map(entry).collect()
}

fn about(code: &'static str, summary: String) -> Diagnostic {
    Diagnostic::error(code, summary).at_path(Path::attribute("program"))
}

fn program_missing() -> Diagnostic {
    about("infra::builtin::program_missing", "There is no program to ask".to_owned())
        .help("name a program and its arguments in `program`")
}

fn not_run(name: &str, error: &io::Error) -> Failure {
    let found = about("infra::builtin::program_missing", format!("`{name}` could not be run"));
    let help = "install the program, or write its path with `${path.module}/` before it";
    Failure::from(found.detail(format!("{error}. Nothing was changed.")).help(help)).safe()
}

fn failed(name: &str, ended: &Ended, complaint: &str) -> Diagnostic {
    let told = if complaint.is_empty() {
        "It said nothing on its error output.".to_owned()
    } else {
        format!("Its error output: {complaint}")
    };
    about("infra::builtin::program_failed", format!("`{name}` failed"))
        .detail(format!("It ended with {}. {told}", ended.status))
        .help("run the program by itself, with a JSON object on its standard input")
}

fn late(name: &str) -> Diagnostic {
    about("infra::builtin::program_failed", format!("`{name}` took too long"))
        .detail("It and its children were killed.")
}

fn output_wrong(name: &str, problem: &str) -> Diagnostic {
    about("infra::builtin::program_output_wrong", format!("The answer of `{name}` can't be used"))
        .detail(format!("It must be a JSON object of strings, but {problem}."))
        .help(
            "let the program print one JSON object whose values are all strings, and nothing else",
        )
}
