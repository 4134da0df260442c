//! HCL native syntax: text to tree, with every mistake of the text reported in one run.
//!
//! Knows nothing of what blocks mean: that is for the configuration stage. A text that has
//! mistakes still yields a tree, in which [`tree::Expr::Invalid`] stands for what could not be read.
//! The way of the data: text → [`token`]s, made on demand by a lexer with a stack of modes →
//! recursive-descent parser → [`tree`]. All offsets are of the original text, a BOM included.

mod body;
mod characters;
mod classes;
mod encoding;
mod faults;
pub(crate) mod json;
mod lexer;
pub mod limits;
mod parser;
pub mod references;
mod symbols;
pub mod token;
pub mod tree;
mod unquote;

use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::SourceId,
    source::Span,
    text::Text,
};
use lexer::Lexer;
use parser::Parser;
use std::sync::Arc;
use tree::{Body, Expression, File};

pub use encoding::decode;
pub(crate) use unquote::unquote;

/// Parses a configuration file (`.tf`, `.tfvars`, `.hcl`).
///
/// The text is that of the file, byte for byte. See [`parse_bytes`] for what may not be UTF-8.
pub fn parse_file(source: SourceId, text: impl Into<Text>) -> (File, Diagnostics) {
    let (text, mut diagnostics) = admit(source, text.into());
    let mut parser = Parser::new(source, &text, Lexer::file(&text));
    let body: Body = parser.whole_body();
    let (tree, found) = parser.finish();
    diagnostics.extend(found);
    (File { tree: Arc::new(tree), body }, diagnostics)
}

/// Parses a file that was read as bytes: what is not UTF-8 is reported with its offset.
///
/// Such bytes are read as spaces, so that the rest of the file is checked as well and every
/// offset stays true.
pub fn parse_bytes(source: SourceId, bytes: &[u8]) -> (File, Diagnostics) {
    let (text, mut diagnostics) = decode(source, bytes);
    let (file, found) = parse_file(source, text);
    diagnostics.extend(found);
    if let Some(first) = diagnostics.get(limits::ERRORS_PER_FILE_MAX) {
        // The limit is one for both, and the first beyond it is where the messages end.
        let span = first.labels.first().map_or(Span::new(source, 0, 0), |label| label.span);
        diagnostics.truncate(limits::ERRORS_PER_FILE_MAX);
        diagnostics.push(faults::TOO_MANY.at(span));
    }
    (file, diagnostics)
}

/// Parses a single expression: a line of the console, the value of a variable, a test's condition.
///
/// Newlines are ignored, as in parentheses.
pub fn parse_expression(source: SourceId, text: impl Into<Text>) -> (Expression, Diagnostics) {
    let (text, mut diagnostics) = admit(source, text.into());
    let mut parser = Parser::new(source, &text, Lexer::expression(&text));
    let root = parser.whole_expression();
    let (tree, found) = parser.finish();
    diagnostics.extend(found);
    (Expression { tree: Arc::new(tree), root }, diagnostics)
}

/// Parses a text that is a template as a whole, as `templatefile` does.
pub fn parse_template(source: SourceId, text: impl Into<Text>) -> (Expression, Diagnostics) {
    let (text, mut diagnostics) = admit(source, text.into());
    let lexer = Lexer::template(&text);
    let line = lexer.mark();
    let mut parser = Parser::new(source, &text, lexer);
    let root = parser.whole_template(line);
    let (tree, found) = parser.finish();
    diagnostics.extend(found);
    (Expression { tree: Arc::new(tree), root }, diagnostics)
}

/// Reports a text that is too long, of which nothing was read.
pub(crate) fn too_long(source: SourceId) -> Diagnostic {
    faults::TOO_LONG.at(Span::new(source, 0, 0))
}

/// Reports that there are more mistakes than are told, from a place on.
pub(crate) fn too_many(span: Span) -> Diagnostic {
    faults::TOO_MANY.at(span)
}

/// Refuses a text that is too long; nothing of it is read then.
fn admit(source: SourceId, text: Text) -> (Text, Diagnostics) {
    if text.len() <= limits::FILE_BYTES_MAX {
        return (text, Vec::new());
    }
    (Text::from(""), vec![too_long(source)])
}
