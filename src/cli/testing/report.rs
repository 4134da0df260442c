//! What a test says while it runs: for people, or one JSON object a line.

use super::{
    Status,
    run::{Ran, Shown},
};
use crate::{context::Context, render::json::lines, ui::Style};
use infra_model::{address::Address, diagnostic::Diagnostics, source::SourceMap, text::Text};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How many runs ended how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Those that held.
    pub passed: usize,
    /// Those that did not.
    pub failed: usize,
    /// Those that could not be judged.
    pub errored: usize,
    /// Those left out.
    pub skipped: usize,
}

impl Counts {
    /// Counts a run.
    pub fn add(&mut self, status: Status) {
        match status {
            Status::Pass => self.passed += 1,
            Status::Fail => self.failed += 1,
            Status::Error => self.errored += 1,
            Status::Skip | Status::Pending => self.skipped += 1,
        }
    }
}

/// Says what happens.
pub struct Reporter<'a> {
    /// Where it is said.
    pub context: &'a Context,
    /// As JSON.
    pub json: bool,
    /// Plans and states are shown.
    pub verbose: bool,
}

impl Reporter<'_> {
    fn line(&self, message: &str, sort: &str, more: Json) {
        let line = lines::test(message, self.context.now(), sort, more);
        self.context.screen.print(&line);
    }

    fn print(&self, text: &str) {
        self.context.screen.print(text);
    }

    fn word(&self, status: Status) -> String {
        let style = match status {
            Status::Pass => Style::Create,
            Status::Fail | Status::Error => Style::Delete,
            Status::Skip | Status::Pending => Style::Dim,
        };
        self.context.screen.paint().on(style, status.word())
    }

    /// Says which runs there are.
    pub fn found(&self, files: &BTreeMap<Text, Vec<Text>>) {
        if !self.json {
            return;
        }
        self.print(&lines::version(self.context.now()));
        let runs: usize = files.values().map(Vec::len).sum();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let message = format!(
            "Found {} file{} and {runs} run block{}",
            files.len(),
            plural(files.len()),
            plural(runs)
        );
        let names: serde_json::Map<String, Json> = files
            .iter()
            .map(|(file, runs)| {
                let runs: Vec<&str> = runs.iter().map(|run| &**run).collect();
                // Where there are none, Terraform says null.
                let runs = if runs.is_empty() { Json::Null } else { json!(runs) };
                (file.to_string(), runs)
            })
            .collect();
        self.line(&message, "test_abstract", json!({ "test_abstract": names }));
    }

    /// Says that a file begins or is torn down.
    pub fn file(&self, file: &str, progress: &str) {
        let text = if progress == "starting" { "in progress" } else { "tearing down" };
        if self.json {
            let about = json!({ "path": file, "progress": progress });
            let more = json!({ "@testfile": file, "test_file": about });
            self.line(&format!("{file}... {text}"), "test_file", more);
        } else {
            let text = self.context.screen.paint().on(Style::Dim, text);
            self.print(&format!("{file}... {text}\n"));
        }
    }

    /// Says how a file ended.
    pub fn file_ended(&self, file: &str, status: Status) {
        if self.json {
            let about = json!({ "path": file, "progress": "complete", "status": status.code() });
            let more = json!({ "@testfile": file, "test_file": about });
            self.line(&format!("{file}... {}", status.word()), "test_file", more);
        } else {
            self.print(&format!("{file}... {}\n", self.word(status)));
        }
    }

    /// Says that a run begins or what it left is destroyed; only programs hear it.
    pub fn run(&self, (file, run): (&str, &str), progress: &str) {
        if !self.json {
            return;
        }
        let text = if progress == "starting" { "in progress" } else { "tearing down" };
        let about = json!({ "path": file, "run": run, "progress": progress, "elapsed": 0 });
        let more = json!({ "@testfile": file, "@testrun": run, "test_run": about });
        self.line(&format!("  {run:?}... {text}"), "test_run", more);
    }

    /// Says how a run ended, and what was found in it.
    pub fn run_ended(&self, (file, run): (&str, &str), status: Status, ran: Option<&Ran>) {
        if self.json {
            let about = json!({
                "path": file, "run": run, "progress": "complete", "status": status.code(),
            });
            let more = json!({ "@testfile": file, "@testrun": run, "test_run": about });
            self.line(&format!("  {run:?}... {}", status.word()), "test_run", more);
        } else {
            self.print(&format!("  run {run:?}... {}\n", self.word(status)));
        }
        let Some(ran) = ran else { return };
        if let (true, Some(shown)) = (self.verbose, &ran.shown) {
            self.shown((file, run), shown);
        }
        self.diagnostics((file, run), &ran.diagnostics, &ran.sources);
    }

    fn shown(&self, (file, run): (&str, &str), shown: &Shown) {
        let (text, document, sort, message) = match shown {
            Shown::Plan(text, json) => {
                (text, json, "test_plan", "-verbose flag enabled, printing plan")
            }
            Shown::State(text, json) => {
                (text, json, "test_state", "-verbose flag enabled, printing state")
            }
        };
        if !self.json {
            self.print(&format!("\n{}\n\n", text.trim_matches('\n')));
            return;
        }
        let document: Json = match serde_json::from_str(document) {
            Ok(document) => document,
            Err(error) => json!({ "error": error.to_string() }),
        };
        self.line(message, sort, json!({ "@testfile": file, "@testrun": run, sort: document }));
    }

    /// Says what was found about a run.
    pub fn diagnostics(&self, (file, run): (&str, &str), found: &Diagnostics, map: &SourceMap) {
        if found.is_empty() {
            return;
        }
        if self.json {
            let beside = json!({ "@testfile": file, "@testrun": run });
            self.print(&lines::diagnostics_of(found, map, self.context.now(), &beside));
        } else {
            self.context.screen.diagnostics(found, map);
        }
    }

    /// Says what could not be destroyed, and why.
    pub fn left(
        &self,
        (file, run): (&str, &str),
        left: &[Address],
        (found, map): (&Diagnostics, &SourceMap),
    ) {
        if self.json {
            if !left.is_empty() {
                let message = format!(
                    "infra left some resources in state after executing {file}/{run}, they need to be cleaned up manually."
                );
                let resources: Vec<Json> =
                    left.iter().map(|one| json!({ "instance": one.to_string() })).collect();
                let more = json!({
                    "@level": "error", "@testfile": file, "@testrun": run,
                    "test_cleanup": { "failed_resources": resources },
                });
                self.line(&message, "test_cleanup", more);
            }
            self.diagnostics((file, run), found, map);
            return;
        }
        let screen = &self.context.screen;
        if !found.is_empty() {
            screen.print_error(&format!("infra encountered an error destroying resources created while executing {file}/{run}.\n\n"));
            screen.diagnostics(found, map);
        }
        if !left.is_empty() {
            let list: Vec<String> = left.iter().map(|one| format!("  - {one}\n")).collect();
            screen.print_error(&format!(
                "\ninfra left the following resources in state after executing {file}/{run}, and they need to be cleaned up manually:\n{}\n",
                list.concat()
            ));
        }
    }

    /// Says how it all ended.
    pub fn summary(&self, status: Status, counts: Counts) {
        let Counts { passed, failed, errored, skipped } = counts;
        let is_good = matches!(status, Status::Pass | Status::Pending | Status::Skip);
        let (word, style) =
            if is_good { ("Success!", Style::Create) } else { ("Failure!", Style::Delete) };
        let skips = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
        let rest = format!("{passed} passed, {} failed{skips}.", failed + errored);
        if !self.json {
            let word = self.context.screen.paint().on(style, word);
            self.print(&format!("\n{word} {rest}\n"));
            return;
        }
        let about = json!({
            "status": status.code(), "passed": passed, "failed": failed,
            "errored": errored, "skipped": skipped,
        });
        self.line(&format!("{word} {rest}"), "test_summary", json!({ "test_summary": about }));
    }
}
