//! Bytes to text; what is not UTF-8 becomes a diagnostic and spaces.

use super::{faults, limits::ERRORS_PER_FILE_MAX};
use crate::index::number;
use infra_model::{
    diagnostic::Diagnostics,
    source::{SourceId, Span},
    text::Text,
};

/// Returns the text of a file; each byte that is not UTF-8 is reported and replaced by a space.
///
/// Offsets in the text are those in the bytes. Of a file that is one long mistake, one more than
/// [`ERRORS_PER_FILE_MAX`] are returned, so that it can be told that there are more.
pub fn decode(source: SourceId, bytes: &[u8]) -> (Text, Diagnostics) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Text::from(text), Vec::new());
    }
    let mut text = String::with_capacity(bytes.len());
    let mut diagnostics = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        if diagnostics.len() <= ERRORS_PER_FILE_MAX {
            let span = Span::new(source, number(text.len()), number(text.len() + invalid.len()));
            let found = faults::ENCODING.at(span);
            let detail = format!("Byte {} is not UTF-8, in which files must be.", text.len());
            diagnostics.push(found.detail(detail));
        }
        text.extend(invalid.iter().map(|_| ' '));
    }
    (Text::from(text), diagnostics)
}
