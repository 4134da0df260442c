//! `for` expressions, and the introduction they share with `for` directives.

use super::{Parsed, Parser, offset};
use crate::syntax::{
    faults::{self, Fault},
    token::TokenKind,
    tree::{ByteRange, Expr, ExprId, ForExpr, ForId, Symbol},
};

/// The names and the collection of a `for`.
pub(super) struct Intro {
    pub(super) key_name: Option<Symbol>,
    pub(super) value_name: Symbol,
    pub(super) collection: ExprId,
    pub(super) range: ByteRange,
}

/// What to say of the mistakes in an introduction.
pub(super) struct IntroFaults {
    name: Fault,
    second: Fault,
    in_word: Fault,
}

const EXPRESSION: IntroFaults = IntroFaults {
    name: faults::FOR_NAME,
    second: faults::FOR_SECOND_NAME,
    in_word: faults::FOR_IN,
};

pub(super) const DIRECTIVE: IntroFaults = IntroFaults {
    name: faults::DIRECTIVE_FOR,
    second: faults::DIRECTIVE_FOR,
    in_word: faults::DIRECTIVE_FOR,
};

impl Parser<'_> {
    /// Parses `for k, v in collection`; the current token is `for`.
    pub(super) fn for_intro(&mut self, words: &IntroFaults) -> Parsed<Intro> {
        let start = self.token.start;
        self.advance();
        let mut name = self.token;
        self.expect(TokenKind::Ident, words.name)?;
        let mut key_name = None;
        if self.eat(TokenKind::Comma) {
            key_name = Some(self.intern(name));
            name = self.token;
            self.expect(TokenKind::Ident, words.second)?;
        }
        let value_name = self.intern(name);
        if !self.at_word("in") {
            return Err(self.fail(words.in_word));
        }
        self.advance();
        let collection = self.expression()?;
        let range = ByteRange { start, end: self.previous_end };
        Ok(Intro { key_name, value_name, collection, range })
    }

    /// Parses a `for` expression up to its closing bracket, which is left to be read.
    pub(super) fn for_expr(&mut self, closer: TokenKind) -> Parsed<Expr> {
        let tuple = closer == TokenKind::BracketClose;
        let intro = self.for_intro(&EXPRESSION)?;
        self.expect(TokenKind::Colon, faults::FOR_COLON)?;
        let mut value = self.expression()?;
        let mut key = None;
        match (self.kind() == TokenKind::Arrow, tuple) {
            (true, false) => {
                self.advance();
                key = Some(value);
                value = self.expression()?;
            }
            (true, true) => return Err(self.fail(faults::FOR_KEY_UNEXPECTED)),
            (false, false) => return Err(self.fail(faults::FOR_KEY_MISSING)),
            (false, true) => {}
        }
        let group = self.kind() == TokenKind::Ellipsis;
        if group {
            if tuple {
                return Err(self.fail(faults::FOR_GROUP));
            }
            self.advance();
        }
        let mut condition = None;
        if self.at_word("if") {
            self.advance();
            condition = Some(self.expression()?);
        }
        if self.kind() != closer {
            return Err(self.fail(faults::FOR_EXTRA));
        }
        let Intro { key_name, value_name, collection, range: intro } = intro;
        let id = ForId(offset(self.tree.fors.len()));
        self.tree.fors.push(ForExpr {
            key_name,
            value_name,
            collection,
            key,
            value,
            condition,
            group,
            intro,
        });
        Ok(Expr::For(id))
    }
}
