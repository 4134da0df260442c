//! Saved plans: the plan with everything it was made from, sealed like the state.
//!
//! A file holds the plan itself, the source files, the inputs, and the state it was made over (for
//! `show`). With a key it is encrypted; without one it is readable by its owner alone.

use crate::{failure::Failure, files::Captured, project::Project};
use infra_model::{
    diagnostic::{Diagnostic, Retry},
    known::Inputs,
    snapshot::Snapshot,
    sources::{SourceError, Stat},
    text::Text,
    wire::{Decoder, Encoder, Policy, WireError},
};
use infra_plan::{file, plan::Plan};
use infra_state::{Key, sealed};
use std::{path::Path, sync::Arc};

/// What a saved plan holds.
pub struct Saved {
    /// The plan.
    pub plan: Plan,
    /// The source files and whatever else was read.
    pub captured: Captured,
    /// Variables, time, seed.
    pub inputs: Inputs,
    /// The state it was made over.
    pub prior: Snapshot,
    /// The plan's own bytes, for the history.
    pub bytes: Vec<u8>,
    /// Ephemeral variables that were given, whose values must be given again.
    pub given_again: Vec<Text>,
}

/// Saves a plan.
///
/// # Errors
///
/// If the file cannot be written; an older file of that name is then untouched.
pub fn save(
    path: &Path,
    plan: &Plan,
    (project, prior): (&Project, &Snapshot),
    key: Option<&Key>,
) -> Result<(), Failure> {
    let mut out = Encoder::new(Policy::Plan);
    out.bytes(&bytes(plan)?);
    write_captured(&mut out, &project.captured());
    write_inputs(&mut out, project);
    out.snapshot(prior);
    let again = project.inputs.variables.keys().filter(|name| project.ephemeral.contains(*name));
    let again: Vec<&Text> = again.collect();
    out.sequence(&again, |out, name| out.text(name));
    let body = out.finish().map_err(|error| unwritable(&error.to_string()))?;
    sealed::write(path, &body, key)?;
    Ok(())
}

/// Reads a saved plan.
///
/// # Errors
///
/// If it is no plan, is damaged, was written by a newer version, or is sealed with another key.
pub fn load(path: &Path, key: Option<&Key>) -> Result<Saved, Failure> {
    let body = sealed::read(path, key)?;
    read(&body).map_err(|error| Failure::from(damaged(path, &error)))
}

fn read(body: &[u8]) -> Result<Saved, WireError> {
    let mut from = Decoder::new(body)?;
    let bytes = from.bytes()?.to_vec();
    let plan = file::decode(&bytes)?;
    let captured = read_captured(&mut from)?;
    let inputs = read_inputs(&mut from)?;
    let prior = from.snapshot()?;
    let given_again = from.sequence(Decoder::text)?;
    from.finish()?;
    Ok(Saved { plan, captured, inputs, prior, bytes, given_again })
}

/// Returns a plan as bytes.
///
/// # Errors
///
/// If a value in it cannot be stored, which is a fault of this program.
pub fn bytes(plan: &Plan) -> Result<Vec<u8>, Failure> {
    let bytes = file::encode(plan);
    if bytes.is_empty() {
        return Err(Failure::from(unwritable("a value in it must not be stored")));
    }
    Ok(bytes)
}

/// Returns what was read as bytes, for the history.
pub fn captured_bytes(captured: &Captured) -> Vec<u8> {
    let mut out = Encoder::new(Policy::Stored);
    write_captured(&mut out, captured);
    out.finish().unwrap_or_default()
}

fn write_captured(out: &mut Encoder, captured: &Captured) {
    out.size(captured.files.len());
    for (path, read) in &captured.files {
        out.text(path);
        write_result(out, read, |out, bytes| out.bytes(bytes));
    }
    out.size(captured.directories.len());
    for (path, listed) in &captured.directories {
        out.text(path);
        write_result(out, listed, |out, entries| {
            out.size(entries.len());
            for (name, stat) in entries {
                out.text(name);
                out.byte(stat_byte(*stat));
            }
        });
    }
    out.size(captured.stats.len());
    for (path, stat) in &captured.stats {
        out.text(path);
        write_result(out, stat, |out, stat| out.byte(stat_byte(*stat)));
    }
}

