//! Bodies and arguments.

use super::{Failed, Parsed, Parser};
use crate::syntax::{
    body::{Attribute, Block, Body, Ident, Label},
    faults::{self, Fault},
    token::{Token, TokenKind},
    tree::ByteRange,
};
use infra_model::{source::Span, text::Text};
use std::{collections::BTreeMap, sync::Arc};

/// Up to so many arguments of a body are compared with each other one by one.
const PAIRS_MAX: usize = 16;

impl Parser<'_> {
    /// Parses a whole text as a body.
    pub(in crate::syntax) fn whole_body(&mut self) -> Body {
        let mut body = self.new_body(0);
        loop {
            self.items(&mut body);
            if self.token.kind == TokenKind::End {
                break;
            }
            // A closing brace that closes nothing.
            self.report_here(faults::ITEM_MISSING);
            self.advance();
            self.skip_line();
        }
        self.end_body(&mut body, super::offset(self.text.len()));
        body
    }

    pub(super) fn new_body(&self, start: u32) -> Body {
        let span = Span::new(self.source, start, start);
        Body { span, attributes: Vec::new(), blocks: Vec::new() }
    }

    /// Parses items up to a closing brace or the end, which is left to be read.
    pub(super) fn items(&mut self, body: &mut Body) {
        loop {
            self.newline = false;
            let start = self.token.start;
            let parsed = match self.token.kind {
                TokenKind::BraceClose | TokenKind::End => return,
                _ => self.item(body),
            };
            if let Err(failed) = parsed {
                self.skip_item(failed, start);
            }
        }
    }

    fn item(&mut self, body: &mut Body) -> Parsed<()> {
        self.anchor = self.column();
        let name = self.token;
        if matches!(name.kind, TokenKind::QuotedString | TokenKind::QuoteOpen) {
            return Err(self.fail(faults::NAME_QUOTED));
        }
        self.expect(TokenKind::Ident, faults::ITEM_MISSING)?;
        let fault = match self.kind() {
            TokenKind::Equal => {
                self.attribute(body, name)?;
                faults::ARGUMENT_NEWLINE
            }
            TokenKind::BraceOpen
            | TokenKind::Ident
            | TokenKind::QuotedString
            | TokenKind::QuoteOpen => {
                self.keep_block(body, name)?;
                faults::BLOCK_NEWLINE
            }
            TokenKind::Newline if self.token.kind == TokenKind::BraceOpen => {
                self.report_here(faults::BLOCK_BRACE_LINE);
                self.newline = false;
                self.keep_block(body, name)?;
                faults::BLOCK_NEWLINE
            }
            _ => return Err(self.incomplete(name, faults::ITEM_INCOMPLETE)),
        };
        self.line_end(fault)
    }

    /// Reports a name that nothing follows, at the name, unless what follows is wrong in itself.
    pub(super) fn incomplete(&mut self, name: Token, fault: Fault) -> Failed {
        if matches!(self.kind(), TokenKind::Invalid | TokenKind::UnterminatedComment) {
            return self.fail(fault);
        }
        let range = ByteRange { start: name.start, end: name.end };
        self.report(fault, range);
        Failed::Here
    }

    /// Adds a block, and behind it those that only a missing brace has put into it.
    fn keep_block(&mut self, body: &mut Body, kind: Token) -> Parsed<()> {
        body.blocks.push(self.block(kind)?);
        body.blocks.append(&mut self.swallowed);
        Ok(())
    }

    fn line_end(&mut self, fault: Fault) -> Parsed<()> {
        match self.kind() {
            TokenKind::Newline | TokenKind::End => Ok(()),
            _ => Err(self.fail(fault)),
        }
    }

    pub(super) fn ident(&mut self, token: Token) -> Ident {
        let symbol = self.intern(token);
        Ident { name: Text::clone(self.symbols.text(symbol)), span: self.span(token) }
    }

    pub(super) fn span(&self, token: Token) -> Span {
        Span::new(self.source, token.start, token.end)
    }

    /// Parses an argument from the equals sign on and adds it, also if it has mistakes.
    pub(super) fn attribute(&mut self, body: &mut Body, name: Token) -> Parsed<()> {
        let equals = self.span(self.token);
        self.advance();
        let (mut value, parsed) = self.value();
        let ends = [TokenKind::Newline, TokenKind::End, TokenKind::BraceClose, TokenKind::Comma];
        if parsed.is_ok() && !ends.contains(&self.kind()) {
            // The caller reports what follows; what was read is hardly the whole value.
            value = self.invalid();
        }
        let span = Span::new(self.source, name.start, self.previous_end);
        let name = self.ident(name);
        self.keep_attribute(body, Attribute { name, equals, value, span });
        parsed
    }

    /// Adds an argument; in small bodies, a second one of its name is refused at once.
    fn keep_attribute(&mut self, body: &mut Body, attribute: Attribute) {
        if body.attributes.len() < PAIRS_MAX {
            // Names are interned: equal ones are one.
            let same = |other: &&Attribute| Arc::ptr_eq(&other.name.name, &attribute.name.name);
            if let Some(first) = body.attributes.iter().find(same) {
                let first = first.name.span;
                self.report_repeated(first, &attribute.name);
                return;
            }
        }
        body.attributes.push(attribute);
    }

    /// Completes a body that ends at `end`.
    pub(super) fn end_body(&mut self, body: &mut Body, end: u32) {
        body.span.end = end.max(body.span.start);
        if body.attributes.len() <= PAIRS_MAX {
            return;
        }
        let mut seen: BTreeMap<Text, Span> = BTreeMap::new();
        body.attributes.retain(|attribute| {
            let Ident { name, span } = &attribute.name;
            let first = *seen.entry(Text::clone(name)).or_insert(*span);
            if first != *span {
                self.report_repeated(first, &attribute.name);
            }
            first == *span
        });
    }

    fn report_repeated(&mut self, first: Span, repeated: &Ident) {
        let Span { start, end, .. } = repeated.span;
        let range = ByteRange { start, end };
        self.report_with(faults::ARGUMENT_REPEATED, range, |diagnostic| {
            diagnostic
                .detail(format!("The argument `{}` is set already.", repeated.name))
                .label(first, "first set here")
        });
    }

    pub(super) fn make_block(&mut self, kind: Token, labels: Vec<Label>) -> Block {
        let open = self.span(self.token);
        Block {
            kind: self.ident(kind),
            labels,
            open,
            body: self.new_body(open.end),
            close: open.after(),
        }
    }
}
