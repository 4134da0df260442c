//! The canonical layout of a configuration file, byte for byte that of `terraform fmt`.
//!
//! Pure: text in, text out. Two passes over tokens, neither of which reprints a tree, so nothing
//! that the layout does not name can change: first outdated spellings are replaced in the text
//! (`spelling`), then the text is laid out anew (`lines`, `spacing`, `layout`). Knows
//! nothing of what blocks mean, but for the `type` of a variable.
//!
//! Where Terraform would change the meaning of a file, the file's own words are kept: labels with a
//! `$` or `%`, which it loses, and `"${…}"` around comments that need their own line.

mod layout;
mod lines;
mod pieces;
mod quote;
mod spacing;
mod spelling;

pub(crate) use quote::escaped;

use crate::syntax;
use infra_model::{
    diagnostic::{self, Diagnostics},
    source::SourceId,
    text::Text,
};

/// Returns the text in canonical layout, or nothing if it has mistakes.
///
/// # Errors
///
/// The mistakes of syntax, with their places in the text.
pub fn format(source: SourceId, text: &Text) -> Result<String, Diagnostics> {
    let (file, diagnostics) = syntax::parse_file(source, Text::clone(text));
    if diagnostic::has_errors(&diagnostics) {
        return Err(diagnostics);
    }
    let text = match text.strip_prefix('\u{feff}') {
        None => spelling::modernise(&file, text),
        Some(rest) => {
            // Every offset moves with the mark at the start, so the rest is read anew.
            let rest = Text::from(rest);
            let (file, _none) = syntax::parse_file(source, Text::clone(&rest));
            spelling::modernise(&file, &rest)
        }
    };
    Ok(lay_out(&text))
}

/// Returns a file or an expression with white space as it should be; it must be free of mistakes.
pub(crate) fn lay_out(text: &str) -> String {
    let pieces = pieces::pieces(text);
    let mut lines = lines::split(&pieces);
    layout::indent(&mut lines);
    layout::space(&mut lines);
    layout::align(&mut lines);
    layout::write(&lines, text, pieces::blanks_at_end(text, &pieces))
}
