//! Tests of lexer and parser.

#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "tests fail by panics, build small texts, and say when they have nothing to do"
)]

mod conformance;
mod differential;
mod dump;
mod entry;
mod fuzz;
pub(crate) mod generate;
mod json;
mod limits;
mod lossless;
mod spec;
mod theirs;
mod trees;
mod words;

use infra_lang::syntax::{parse_expression, parse_file};
use infra_model::{
    diagnostic::Diagnostics,
    source::{SourceId, SourceMap},
};

/// Returns (line, summary) of each finding, sorted.
fn found(text: &str, diagnostics: &Diagnostics) -> Vec<(u32, String)> {
    let mut map = SourceMap::default();
    let id = map.add("test.hcl", text);
    let mut found: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            let start = diagnostic.labels[0].span.start;
            (map.position(id, start).unwrap().line, diagnostic.summary.to_string())
        })
        .collect();
    found.sort();
    found
}

/// Returns the dump of a file, its errors first.
fn file(text: &str) -> String {
    let (file, diagnostics) = parse_file(SourceId(0), text);
    errors(text, &diagnostics) + &dump::file(&file)
}

/// Returns the dump of an expression, its errors first.
fn expression(text: &str) -> String {
    let (expression, diagnostics) = parse_expression(SourceId(0), text);
    errors(text, &diagnostics) + &dump::expression(&expression)
}

fn errors(text: &str, diagnostics: &Diagnostics) -> String {
    found(text, diagnostics).iter().map(|(line, summary)| format!("{line}: {summary}\n")).collect()
}
