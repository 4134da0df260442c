//! `infra import-state`: takes over a state that Terraform kept, as one run in the history.

mod check;
mod source;

use crate::{
    arguments::LockArguments,
    context::Context,
    exit::Exit,
    failure::Failure,
    operation,
    project::{Backend, Project},
    statefile::{LeftOut, Survey},
    wire,
};
use clap::Args;
use infra_model::{journal::Record, snapshot::Snapshot, source::SourceMap, text::Text};
use infra_state::{
    records_between,
    store::{RevisionInfo, RunOutcome, Writer},
};
use source::Source;

/// How a run of this command stands in the history; the serial of the file follows.
const COMMAND: &str = "import-state";

/// Take over a state of Terraform: every resource whose type exists here, with its address
#[derive(Debug, Args)]
pub struct Arguments {
    /// The state file, a directory in which Terraform was used, or an address, whose name and
    /// password may be in `TF_HTTP_USERNAME` and `TF_HTTP_PASSWORD`; `-` is the standard input
    #[arg(default_value = ".", conflicts_with = "backend")]
    pub path: String,
    /// The type of the backend that has the state: `local` or `http`
    #[arg(long, value_name = "TYPE")]
    pub backend: Option<String>,
    /// A setting of that backend, such as `path=FILE`; may be repeated
    #[arg(long, value_name = "KEY=VALUE", requires = "backend")]
    pub backend_config: Vec<String>,
    /// Only show what would be taken over
    #[arg(long)]
    pub dry_run: bool,
    /// Even if something else is recorded: it is forgotten
    #[arg(long)]
    pub force: bool,
    /// The lock
    #[command(flatten)]
    pub lock: LockArguments,
}

/// Runs the command.
///
/// # Errors
///
/// If the file cannot be read or does not fit what is recorded; then nothing was changed.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let backend = Project::backend(context)?;
    let source = source::find(context, arguments, &backend.workspace)?;
    let mut survey = source::read(context, &source).await?;
    let serial = survey.snapshot.sequence;
    if arguments.dry_run {
        let reading = wire::store_at(context, &backend)?.read()?;
        context.screen.print(&described(context, (&source, &survey), &reading.snapshot));
        check::check(
            &history(context, &backend)?,
            &reading.snapshot,
            &survey.snapshot,
            arguments.force,
        )?;
        context.screen.print("Nothing was changed.\n");
        return Ok(Exit::Done);
    }
    let writer = operation::lock(context, &backend, COMMAND, arguments.lock).await?;
    let old = writer.snapshot();
    check::check(&history(context, &backend)?, old, &survey.snapshot, arguments.force)?;
    if survey.snapshot.lineage.is_empty() && old.lineage.is_empty() {
        survey.snapshot.lineage = wire::new_lineage(context)?;
    }
    let records = records_between(old, &survey.snapshot);
    if records.is_empty() {
        context.screen.print("The state is already as the file says. Nothing was changed.\n");
        return Ok(Exit::Done);
    }
    context.screen.print(&described(context, (&source, &survey), old));
    commit(context, writer, serial, &records)?;
    context.screen.print(&closing(&survey));
    Ok(Exit::Done)
}

fn history(context: &Context, backend: &Backend) -> Result<Vec<infra_state::Revision>, Failure> {
    Ok(wire::store_at(context, backend)?.history()?)
}

/// Appends all records as one group, which is durable wholly or not at all, and closes the run.
fn commit(
    context: &Context,
    mut writer: Box<dyn Writer>,
    serial: u64,
    records: &[Record],
) -> Result<(), Failure> {
    writer.append(records, context.now())?;
    let info = RevisionInfo {
        at: context.now(),
        command: Text::from(format!("{COMMAND} {serial}")),
        outcome: RunOutcome::Completed,
        configuration: Vec::new(),
        plan: Vec::new(),
    };
    let closed = writer.close(info)?;
    context.screen.diagnostics(&closed.warnings, &SourceMap::default());
    Ok(())
}

/// Returns what will be taken over, left out, and forgotten.
fn described(context: &Context, (source, survey): (&Source, &Survey), old: &Snapshot) -> String {
    let new = &survey.snapshot;
    let mut out = format!("From {}", source.shown(context));
    if !survey.written_by.is_empty() {
        out.push_str(&format!(", written by Terraform {}", survey.written_by));
    }
    out.push_str(&format!(", serial {}:\n", new.sequence));
    for (address, instance) in &new.instances {
        let tainted = instance.current().is_some_and(|(_, object)| object.tainted);
        let deposed = instance.deposed().count();
        let mut notes = Vec::new();
        notes.extend(tainted.then(|| "tainted".to_owned()));
        notes.extend((deposed > 0).then(|| format!("{deposed} deposed")));
        let notes =
            if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
        out.push_str(&format!("  + {address}{notes}\n"));
    }
    for name in new.outputs.keys() {
        out.push_str(&format!("  + output.{name}\n"));
    }
    let forgotten: Vec<_> =
        old.instances.keys().filter(|a| !new.instances.contains_key(a)).collect();
    if !forgotten.is_empty() {
        out.push_str("Forgotten, as the file does not have it:\n");
        out.extend(forgotten.iter().map(|address| format!("  - {address}\n")));
    }
    if !survey.left_out.is_empty() {
        out.push_str("Left out:\n");
        let line = |LeftOut { address, why, .. }: &LeftOut| format!("  ! {address}: {why}\n");
        out.extend(survey.left_out.iter().map(line));
    }
    out.push('\n');
    out
}

fn closing(survey: &Survey) -> String {
    let (instances, outputs) = (survey.snapshot.instances.len(), survey.snapshot.outputs.len());
    let lost = survey.left_out.iter().filter(|left| !left.is_data).count();
    let mut text = format!("Imported {instances} instance(s) and {outputs} output(s).\n");
    if lost > 0 {
        text.push_str(&format!(
            "{lost} instance(s) were left out: they are not managed here. Keep the file of Terraform.\n"
        ));
    }
    text.push_str("Run `infra plan`: of what was taken over it should change nothing.\n");
    text
}
