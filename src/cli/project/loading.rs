//! From files to a configuration that is not compiled: how every command loads, and what commands
//! load that need no program.

use super::early::{self, Early};
use crate::{
    arguments::VariableArguments,
    context::Context,
    failure::Failure,
    files::{Captured, FileSources},
    install,
};
use infra_lang::config::{
    Configuration,
    installed::Installed,
    load::{Called, LoadOptions, Parsed, Unparsed, load, parse},
    testing::TestFile,
};
use infra_model::{diagnostic::Diagnostics, source::SourceMap, text::Text};
use std::sync::Arc;

/// Loads the modules of a configuration, with the modules that are installed so far.
///
/// # Errors
///
/// If root variables that it needs have mistakes.
pub fn load_modules(
    context: &Context,
    given: &VariableArguments,
    installed: &Installed,
) -> Result<(Configuration, SourceMap, Diagnostics), Failure> {
    install::refuse_unfinished(context)?;
    let files = sources(context, None);
    let options = LoadOptions { installed: Some(installed), ..options() };
    let loaded = early::load(context, &files, Early::Given(given), options)?;
    Ok((loaded.configuration, loaded.map, loaded.diagnostics))
}

/// Loads the module that a run of a test calls, with the modules that are installed so far; without
/// those, as the manifest says.
pub fn load_called(
    context: &Context,
    (test, called): (&TestFile, &Called),
    installed: Option<&Installed>,
) -> (Configuration, SourceMap, Diagnostics) {
    let files = sources(context, None);
    let called = Some(called);
    let options = LoadOptions { beside: &test.trees, called, installed, ..options() };
    load(files.as_ref(), ".", options)
}

/// Returns the files that a command reads.
pub fn sources(context: &Context, captured: Option<Captured>) -> Arc<FileSources> {
    let home = context.environment.get("HOME").map(Text::from);
    let directory = context.directory.clone();
    Arc::new(match captured {
        Some(captured) => FileSources::replay(directory, home, captured),
        None => FileSources::new(directory, home),
    })
}

/// Returns how every command loads.
pub(super) fn options() -> LoadOptions<'static> {
    LoadOptions { parse: Some(&parse_in_parallel), ..LoadOptions::default() }
}

/// Files fewer than this are parsed on this thread.
const PARALLEL_FILES_MIN: usize = 4;

/// Parses the files of a directory on as many threads as there are processors.
fn parse_in_parallel(files: &[Unparsed]) -> Vec<Parsed> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if files.len() < PARALLEL_FILES_MIN || threads == 1 {
        return files.iter().map(parse).collect();
    }
    let share = files.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let parts: Vec<_> = files
            .chunks(share)
            .map(|part| (part, scope.spawn(move || part.iter().map(parse).collect::<Vec<_>>())))
            .collect();
        // A thread that was lost is done over here, where its panic can be seen.
        parts
            .into_iter()
            .flat_map(|(part, thread)| {
                thread.join().unwrap_or_else(|_| part.iter().map(parse).collect())
            })
            .collect()
    })
}