fn read_captured(from: &mut Decoder<'_>) -> Result<Captured, WireError> {
    let mut captured = Captured::default();
    for _ in 0..from.length()? {
        let path = from.text()?;
        let read = read_result(from, |from| Ok(Arc::from(from.bytes()?)))?;
        captured.files.insert(path, read);
    }
    for _ in 0..from.length()? {
        let path = from.text()?;
        let listed =
            read_result(from, |from| from.sequence(|from| Ok((from.text()?, read_stat(from)?))))?;
        captured.directories.insert(path, listed);
    }
    for _ in 0..from.length()? {
        let path = from.text()?;
        let stat = read_result(from, read_stat)?;
        captured.stats.insert(path, stat);
    }
    Ok(captured)
}

fn write_result<T>(
    out: &mut Encoder,
    result: &Result<T, SourceError>,
    write: impl FnOnce(&mut Encoder, &T),
) {
    match result {
        Ok(value) => {
            out.bool(true);
            write(out, value);
        }
        Err(error) => {
            out.bool(false);
            out.text(&error.path);
            out.text(&error.reason);
        }
    }
}

fn read_result<T>(
    from: &mut Decoder<'_>,
    read: impl FnOnce(&mut Decoder<'_>) -> Result<T, WireError>,
) -> Result<Result<T, SourceError>, WireError> {
    Ok(if from.bool()? {
        Ok(read(from)?)
    } else {
        Err(SourceError { path: from.text()?, reason: from.text()? })
    })
}

fn stat_byte(stat: Stat) -> u8 {
    match stat {
        Stat::Absent => 0,
        Stat::File => 1,
        Stat::Directory => 2,
        Stat::Other => 3,
    }
}

fn read_stat(from: &mut Decoder<'_>) -> Result<Stat, WireError> {
    Ok(match from.byte()? {
        0 => Stat::Absent,
        1 => Stat::File,
        2 => Stat::Directory,
        3 => Stat::Other,
        _ => return Err(from.unexpected("what stands at a path")),
    })
}

/// Writes the inputs without what is ephemeral.
fn write_inputs(out: &mut Encoder, project: &Project) {
    let inputs = &project.inputs;
    let kept = inputs.variables.iter().filter(|(name, _)| !project.ephemeral.contains(*name));
    let kept: Vec<_> = kept.collect();
    out.number(inputs.now_ms);
    out.bytes(&inputs.seed);
    out.text(&inputs.workspace);
    out.size(kept.len());
    for (name, value) in kept {
        out.text(name);
        out.value(value);
    }
}

fn read_inputs(from: &mut Decoder<'_>) -> Result<Inputs, WireError> {
    let now_ms = from.number()?;
    let seed = from.bytes()?.try_into().map_err(|_| from.unexpected("a seed"))?;
    let workspace = from.text()?;
    let variables: Vec<(Text, _)> = from.sequence(|from| Ok((from.text()?, from.value()?)))?;
    let variables = variables.into_iter().collect();
    Ok(Inputs { now_ms, seed, variables, workspace, applying: false })
}

fn unwritable(why: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::plan_unwritable", "The plan cannot be stored")
        .detail(format!("{why}. Nothing was changed."))
        .help("Report this: it is a fault of infra.")
        .retry(Retry::Safe)
}

fn damaged(path: &Path, error: &WireError) -> Diagnostic {
    Diagnostic::error(
        "infra::cli::plan_unreadable",
        format!("`{}` is not a plan of this version", path.display()),
    )
    .detail(format!("{error}. Nothing was changed."))
    .help("Make a new plan with `infra plan -out FILE`.")
    .retry(Retry::Never)
}
