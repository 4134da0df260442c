//! Tokens as the layout sees them: no whitespace, and comments with the line end that ends them.

use crate::syntax::token::{TokenKind, tokenize};
use unicode_segmentation::UnicodeSegmentation as _;

/// A token that the layout moves as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'t> {
    /// What it is.
    pub(super) kind: TokenKind,
    /// Its words, unchanged.
    pub(super) text: &'t str,
    /// Offset of its first byte.
    pub(super) start: usize,
    /// The spaces to put before it.
    pub(super) spaces: usize,
}

impl Piece<'_> {
    /// Returns the offset behind its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Returns whether a line ends with it.
    pub(super) fn ends_line(&self) -> bool {
        self.kind == TokenKind::Newline || self.is_line_comment()
    }

    /// Returns whether it is a comment that holds its line end.
    pub(super) fn is_line_comment(&self) -> bool {
        self.kind == TokenKind::Comment && self.text.ends_with('\n')
    }

    /// Returns how many brackets it opens, or closes if below zero.
    pub(super) fn brackets(&self) -> i32 {
        let opens = matches!(
            self.kind,
            TokenKind::BraceOpen
                | TokenKind::BracketOpen
                | TokenKind::ParenOpen
                | TokenKind::InterpolationOpen
                | TokenKind::DirectiveOpen
        );
        let closes = matches!(
            self.kind,
            TokenKind::BraceClose
                | TokenKind::BracketClose
                | TokenKind::ParenClose
                | TokenKind::TemplateClose
        );
        i32::from(opens) - i32::from(closes)
    }

    /// Returns how many columns it takes, the spaces before it included.
    pub(super) fn columns(&self) -> usize {
        let whole = self.text;
        let inner = whole.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let width = match (self.kind, inner) {
            // A mark that combines with the character before it does not do so with a quote.
            (TokenKind::QuotedString, Some(inner)) => 2 + inner.graphemes(true).count(),
            _ => whole.graphemes(true).count(),
        };
        self.spaces + width
    }
}

/// Returns the pieces of a text that has no mistakes.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for token in tokenize(text) {
        let (start, end) = (token.start as usize, token.end as usize);
        match (token.kind, pieces.last_mut()) {
            (TokenKind::Whitespace, _) => {}
            (TokenKind::Newline, Some(last)) if opens_comment(last) && last.end() == start => {
                last.text = &text[last.start..end];
            }
            (kind, _) => pieces.push(Piece { kind, text: &text[start..end], start, spaces: 0 }),
        }
    }
    pieces
}

/// Returns the bytes of whitespace behind the last piece, which stay.
pub(super) fn blanks_at_end(text: &str, pieces: &[Piece<'_>]) -> usize {
    text.len() - pieces.last().map_or(0, Piece::end)
}

fn opens_comment(piece: &Piece<'_>) -> bool {
    piece.kind == TokenKind::Comment && !piece.text.starts_with("/*") && !piece.ends_line()
}
