//! Outdated spellings: interpolations around a whole value, types in quotes, labels without quotes.
//!
//! Makes a new text in which only those places differ; where things stand is for the layout.

use super::{
    escaped,
    pieces::{Piece, pieces},
};
use crate::syntax::{
    token::TokenKind,
    tree::{Block, Body, File},
};
use infra_model::text::Text;

/// A place and what is written there instead.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// Returns the text of a file in today's spelling.
pub(super) fn modernise(file: &File, text: &Text) -> Text {
    let mut finder = Finder { file, text, pieces: pieces(text), edits: Vec::new() };
    finder.body(&file.body, 0, "");
    let mut edits = finder.edits;
    if edits.is_empty() {
        return Text::clone(text);
    }
    edits.sort_by_key(|edit| edit.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.start]);
        out.push_str(&edit.text);
        done = edit.end;
    }
    out.push_str(&text[done..]);
    Text::from(out)
}

struct Finder<'t> {
    file: &'t File,
    text: &'t str,
    pieces: Vec<Piece<'t>>,
    edits: Vec<Edit>,
}

impl Finder<'_> {
    fn body(&mut self, body: &Body, depth: u32, kind: &str) {
        for attribute in &body.attributes {
            let range = self.file.tree.range(attribute.value);
            let (start, end) = (range.start as usize, range.end as usize);
            let first = self.pieces.partition_point(|piece| piece.start < start);
            let last = self.pieces.partition_point(|piece| piece.start < end);
            let value = &self.pieces[first..last];
            let is_type = depth == 1 && kind == "variable" && &*attribute.name.name == "type";
            let text = if is_type { type_of(value) } else { unwrapped(self.text, value) };
            self.edits.extend(text.map(|text| Edit { start, end, text }));
        }
        for block in &body.blocks {
            self.labels(block);
            self.body(&block.body, depth + 1, &block.kind.name);
        }
    }

    /// Writes labels in quotes, with nothing but a space between them.
    fn labels(&mut self, block: &Block) {
        let Some(last) = block.labels.last() else { return };
        let (start, end) = (block.kind.span.end as usize, last.span.end as usize);
        let mut text = String::new();
        for label in &block.labels {
            text.push_str(" \"");
            text.push_str(&escaped(&label.text));
            text.push('"');
        }
        if self.text[start..end] != text {
            self.edits.push(Edit { start, end, text });
        }
    }
}

/// Returns the type that a bare or quoted word of old stands for.
fn type_of(value: &[Piece<'_>]) -> Option<String> {
    let [word] = value else { return None };
    let text = match (word.kind, word.text) {
        (TokenKind::Ident, "list" | "map" | "set") => format!("{}(any)", word.text),
        (TokenKind::QuotedString, "\"string\"") => "string".to_owned(),
        (TokenKind::QuotedString, "\"list\"") => "list(string)".to_owned(),
        (TokenKind::QuotedString, "\"map\"") => "map(string)".to_owned(),
        _ => return None,
    };
    Some(text)
}

/// Returns what stands in a string that is nothing but one interpolation.
fn unwrapped(text: &str, value: &[Piece<'_>]) -> Option<String> {
    let [quote, open, inner @ .., close, end] = value else { return None };
    let is_wrapped = quote.kind == TokenKind::QuoteOpen
        && open.kind == TokenKind::InterpolationOpen
        && close.kind == TokenKind::TemplateClose
        && end.kind == TokenKind::QuoteClose;
    if !is_wrapped || has_template_marks(inner) {
        return None;
    }
    let is_word = |piece: &Piece<'_>| piece.kind != TokenKind::Newline;
    let first = inner.iter().position(is_word)?;
    let last = inner.iter().rposition(is_word)?;
    let inner = &inner[first..=last];
    let written = &text[inner[0].start..inner[inner.len() - 1].end()];
    let in_parentheses = inner[0].kind == TokenKind::ParenOpen
        && inner[inner.len() - 1].kind == TokenKind::ParenClose;
    if inner.iter().any(|piece| piece.kind == TokenKind::Newline) && !in_parentheses {
        return Some(format!("({written})"));
    }
    // Without parentheses, a comment that ends its line would end the value as well.
    let cut = inner[..inner.len() - 1].iter().any(Piece::is_line_comment);
    (!cut || in_parentheses).then(|| written.to_owned())
}

/// Returns whether any interpolation or directive begins or ends outside of inner quotes.
fn has_template_marks(pieces: &[Piece<'_>]) -> bool {
    let mut quotes = 0_u32;
    for piece in pieces {
        if piece.kind == TokenKind::QuoteOpen {
            quotes += 1;
        } else if piece.kind == TokenKind::QuoteClose {
            quotes = quotes.saturating_sub(1);
        } else if quotes == 0
            && matches!(piece.kind, TokenKind::InterpolationOpen | TokenKind::TemplateClose)
        {
            return true;
        }
    }
    false
}
