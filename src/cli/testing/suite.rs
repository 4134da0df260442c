//! The test files of a directory, and the whole of a test.

use super::{
    Status,
    discovery::{self, Discovery},
    file::FileRun,
    junit::{self, Suite},
    report::{Counts, Reporter},
};
use crate::{
    arguments::{ParallelArguments, VariableArguments},
    context::Context,
    exit::Exit,
    failure::Failure,
    project::{self, Project},
    whole, wire,
};
use infra_lang::config::testing::TestFile;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    source::SourceMap,
};
use std::{path::PathBuf, sync::Arc};

/// What is tested and how it is told.
pub struct Wanted<'a> {
    /// Only these files.
    pub filter: &'a [String],
    /// The directory of tests.
    pub directory: &'a str,
    /// Variables of the command line.
    pub given: &'a VariableArguments,
    /// How many calls at once.
    pub parallel: ParallelArguments,
    /// As JSON.
    pub json: bool,
    /// Plans and states are shown.
    pub verbose: bool,
    /// Where a report is written.
    pub junit: Option<&'a PathBuf>,
}

/// Runs the tests of a directory.
///
/// # Errors
///
/// If a file cannot be read or is wrong: then nothing was tried.
pub async fn run(context: &Context, wanted: &Wanted<'_>) -> Result<Exit, Failure> {
    let files = files(context, wanted)?;
    check_configuration(context, wanted)?;
    let reporter = Reporter { context, json: wanted.json, verbose: wanted.verbose };
    let names = files.iter().map(|test| {
        let runs = test.runs.iter().map(|run| run.name.name.clone()).collect();
        (test.name.clone(), runs)
    });
    reporter.found(&names.collect());
    let seed = wire::random()?;
    let (mut counts, mut status) = (Counts::default(), Status::Pass);
    let mut suites = Vec::new();
    let mut interrupted = false;
    let directory = discovery::shown(wanted.directory);
    for test in &files {
        if interrupted {
            break;
        }
        let above = test.name.rsplit_once('/').map_or("", |(above, _)| above);
        let file = FileRun {
            reporter: &reporter,
            test,
            given: wanted.given,
            directory: Some(directory).filter(|own| !own.is_empty() && above == *own),
            parallel: wanted.parallel,
            seed,
        };
        let ended = Box::pin(file.run(&mut counts)).await?;
        status = status.max(ended.status);
        interrupted = ended.interrupted;
        suites.push(Suite { name: test.name.clone(), cases: ended.cases });
    }
    reporter.summary(status, counts);
    if let Some(path) = wanted.junit {
        write_report(context, path, &suites)?;
    }
    let is_good = matches!(status, Status::Pass | Status::Pending | Status::Skip) && !interrupted;
    Ok(if is_good { Exit::Done } else { Exit::Failed })
}

/// Finds and reads the test files, and loads the modules that they call.
fn files(context: &Context, wanted: &Wanted<'_>) -> Result<Vec<TestFile>, Failure> {
    let discovery = Discovery::new(context, wanted.directory)?;
    if let Some(warning) = discovery.missing_directory() {
        show(context, wanted, &vec![warning], &SourceMap::default());
    }
    let (mut read_all, mut faulty) = (Vec::new(), false);
    for (path, test, map, found) in discovery.read() {
        faulty |= has_errors(&found) || test.is_none();
        show(context, wanted, &found, &map);
        let matches = |filter: &String| *filter.trim_start_matches("./") == *path;
        if wanted.filter.is_empty() || wanted.filter.iter().any(matches) {
            read_all.extend(test);
        }
    }
    for test in &read_all {
        faulty |= !called_modules(context, wanted, test);
    }
    if faulty { Err(Failure::new(Vec::new(), Arc::default())) } else { Ok(read_all) }
}

/// Says what is wrong with the files of the modules that a test calls; returns whether nothing is.
fn called_modules(context: &Context, wanted: &Wanted<'_>, test: &TestFile) -> bool {
    let mut is_good = true;
    for called in test.runs.iter().filter_map(|run| run.module.as_ref()) {
        let (_, map, found) = project::load_called(context, (test, called), None);
        let found: Diagnostics = found.into_iter().filter(is_of_files).collect();
        is_good &= !has_errors(&found);
        show(context, wanted, &found, &map);
    }
    is_good
}

fn is_of_files(found: &Diagnostic) -> bool {
    matches!(found.code.split("::").nth(1), Some("syntax" | "config"))
}

fn show(context: &Context, wanted: &Wanted<'_>, found: &Diagnostics, map: &SourceMap) {
    if wanted.json {
        let lines = crate::render::json::lines::diagnostics(found, map, context.now());
        context.screen.print(&lines);
    } else {
        context.screen.diagnostics(found, map);
    }
}

/// Stops at what is wrong with the files of the configuration whatever a run does with it.
fn check_configuration(context: &Context, wanted: &Wanted<'_>) -> Result<(), Failure> {
    let (found, sources) = Project::faults_of_all(context, wanted.given)?;
    let found: Diagnostics = found.into_iter().filter(is_of_files).collect();
    if has_errors(&found) {
        show(context, wanted, &found, &sources);
        return Err(Failure::new(Vec::new(), Arc::default()));
    }
    Ok(())
}

fn write_report(context: &Context, path: &PathBuf, suites: &[Suite]) -> Result<(), Failure> {
    let report = junit::report(suites);
    whole::write(&context.directory.join(path), report.as_bytes(), 0o666).map_err(|error| {
        Failure::from(
            Diagnostic::error("infra::cli::report_not_written", "The report cannot be written")
                .detail(format!(
                    "`{}`: {error}. The tests were run; nothing of them is left.",
                    path.display()
                ))
                .help("Give the path of a file in a directory that can be written."),
        )
    })
}
