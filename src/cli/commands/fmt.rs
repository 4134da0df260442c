//! `infra fmt`: files in canonical layout, the same as by `terraform fmt`.
//!
//! What the layout is, is `infra_lang::format`'s; here is which files, what is told of them, and
//! how they are rewritten. All files are looked at, whatever is wrong with one of them.

mod rewrite;
mod targets;

use crate::{arguments::boolean, context::Context, exit::Exit, failure::Failure, files};
use clap::{ArgAction, Args};
use infra_lang::{format::format, syntax};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    source::SourceMap,
};
use similar::TextDiff;
use std::{
    fs,
    io::{self, Read as _},
};
use targets::Target;

/// What stands for the standard input.
const STDIN: &str = "-";

/// Rewrite configuration files in canonical layout
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of Terraform")]
pub struct Arguments {
    /// Change nothing; exit with 3 if something would change
    #[arg(long)]
    pub check: bool,
    /// Show what changes
    #[arg(long)]
    pub diff: bool,
    /// The directories below as well
    #[arg(long)]
    pub recursive: bool,
    /// Leave the files as they are with `-write=false`
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", action = ArgAction::Set,
          value_parser = boolean)]
    pub write: bool,
    /// Do not name the files with `-list=false`
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", action = ArgAction::Set,
          value_parser = boolean)]
    pub list: bool,
    /// Files and directories, the current one if there is none; `-` for the standard input
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
}

/// What came of all files.
#[derive(Default)]
struct Report {
    sources: SourceMap,
    diagnostics: Diagnostics,
    out: String,
    changed: bool,
}

/// Runs the command.
///
/// # Errors
///
/// Never: mistakes in files make the exit code.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let mut report = Report::default();
    if arguments.targets.first().is_some_and(|target| target == STDIN) {
        standard_input(arguments, &mut report);
    } else {
        let (targets, found) = targets::find(context, &arguments.targets, arguments.recursive);
        report.diagnostics.extend(found);
        for target in &targets {
            if let Err(diagnostic) = file(arguments, target, &mut report) {
                report.diagnostics.push(diagnostic);
            }
        }
    }
    context.screen.print(&report.out);
    context.screen.diagnostics(&report.diagnostics, &report.sources);
    Ok(match (has_errors(&report.diagnostics), report.changed && arguments.check) {
        (true, _) => Exit::NotFormatted,
        (false, true) => Exit::WouldFormat,
        (false, false) => Exit::Done,
    })
}

fn standard_input(arguments: &Arguments, report: &mut Report) {
    let mut bytes = Vec::new();
    if let Err(error) = io::stdin().lock().take(files::FILE_BYTES_MAX).read_to_end(&mut bytes) {
        return report.diagnostics.push(unreadable("<stdin>", &error));
    }
    let Some(after) = report.formatted("<stdin>", &bytes) else { return };
    if arguments.diff {
        report.show("<stdin>", &bytes, &after);
    } else if !arguments.check {
        report.out.push_str(&after);
        if !after.ends_with('\n') {
            report.out.push('\n');
        }
    }
}

fn file(arguments: &Arguments, target: &Target, report: &mut Report) -> Result<(), Diagnostic> {
    let shown = &*target.shown;
    let bytes = fs::read(&target.path).map_err(|error| unreadable(shown, &error))?;
    let Some(after) = report.formatted(shown, &bytes) else { return Ok(()) };
    if after.as_bytes() == bytes {
        return Ok(());
    }
    if arguments.list {
        report.out.push_str(shown);
        report.out.push('\n');
    }
    if arguments.diff {
        report.show(shown, &bytes, &after);
    }
    if arguments.write && !arguments.check {
        rewrite::rewrite(&target.path, &bytes, after.as_bytes())
            .map_err(|error| unwritable(shown, &error))?;
    }
    Ok(())
}

impl Report {
    /// Returns the text in canonical layout, unless it has mistakes.
    fn formatted(&mut self, name: &str, bytes: &[u8]) -> Option<String> {
        let id = infra_model::source::SourceId(u32::try_from(self.sources.files().len()).ok()?);
        let (text, mistakes) = syntax::decode(id, bytes);
        let given = self.sources.add(name, text.clone());
        debug_assert_eq!(given, id, "sources are numbered in their order");
        let formatted = format(id, &text);
        let is_text = mistakes.is_empty();
        self.diagnostics.extend(mistakes);
        match formatted {
            Ok(after) if is_text => {
                self.changed |= after.as_bytes() != bytes;
                Some(after)
            }
            Ok(_) => None,
            Err(mistakes) => {
                self.diagnostics.extend(mistakes);
                None
            }
        }
    }

    fn show(&mut self, name: &str, before: &[u8], after: &str) {
        let before = String::from_utf8_lossy(before);
        let difference = TextDiff::from_lines(&*before, after);
        let (old, new) = (format!("old/{name}"), format!("new/{name}"));
        self.out.push_str(&difference.unified_diff().header(&old, &new).to_string());
    }
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("infra::cli::file_unreadable", format!("`{name}` cannot be read"))
        .detail(error.to_string())
        .help("make the file readable for this user, and run the command again")
}

fn unwritable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("infra::cli::file_unwritable", format!("`{name}` cannot be rewritten"))
        .detail(format!("{error}. The file is as it was."))
        .help("make room, or make the file and its directory writable, and run the command again")
}
