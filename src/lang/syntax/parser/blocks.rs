//! Blocks: header, labels, and bodies on one line or many.

use super::{Failed, Parsed, Parser, recover::Separator};
use crate::syntax::{
    body::{Block, Label},
    faults,
    token::{Token, TokenKind},
};
use infra_model::{source::Span, text::Text};

impl Parser<'_> {
    /// Parses a block from behind its type on.
    pub(super) fn block(&mut self, kind: Token) -> Parsed<Block> {
        let labels = self.labels()?;
        let mut block = self.make_block(kind, labels);
        self.enter()?;
        self.blocks += 1;
        let anchor = self.anchor;
        self.block_body(&mut block);
        self.anchor = anchor;
        self.blocks -= 1;
        self.depth -= 1;
        Ok(block)
    }

    fn block_body(&mut self, block: &mut Block) {
        self.advance();
        if !self.newline && self.token.kind != TokenKind::BraceClose {
            self.single_line(block);
        }
        self.items(&mut block.body);
        if self.token.kind == TokenKind::BraceClose {
            self.end_body(&mut block.body, self.token.start);
            block.close = self.span(self.token);
            self.advance();
        } else {
            self.unclosed(block);
        }
    }

    /// Parses the one argument of a block on a single line; reports anything else.
    fn single_line(&mut self, block: &mut Block) {
        let name = self.token;
        if name.kind != TokenKind::Ident {
            // What cannot start an item is reported as in any other body.
            return;
        }
        self.advance();
        let fault = match self.kind() {
            TokenKind::Equal => match (self.attribute(&mut block.body, name), self.kind()) {
                (Err(failed), _) => failed,
                (Ok(()), TokenKind::BraceClose) => return,
                (Ok(()), TokenKind::Newline | TokenKind::End) => {
                    return self.report_here(faults::LINE_BLOCK_OPEN);
                }
                (Ok(()), _) => self.fail(faults::LINE_BLOCK_MANY),
            },
            TokenKind::BraceOpen
            | TokenKind::Ident
            | TokenKind::QuotedString
            | TokenKind::QuoteOpen => self.incomplete(name, faults::LINE_BLOCK_ITEM),
            _ => self.incomplete(name, faults::ITEM_INCOMPLETE),
        };
        self.skip_item(fault, name.start);
    }

    /// Parses labels up to the opening brace, which is left to be read.
    fn labels(&mut self) -> Parsed<Vec<Label>> {
        let mut labels = Vec::new();
        loop {
            let token = self.token;
            match self.kind() {
                TokenKind::BraceOpen => return Ok(labels),
                TokenKind::Ident => {
                    self.advance();
                    let ident = self.ident(token);
                    labels.push(Label { text: ident.name, span: ident.span, quoted: false });
                }
                TokenKind::QuotedString => {
                    self.advance();
                    let inner = &self.text[token.start as usize + 1..token.end as usize - 1];
                    let symbol = self.symbols.intern_normal(inner);
                    let text = Text::clone(self.symbols.text(symbol));
                    labels.push(Label { text, span: self.span(token), quoted: true });
                }
                TokenKind::QuoteOpen => labels.push(self.quoted_label()?),
                TokenKind::Equal => return Err(self.fail(faults::BLOCK_EQUALS)),
                TokenKind::Newline if self.token.kind == TokenKind::BraceOpen => {
                    self.report_here(faults::BLOCK_BRACE_LINE);
                    self.newline = false;
                }
                TokenKind::Newline | TokenKind::End => {
                    return Err(self.fail(faults::BLOCK_BRACE_LINE));
                }
                _ => return Err(self.fail(faults::BLOCK_HEADER)),
            }
        }
    }

    /// Parses a label with escapes.
    fn quoted_label(&mut self) -> Parsed<Label> {
        let open = self.token;
        let mark = self.scratch.text.len();
        self.advance();
        loop {
            match self.token.kind {
                TokenKind::TemplateText => {
                    self.unescape(self.token, true);
                    self.advance();
                }
                TokenKind::InterpolationOpen | TokenKind::DirectiveOpen => {
                    self.report_here(faults::LABEL_TEMPLATE);
                    self.advance();
                    self.skip_to(TokenKind::TemplateClose, Separator::None)?;
                    self.advance();
                }
                TokenKind::QuoteClose => break,
                _ => {
                    let mut failed = Failed::Item;
                    if self.token.end as usize == self.text.len() {
                        self.cut_off(open);
                    } else {
                        failed = self.fail(faults::STRING_LINES);
                    }
                    self.scratch.text.truncate(mark);
                    return Err(failed);
                }
            }
        }
        self.advance();
        let symbol = self.symbols.intern_normal(&self.scratch.text[mark..]);
        self.scratch.text.truncate(mark);
        let text = Text::clone(self.symbols.text(symbol));
        let span = Span::new(self.source, open.start, self.previous_end);
        Ok(Label { text, span, quoted: true })
    }
}
