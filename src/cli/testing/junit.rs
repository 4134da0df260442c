//! The report of a test in the form that `JUnit` made common.

use super::Status;
use crate::render::diagnostics::{Appearance, render};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    journal::Time,
    source::SourceMap,
    text::Text,
};
use std::sync::Arc;

/// A file of the report.
pub struct Suite {
    /// Its path.
    pub name: Text,
    /// Its runs.
    pub cases: Vec<Case>,
}

/// A run of the report.
pub struct Case {
    /// Its name.
    pub name: Text,
    /// How it ended.
    pub status: Status,
    /// When it began and how long it took; `None` if it was left out.
    pub took: Option<(Time, u64)>,
    /// What was found.
    pub found: Diagnostics,
    /// The sources that this points into.
    pub sources: Arc<SourceMap>,
    /// Failed assertions and all of them.
    pub assertions: (usize, usize),
}

/// Returns the report.
pub fn report(suites: &[Suite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuites>");
    if !suites.is_empty() {
        out.push('\n');
    }
    for suite in suites {
        let count = |status: Status| suite.cases.iter().filter(|c| c.status == status).count();
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" skipped=\"{}\" failures=\"{}\" errors=\"{}\">",
            escaped(&suite.name),
            suite.cases.len(),
            count(Status::Skip),
            count(Status::Fail),
            count(Status::Error),
        ));
        if suite.cases.is_empty() {
            out.push_str("</testsuite>\n");
            continue;
        }
        out.push('\n');
        for (index, case) in suite.cases.iter().enumerate() {
            let before = suite.cases[..index].iter().rev();
            let culprit = before.clone().find(|case| case.status == Status::Error);
            out.push_str(&one(suite, case, culprit));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>");
    out
}

fn one(suite: &Suite, case: &Case, culprit: Option<&Case>) -> String {
    let (name, class) = (escaped(&case.name), escaped(&suite.name));
    let took = case.took.map_or_else(String::new, |(at, elapsed_ms)| {
        let (seconds, rest) = (elapsed_ms / 1000, elapsed_ms % 1000);
        let at = infra_state::moment::text(at);
        let at = at.split('.').next().unwrap_or("").trim_end_matches('Z').to_owned();
        format!(" time=\"{seconds}.{rest:03}\" timestamp=\"{at}Z\"")
    });
    let body = body(case, culprit);
    let body = if body.is_empty() { body } else { format!("\n      {body}\n    ") };
    format!("    <testcase name=\"{name}\" classname=\"{class}\"{took}>{body}</testcase>\n")
}

fn body(case: &Case, culprit: Option<&Case>) -> String {
    let texts = |found: &[Diagnostic]| {
        let appearance = Appearance { color: false, unicode: true, width: 80 };
        data(&format!("\n{}", render(found, &case.sources, appearance)))
    };
    let errors: Diagnostics = case.found.iter().filter(|found| found.is_error()).cloned().collect();
    match case.status {
        Status::Pass | Status::Pending => String::new(),
        Status::Skip => {
            let (message, text) = match culprit {
                Some(case) => (
                    "Testcase skipped due to a previous testcase error",
                    format!(
                        "Previous testcase {:?} ended in error, which caused the remaining tests in the file to be skipped",
                        &*case.name
                    ),
                ),
                None => ("Testcase skipped due to an interrupt", "The run was stopped.".to_owned()),
            };
            format!("<skipped message=\"{message}\">{}</skipped>", data(&text))
        }
        Status::Fail => {
            let (failed, all) = case.assertions;
            let is_assertion = |found: &&Diagnostic| found.code == "infra::lang::assertion_failed";
            let first = errors.iter().find(is_assertion).map(|found| &*found.detail);
            let message = match (failed, first) {
                (0, _) | (_, None) => "Test run failed".to_owned(),
                (1, Some(text)) => format!("1 of {all} assertions failed: {text}"),
                (_, Some(text)) => {
                    format!("{failed} of {all} assertions failed, including: {text}")
                }
            };
            format!("<failure message=\"{}\">{}</failure>", escaped(&message), texts(&errors))
        }
        Status::Error => {
            format!("<error message=\"Encountered an error\">{}</error>", texts(&errors))
        }
    }
}

fn data(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\n' => out.push_str("&#xA;"),
            c => out.push(c),
        }
    }
    out
}
