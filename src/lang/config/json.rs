//! Files in JSON syntax: from their values to the bodies that the native syntax makes.
//!
//! In JSON an argument and a block look alike, so what a member is follows from where it stands
//! (`shapes`). Bodies whose blocks only a schema knows keep all members as arguments; they are
//! settled when the schema is there (`compile/settle.rs`).

mod bodies;
mod shapes;
mod tests_shapes;

use crate::{
    index::number,
    syntax::{
        decode,
        json::{self, Builder, Mode},
        limits::{ERRORS_PER_FILE_MAX, FILE_BYTES_MAX},
        too_long, too_many,
        tree::{Body, File},
    },
};
pub(crate) use bodies::no_block;
use infra_model::{
    diagnostic::Diagnostics,
    source::{SourceId, Span},
    text::Text,
};
use shapes::Shape;
use std::sync::Arc;

/// Parses a configuration file in JSON syntax (`.tf.json`).
pub fn parse_bytes(source: SourceId, bytes: &[u8]) -> (File, Diagnostics) {
    parse(source, bytes, &shapes::FILE)
}

/// Parses a test file in JSON syntax (`.tftest.json`).
pub fn parse_test(source: SourceId, bytes: &[u8]) -> (File, Diagnostics) {
    parse(source, bytes, &tests_shapes::TEST)
}

/// Parses a file of mocks in JSON syntax (`.tfmock.json`).
pub fn parse_mocks(source: SourceId, bytes: &[u8]) -> (File, Diagnostics) {
    parse(source, bytes, &tests_shapes::MOCKS)
}

/// Parses a file of variables in JSON syntax (`.tfvars.json`), whose strings are literal.
pub fn parse_variables(source: SourceId, bytes: &[u8]) -> (File, Diagnostics) {
    parse(source, bytes, &shapes::VARIABLES)
}

fn parse(source: SourceId, bytes: &[u8], shape: &Shape) -> (File, Diagnostics) {
    let (mut text, mut diagnostics) = decode(source, bytes);
    if text.len() > FILE_BYTES_MAX {
        diagnostics.push(too_long(source));
        text = Text::from("{}");
    }
    let (root, found) = json::parse(source, &text);
    let is_read = found.is_empty();
    diagnostics.extend(found);
    let mut builder = Builder::new(source, Text::clone(&text));
    let length = number(text.len());
    let span = Span::new(source, 0, length);
    let mut body = Body { span, attributes: Vec::new(), blocks: Vec::new() };
    bodies::root(&mut builder, &root, shape, (&mut body, is_read));
    let (tree, found) = builder.finish();
    diagnostics.extend(found);
    if let Some(first) = diagnostics.get(ERRORS_PER_FILE_MAX) {
        let span = first.labels.first().map_or(Span::new(source, 0, 0), |label| label.span);
        diagnostics.truncate(ERRORS_PER_FILE_MAX);
        diagnostics.push(too_many(span));
    }
    (File { tree: Arc::new(tree), body }, diagnostics)
}
