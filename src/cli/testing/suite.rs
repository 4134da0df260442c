//! The test files of a directory, and the whole of a test.

use super::{
    Status,
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
    wire,
};
use infra_lang::config::testing::{TestFile, read};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    source::SourceMap,
    sources::{Sources, Stat},
    text::Text,
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

/// A test file with the sources that its findings point into.
type Read = (TestFile, SourceMap);

/// Runs the tests of a directory.
///
/// # Errors
///
/// If a file cannot be read or is wrong: then nothing was tried.
pub async fn run(context: &Context, wanted: &Wanted<'_>) -> Result<Exit, Failure> {
    let files = files(context, wanted)?;
    check_configuration(context, wanted.given)?;
    let reporter = Reporter { context, json: wanted.json, verbose: wanted.verbose };
    let names = files.iter().map(|(test, _)| {
        let runs = test.runs.iter().map(|run| run.name.name.clone()).collect();
        (test.name.clone(), runs)
    });
    reporter.found(&names.collect());
    let seed = wire::random()?;
    let (mut counts, mut status) = (Counts::default(), Status::Pending);
    let mut suites = Vec::new();
    let mut interrupted = false;
    for (test, _) in &files {
        if interrupted {
            break;
        }
        let file = FileRun {
            reporter: &reporter,
            test,
            given: wanted.given,
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

/// Finds and reads the test files: those beside the configuration, then those of the directory.
fn files(context: &Context, wanted: &Wanted<'_>) -> Result<Vec<Read>, Failure> {
    let is_outside = wanted.directory.split('/').any(|step| step == "..");
    if wanted.directory.starts_with('/') || is_outside {
        return Err(Failure::from(
            Diagnostic::error("infra::cli::test_directory_invalid", "Invalid testing directory")
                .detail("The testing directory must be a relative path pointing to a directory local to the configuration directory.")
                .help("Give a path below this directory."),
        ));
    }
    let sources = project::sources(context, None);
    let mut paths = names(sources.as_ref(), ".", "");
    let below = wanted.directory.trim_start_matches("./").trim_end_matches('/');
    if !below.is_empty() && below != "." {
        paths.extend(names(sources.as_ref(), below, &format!("{below}/")));
    }
    let (mut read_all, mut faulty) = (Vec::new(), false);
    for path in paths {
        let (test, map, more) = read(sources.as_ref(), &path);
        if has_errors(&more) || test.is_none() {
            faulty = true;
        }
        show(context, wanted, &more, &map);
        let matches = |filter: &String| *filter.trim_start_matches("./") == *path;
        if wanted.filter.is_empty() || wanted.filter.iter().any(matches) {
            read_all.extend(test.map(|test| (test, map)));
        }
    }
    if faulty { Err(Failure::new(Vec::new(), Arc::default())) } else { Ok(read_all) }
}

fn show(context: &Context, wanted: &Wanted<'_>, found: &Diagnostics, map: &SourceMap) {
    if wanted.json {
        let lines = crate::render::json::lines::diagnostics(found, map, context.now());
        context.screen.print(&lines);
    } else {
        context.screen.diagnostics(found, map);
    }
}

fn names(sources: &dyn Sources, directory: &str, prefix: &str) -> Vec<Text> {
    // There need not be such a directory.
    let Ok(entries) = sources.list(directory) else { return Vec::new() };
    let tests = entries
        .into_iter()
        .filter(|(name, stat)| *stat == Stat::File && name.ends_with(".tftest.hcl"));
    tests.map(|(name, _)| Text::from(format!("{prefix}{name}"))).collect()
}

/// Stops at what is wrong with the files of the configuration whatever a run does with it.
fn check_configuration(context: &Context, given: &VariableArguments) -> Result<(), Failure> {
    let (project, found) = Project::compile(context, given)?;
    let of_files =
        |found: &Diagnostic| matches!(found.code.split("::").nth(1), Some("syntax" | "config"));
    let found: Diagnostics = found.into_iter().filter(of_files).collect();
    if has_errors(&found) {
        return Err(Failure::new(found, project.sources_map()));
    }
    Ok(())
}

fn write_report(context: &Context, path: &PathBuf, suites: &[Suite]) -> Result<(), Failure> {
    std::fs::write(context.directory.join(path), junit::report(suites)).map_err(|error| {
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
