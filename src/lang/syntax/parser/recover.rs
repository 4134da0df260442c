//! Finding the place to go on from after a mistake, so that one run reports all of them.
//!
//! Inside of brackets, the next separator or the closing bracket of the same depth is looked for.
//! If brackets are out of step, indentation decides: a line that starts with a name no further
//! right than the current body item does not belong to it.

use super::{Failed, Parsed, Parser};
use crate::syntax::{
    body::Block, classes::is_name_continue, faults, lexer::Lexer, token::TokenKind, tree::ByteRange,
};
use infra_model::source::Span;

/// At what else than the closing token a search may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    None,
    Comma,
    CommaOrNewline,
}

impl Parser<'_> {
    /// Skips to a closing token or separator of the current depth and leaves it to be read.
    pub(super) fn skip_to(&mut self, closer: TokenKind, separator: Separator) -> Parsed<()> {
        let origin = self.previous_end;
        let modes = self.modes_before();
        let mut depth = 0_u32;
        loop {
            let kind = self.token.kind;
            if kind == TokenKind::End {
                self.resume = origin;
                return Err(Failed::Item);
            }
            let left = self.newline && (kind == TokenKind::Ident && self.column() <= self.anchor);
            let cut = depth == 0 && self.newline && closer == TokenKind::TemplateClose;
            let out = self.lexer.depth() < modes;
            if out && !cut && kind == closer {
                return Ok(());
            }
            if left || cut || out {
                self.resume = self.previous_end;
                return Err(Failed::Item);
            }
            if depth == 0 {
                let separated = match separator {
                    Separator::None => false,
                    Separator::Comma => kind == TokenKind::Comma,
                    Separator::CommaOrNewline => kind == TokenKind::Comma || self.newline,
                };
                if kind == closer || separated {
                    return Ok(());
                }
                if closes(kind) {
                    self.resume = self.previous_end;
                    return Err(Failed::Item);
                }
            }
            depth = depth_behind(depth, kind);
            self.advance();
        }
    }

    /// Reports a heredoc that is not opened as one, and skips its text if the marker that ends it
    /// can be found.
    pub(super) fn misopened_heredoc(&mut self) -> Failed {
        let start = self.token.start as usize;
        let failed = self.fail(faults::HEREDOC_OPEN);
        if self.stopped {
            // It was one mistake too many: nothing is read any more, this text neither.
            return failed;
        }
        let Some((first, lines)) = self.text[start..].split_once('\n') else { return failed };
        let marker = first.trim_start_matches(['<', '-', ' ', '\t', '"', '\'']);
        let end = marker.find(|c| !is_name_continue(c)).unwrap_or(marker.len());
        let marker = &marker[..end];
        let mut at = start + first.len() + 1;
        for line in lines.split_inclusive('\n') {
            if !marker.is_empty() && line.trim() == marker {
                let end = super::offset(at + line.trim_end().len());
                self.lexer.reset(self.lexer.mark(), end);
                self.token.end = end;
                self.advance();
                break;
            }
            at += line.len();
        }
        failed
    }

    /// Returns how many modes of the lexer were open before the current token.
    fn modes_before(&self) -> usize {
        let modes = self.lexer.depth();
        match self.token.kind {
            TokenKind::QuoteOpen
            | TokenKind::HeredocOpen
            | TokenKind::InterpolationOpen
            | TokenKind::DirectiveOpen => modes - 1,
            TokenKind::QuoteClose
            | TokenKind::HeredocClose
            | TokenKind::TemplateClose
            | TokenKind::Unterminated => modes + 1,
            _ => modes,
        }
    }

    /// Goes to the line behind a failed body item, or to the brace that closes its block.
    ///
    /// The token at `start`, with which the item starts, is passed in any case.
    pub(super) fn skip_item(&mut self, failed: Failed, start: u32) {
        if self.stopped {
            return;
        }
        let position = match failed {
            Failed::Here => self.previous_end,
            Failed::Item => self.resume,
        };
        self.lexer.reset(Lexer::mark_of_body(self.blocks), position);
        self.token.end = position;
        self.advance();
        if self.token.start <= start {
            self.newline = false;
        }
        self.skip_line();
    }

    /// Goes to the first token of the next line that is not inside of brackets opened on the way.
    pub(super) fn skip_line(&mut self) {
        let mut depth = 0_u32;
        loop {
            let kind = self.token.kind;
            let out = depth == 0 || (kind == TokenKind::Ident && self.column() <= self.anchor);
            let closed = depth == 0 && kind == TokenKind::BraceClose && self.blocks > 0;
            if kind == TokenKind::End || closed || (self.newline && out) {
                return;
            }
            depth = depth_behind(depth, kind);
            self.advance();
        }
    }

    /// Ends a block at the end of the text, where its closing brace is missing, and reports it.
    ///
    /// From the first block in it that begins no further right than itself, what follows was meant
    /// to stand behind it: else each of them would be told to be in the wrong place.
    pub(super) fn unclosed(&mut self, block: &mut Block) {
        let column = self.column_at(block.kind.span.start);
        let is_behind = |inner: &Block| self.column_at(inner.kind.span.start) <= column;
        if let Some(kept) = block.body.blocks.iter().position(is_behind) {
            self.swallowed = block.body.blocks.split_off(kept);
        }
        let next = self.swallowed.first().map(|next| next.kind.span);
        let end = next.map_or(self.previous_end, |next| next.start);
        self.end_body(&mut block.body, end);
        block.close = Span::new(self.source, end, end);
        let range = ByteRange { start: block.open.start, end: block.open.end };
        self.report_with(faults::BLOCK_UNCLOSED, range, |diagnostic| match next {
            Some(next) => diagnostic.label(next, "it may be missing before this"),
            None => diagnostic,
        });
    }

    /// Returns the column of the current token in bytes, from 1.
    pub(super) fn column(&self) -> u32 {
        self.column_at(self.token.start)
    }

    fn column_at(&self, start: u32) -> u32 {
        let before = &self.text.as_bytes()[..start as usize];
        let line = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        super::offset(line) + 1
    }
}

pub(super) fn closes(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::BraceClose
            | TokenKind::BracketClose
            | TokenKind::ParenClose
            | TokenKind::QuoteClose
            | TokenKind::HeredocClose
            | TokenKind::TemplateClose
            | TokenKind::Unterminated
    )
}

fn opens(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::BraceOpen
            | TokenKind::BracketOpen
            | TokenKind::ParenOpen
            | TokenKind::QuoteOpen
            | TokenKind::HeredocOpen
            | TokenKind::InterpolationOpen
            | TokenKind::DirectiveOpen
    )
}

fn depth_behind(depth: u32, kind: TokenKind) -> u32 {
    if opens(kind) {
        depth + 1
    } else if closes(kind) {
        depth.saturating_sub(1)
    } else {
        depth
    }
}
