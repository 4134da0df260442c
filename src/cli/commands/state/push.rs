//! `infra state push`.

use crate::{
    arguments::{LockArguments, StateFlags},
    context::Context,
    exit::Exit,
    failure::Failure,
    recorded, statefile, wire,
};
use clap::Args;
use infra_model::{
    diagnostic::{Diagnostic, Retry},
    snapshot::Snapshot,
};
use infra_state::records_between;
use std::{io::Read as _, sync::Arc};

/// The greatest size of a state file, in bytes.
const BYTES_MAX: u64 = 1 << 30;

/// What to do about a serial that does not follow.
const OTHER_SERIAL: &str = "Pull it anew and repeat the edit, with the serial raised by one; or add \
                            `-force` if you know that the file is right.";

/// Make the state what a file in Terraform's format says
#[derive(Debug, Args)]
pub struct Arguments {
    /// The file; `-` is the standard input
    pub file: String,
    /// Even if it is of another lineage or older than what is recorded
    #[arg(long)]
    pub force: bool,
    /// The lock
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
/// If the file cannot be read or does not fit what is recorded; then nothing was changed.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let text = contents(context, &arguments.file)?;
    let kinds = wire::kinds(&wire::registry(context));
    let mut pushed =
        statefile::read(&text, &kinds).map_err(|found| Failure::new(found, Arc::default()))?;
    let writer = recorded::lock(context, "state push", arguments.lock).await?;
    let old = writer.snapshot();
    if !arguments.force {
        check(old, &pushed)?;
    }
    if pushed.lineage.is_empty() && old.lineage.is_empty() {
        pushed.lineage = wire::new_lineage(context)?;
    }
    let records = records_between(old, &pushed);
    if records.is_empty() {
        context.screen.print("The state is already as the file says.\n");
        return Ok(Exit::Done);
    }
    let kept = !old.lineage.is_empty() && old.lineage != pushed.lineage;
    recorded::edit(context, writer, "state push", &records)?;
    if kept {
        context.screen.print("The lineage of the state was kept.\n");
    }
    context.screen.print(&format!("The state was pushed: {} record(s).\n", records.len()));
    Ok(Exit::Done)
}

fn contents(context: &Context, file: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file == "-" {
        std::io::stdin().lock().take(BYTES_MAX).read_to_string(&mut text)
    } else {
        let path = context.directory.join(file);
        std::fs::File::open(path).and_then(|f| f.take(BYTES_MAX).read_to_string(&mut text))
    };
    read.map_err(|error| {
        Diagnostic::error("infra::cli::file_unreadable", format!("`{file}` cannot be read"))
            .detail(format!("{error}. Nothing was changed."))
            .help("Correct the path, or make it readable; `-` is the standard input.")
    })?;
    Ok(text)
}

/// Refuses a file of another state, or an older one.
fn check(old: &Snapshot, pushed: &Snapshot) -> Result<(), Failure> {
    if old.lineage.is_empty() || old.is_empty() && old.open_intents().next().is_none() {
        return Ok(());
    }
    let lineage = &pushed.lineage;
    if !lineage.is_empty() && *lineage != old.lineage {
        return Err(refused(
            "infra::cli::push_other_lineage",
            "The file is of another state",
            &format!("It has the lineage `{lineage}`, the state `{}`.", old.lineage),
            "Check that this is the right directory; `-force` takes the file over and keeps the lineage.",
        ));
    }
    let (ours, theirs) = (old.sequence, pushed.sequence);
    if theirs < ours {
        return Err(refused(
            "infra::cli::push_older",
            "The file is older than the state",
            &format!("It has serial {theirs}, the state {ours}."),
            OTHER_SERIAL,
        ));
    }
    if theirs == ours && !records_between(old, pushed).is_empty() {
        return Err(refused(
            "infra::cli::push_same_serial",
            "The file says something else under the same serial",
            &format!("Both have serial {ours}."),
            OTHER_SERIAL,
        ));
    }
    Ok(())
}

fn refused(code: &'static str, summary: &str, why: &str, help: &str) -> Failure {
    Failure::from(
        Diagnostic::error(code, summary)
            .detail(format!("{why} Nothing was changed."))
            .help(help)
            .retry(Retry::Never),
    )
}
