//! Everything in brackets: parentheses, tuples, objects and arguments.

use super::{Failed, Parsed, Parser, recover, recover::Separator, take};
use crate::syntax::{
    faults::{self, Fault},
    token::{Token, TokenKind},
    tree::{ByteRange, Expr, ObjectItem, ObjectKey},
};

impl Parser<'_> {
    /// Parses from the current opening bracket to its closing one, which `inner` leaves to be read.
    ///
    /// Newlines do not matter inside, unless `inner` says otherwise.
    pub(super) fn bracketed(
        &mut self,
        closer: TokenKind,
        inner: impl FnOnce(&mut Self) -> Parsed<Expr>,
    ) -> Parsed<(Expr, ByteRange)> {
        let start = self.token.start;
        let newlines_matter = std::mem::replace(&mut self.newlines_matter, false);
        self.advance();
        let mut parsed = inner(self);
        if parsed == Err(Failed::Here) {
            parsed = self.skip_to(closer, Separator::None).map(|()| Expr::Invalid);
        }
        let reached = self.token.kind == closer && self.resume == self.previous_end;
        if parsed == Err(Failed::Item) && reached && !self.stopped {
            // A bracket inside is not closed, but this one is.
            parsed = Ok(Expr::Invalid);
        }
        self.newlines_matter = newlines_matter;
        let expr = parsed?;
        self.advance();
        Ok((expr, ByteRange { start, end: self.previous_end }))
    }

    /// Parses items up to a closing token, which is left to be read.
    fn separated(
        &mut self,
        closer: TokenKind,
        separator: Separator,
        (fault, open): (Fault, Fault),
        item: fn(&mut Self) -> Parsed<()>,
    ) -> Parsed<()> {
        loop {
            if separator == Separator::CommaOrNewline {
                self.newline = false;
            }
            if self.kind() == closer {
                return Ok(());
            }
            let mut parsed = item(self);
            if parsed.is_ok() {
                match self.kind() {
                    TokenKind::Comma => {}
                    TokenKind::Newline if separator == Separator::CommaOrNewline => {}
                    kind if kind == closer => {}
                    // What follows can hardly be an item: the end may be what is missing.
                    kind if self.newline || ends(kind) => parsed = Err(self.fail(open)),
                    _ => parsed = Err(self.fail(fault)),
                }
            }
            if parsed == Err(Failed::Here) {
                parsed = self.skip_to(closer, separator);
            }
            parsed?;
            self.eat(TokenKind::Comma);
        }
    }

    fn object_key(&mut self) -> Parsed<ObjectKey> {
        let key = self.expression()?;
        let bare = match self.tree.expr(key) {
            Expr::Traversal { steps, .. } => steps.is_empty(),
            Expr::Bool(_) | Expr::Null => true,
            _ => false,
        };
        if !bare {
            return Ok(ObjectKey::Expression(key));
        }
        let range = self.tree.range(key);
        // The word stands for itself: nothing refers to its node.
        self.tree.nodes.pop();
        let text = &self.text[range.start as usize..range.end as usize];
        Ok(ObjectKey::Name(self.symbols.intern_normal(text)))
    }
}

/// Returns whether a token closes something, or ends the text.
fn ends(kind: TokenKind) -> bool {
    recover::closes(kind) || kind == TokenKind::End
}

pub(super) fn parenthesised(parser: &mut Parser<'_>) -> Parsed<Expr> {
    let inner = parser.expression()?;
    if parser.kind() == TokenKind::ParenClose {
        return Ok(Expr::Parenthesised(inner));
    }
    Err(parser.fail(faults::PAREN_UNCLOSED))
}

pub(super) fn tuple(parser: &mut Parser<'_>) -> Parsed<Expr> {
    if parser.at_word("for") {
        return parser.for_expr(TokenKind::BracketClose);
    }
    let mark = parser.scratch.exprs.len();
    let closer = TokenKind::BracketClose;
    let words = (faults::ITEM_SEPARATOR, faults::ITEMS_OPEN);
    let parsed = parser.separated(closer, Separator::Comma, words, element);
    let list = take(&mut parser.scratch.exprs, mark, &mut parser.tree.exprs);
    parsed.map(|()| Expr::Tuple(list))
}

fn element(parser: &mut Parser<'_>) -> Parsed<()> {
    let element = parser.expression()?;
    parser.scratch.exprs.push(element);
    Ok(())
}

pub(super) fn object(parser: &mut Parser<'_>) -> Parsed<Expr> {
    if parser.at_word("for") {
        return parser.for_expr(TokenKind::BraceClose);
    }
    parser.newlines_matter = true;
    let mark = parser.scratch.items.len();
    let separator = Separator::CommaOrNewline;
    let closer = TokenKind::BraceClose;
    let words = (faults::ATTRIBUTE_SEPARATOR, faults::ATTRIBUTES_OPEN);
    let parsed = parser.separated(closer, separator, words, object_item);
    let list = take(&mut parser.scratch.items, mark, &mut parser.tree.items);
    parsed.map(|()| Expr::Object(list))
}

fn object_item(parser: &mut Parser<'_>) -> Parsed<()> {
    let start = parser.token.start;
    let key = parser.object_key()?;
    let key_range = ByteRange { start, end: parser.previous_end };
    match parser.kind() {
        TokenKind::Equal | TokenKind::Colon => parser.advance(),
        TokenKind::Newline | TokenKind::End => return Err(parser.fail(faults::VALUE_MISSING)),
        _ => return Err(parser.fail(faults::KEY_SEPARATOR)),
    }
    let value = parser.expression()?;
    parser.scratch.items.push(ObjectItem { key, key_range, value });
    Ok(())
}

/// Parses arguments onto the scratch list of expressions.
pub(super) fn arguments(parser: &mut Parser<'_>) -> Parsed<Expr> {
    let closer = TokenKind::ParenClose;
    let words = (faults::ARGUMENT_SEPARATOR, faults::ARGUMENTS_OPEN);
    parser.separated(closer, Separator::Comma, words, argument).map(|()| Expr::Invalid)
}

fn argument(parser: &mut Parser<'_>) -> Parsed<()> {
    element(parser)?;
    let Token { start, end, .. } = parser.token;
    if parser.eat(TokenKind::Ellipsis) {
        parser.expand = true;
        if parser.kind() != TokenKind::ParenClose {
            let last = parser.kind() != TokenKind::Comma;
            let fault = if last { faults::EXPANSION_LAST } else { faults::EXPANSION_FIRST };
            parser.report(fault, ByteRange { start, end });
            return Err(Failed::Here);
        }
    }
    Ok(())
}
