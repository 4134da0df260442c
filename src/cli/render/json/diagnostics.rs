//! Diagnostics in the format of `validate -json`.

use super::{super::concealed::Concealed, functions::called};
use infra_lang::syntax::tree::Block;
use infra_model::{
    diagnostic::{Diagnostic, Severity, Stated},
    source::{SourceMap, Span},
    text::Text,
};
use serde::Serialize;
use serde_json::Value as Json;

#[derive(Serialize)]
struct Validation<'a> {
    format_version: &'static str,
    valid: bool,
    error_count: usize,
    warning_count: usize,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

/// One diagnostic as Terraform writes it, with our code and help beside it.
#[derive(Serialize)]
pub(super) struct DiagnosticJson<'a> {
    severity: &'static str,
    summary: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet<'a>>,
    code: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    help: &'a str,
}

#[derive(Serialize)]
struct Range<'a> {
    filename: &'a str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Serialize)]
struct Snippet<'a> {
    context: Option<String>,
    code: &'a str,
    start_line: u32,
    highlight_start_offset: u32,
    highlight_end_offset: u32,
    values: Vec<ValueJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_call: Option<CallJson<'a>>,
}

/// What a reference under the span stands for.
#[derive(Serialize)]
struct ValueJson<'a> {
    traversal: &'a str,
    statement: &'a str,
}

/// The function whose call it is about.
#[derive(Serialize)]
struct CallJson<'a> {
    called_as: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<Json>,
}

/// Returns the result of `validate -json`.
pub fn validation(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let concealed = Concealed::of(diagnostics, sources);
    super::document(&Validation {
        format_version: "1.0",
        valid: errors == 0,
        error_count: errors,
        warning_count: diagnostics.len() - errors,
        diagnostics: diagnostics.iter().map(|d| diagnostic(d, (sources, &concealed))).collect(),
    })
}

/// Returns one diagnostic.
pub(super) fn diagnostic<'a>(
    found: &'a Diagnostic,
    (sources, concealed): (&'a SourceMap, &'a Concealed),
) -> DiagnosticJson<'a> {
    let span = found.labels.first().map(|label| label.span);
    DiagnosticJson {
        severity: match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        summary: &found.summary,
        detail: &found.detail,
        address: found.address.as_deref(),
        range: span.and_then(|span| range(span, sources)),
        snippet: span.and_then(|span| snippet(span, found, (sources, concealed))),
        code: found.code,
        help: &found.help,
    }
}

fn point(span: Span, byte: u32, sources: &SourceMap) -> Option<Point> {
    let position = sources.position(span.source, byte)?;
    Some(Point { line: position.line, column: position.column, byte })
}

fn range(span: Span, sources: &SourceMap) -> Option<Range<'_>> {
    Some(Range {
        filename: &sources.file(span.source)?.name,
        start: point(span, span.start, sources)?,
        end: point(span, span.end, sources)?,
    })
}

/// Returns the header of the outermost block around a place.
fn context(span: Span, text: &Text) -> Option<String> {
    let (file, _) = infra_lang::syntax::parse_file(span.source, text.clone());
    // What stands right behind a block is told as of it.
    let at = span.start.checked_sub(1)?;
    let holds = |block: &&Block| (block.span().start..block.span().end).contains(&at);
    let block = file.body.blocks.iter().find(holds)?;
    let labels = block.labels.iter().map(|label| format!(" {:?}", &*label.text));
    Some(labels.fold(block.kind.name.to_string(), |header, label| header + &label))
}

/// The lines that the span touches.
fn snippet<'a>(
    span: Span,
    found: &'a Diagnostic,
    (sources, concealed): (&'a SourceMap, &'a Concealed),
) -> Option<Snippet<'a>> {
    let text = concealed.text(span.source, sources)?;
    let (start, end) = (span.start as usize, (span.end as usize).min(text.len()));
    let first = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let last = text.get(end..)?.find('\n').map_or(text.len(), |at| end + at);
    let offset = |at: usize| u32::try_from(at - first).unwrap_or(u32::MAX);
    Some(Snippet {
        context: context(span, &sources.file(span.source)?.text),
        code: &text[first..last],
        start_line: sources.position(span.source, span.start)?.line,
        highlight_start_offset: offset(start),
        highlight_end_offset: offset(end),
        values: found.values.iter().flatten().map(value).collect(),
        function_call: found.call.as_deref().map(call),
    })
}

fn value(stated: &Stated) -> ValueJson<'_> {
    ValueJson { traversal: &stated.traversal, statement: &stated.statement }
}

fn call(name: &str) -> CallJson<'_> {
    CallJson { called_as: name, signature: called(name) }
}
