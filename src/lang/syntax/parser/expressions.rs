//! Operators, conditionals and single terms.

use super::{Parsed, Parser, collections, offset, take};
use crate::syntax::{
    faults,
    token::{Token, TokenKind},
    tree::{BinaryOperator, ByteRange, Call, CallId, Expr, ExprId, List, Operand, UnaryOperator},
};

impl Parser<'_> {
    /// Parses an expression; all recursion passes here or through [`Parser::unary`].
    pub(super) fn expression(&mut self) -> Parsed<ExprId> {
        self.enter()?;
        let parsed = self.conditional();
        self.depth -= 1;
        parsed
    }

    fn conditional(&mut self) -> Parsed<ExprId> {
        let condition = self.binary(0)?;
        if self.kind() != TokenKind::Question {
            return Ok(condition);
        }
        self.advance();
        let yes = self.expression()?;
        self.expect(TokenKind::Colon, faults::FALSE_MISSING)?;
        let no = self.expression()?;
        let start = self.tree.range(condition).start;
        Ok(self.node(start, self.previous_end, Expr::Conditional { condition, yes, no }))
    }

    /// Parses operators that bind at least as tightly as `level`; chains of one level stay flat.
    fn binary(&mut self, level: u8) -> Parsed<ExprId> {
        let mut first = self.unary()?;
        loop {
            let Some((_, found)) = operator(self.kind()) else { return Ok(first) };
            if found < level {
                return Ok(first);
            }
            let mark = self.scratch.operands.len();
            let parsed = self.chain(found);
            let rest = take(&mut self.scratch.operands, mark, &mut self.tree.operands);
            parsed?;
            let start = self.tree.range(first).start;
            first = self.node(start, self.previous_end, Expr::Operation { first, rest });
        }
    }

    fn chain(&mut self, level: u8) -> Parsed<()> {
        while let Some((operator, found)) = operator(self.kind())
            && found == level
        {
            let range = ByteRange { start: self.token.start, end: self.token.end };
            self.advance();
            let operand = self.binary(level + 1)?;
            self.scratch.operands.push(Operand { operator, range, operand });
        }
        Ok(())
    }

    fn unary(&mut self) -> Parsed<ExprId> {
        let operator = match self.kind() {
            TokenKind::Ident => return self.name(),
            TokenKind::Minus => UnaryOperator::Negate,
            TokenKind::Not => UnaryOperator::Not,
            _ => return self.postfix(),
        };
        let start = self.token.start;
        self.enter()?;
        self.advance();
        let operand = self.unary();
        self.depth -= 1;
        let operand = operand?;
        Ok(self.node(start, self.previous_end, Expr::Unary { operator, operand }))
    }

    fn postfix(&mut self) -> Parsed<ExprId> {
        let source = self.term()?;
        if !self.at_step() {
            return Ok(source);
        }
        let steps = self.steps()?;
        let start = self.tree.range(source).start;
        Ok(self.node(start, self.previous_end, Expr::Access { source, steps }))
    }

    fn term(&mut self) -> Parsed<ExprId> {
        let token = self.token;
        let (expr, range) = match self.kind() {
            TokenKind::Number => {
                self.advance();
                return Ok(self.node(token.start, token.end, Expr::Number));
            }
            TokenKind::QuotedString => {
                self.advance();
                let inner = &self.text[token.start as usize + 1..token.end as usize - 1];
                let symbol = self.symbols.intern_normal(inner);
                return Ok(self.node(token.start, token.end, Expr::String(symbol)));
            }
            TokenKind::QuoteOpen | TokenKind::HeredocOpen => return self.template(),
            TokenKind::ParenOpen => {
                self.bracketed(TokenKind::ParenClose, collections::parenthesised)?
            }
            TokenKind::BracketOpen => {
                self.bracketed(TokenKind::BracketClose, collections::tuple)?
            }
            TokenKind::BraceOpen => self.bracketed(TokenKind::BraceClose, collections::object)?,
            TokenKind::Less if self.text[token.start as usize..].starts_with("<<") => {
                return Err(self.misopened_heredoc());
            }
            TokenKind::End => return Err(self.fail(faults::EXPRESSION_MISSING)),
            _ => return Err(self.fail(faults::EXPRESSION_INVALID)),
        };
        Ok(self.node(range.start, range.end, expr))
    }

    /// Parses what starts with a name: a keyword, a call or a traversal.
    fn name(&mut self) -> Parsed<ExprId> {
        let token = self.token;
        self.advance();
        let text = self.token_text(token);
        let source = match (self.kind(), text) {
            (TokenKind::ParenOpen | TokenKind::DoubleColon, _) => self.call(token)?,
            (_, "true") => self.node(token.start, token.end, Expr::Bool(true)),
            (_, "false") => self.node(token.start, token.end, Expr::Bool(false)),
            (_, "null") => self.node(token.start, token.end, Expr::Null),
            _ => {
                let root = self.symbols.intern(text);
                let steps = if self.at_step() { self.steps()? } else { List::EMPTY };
                let end = self.previous_end;
                return Ok(self.node(token.start, end, Expr::Traversal { root, steps }));
            }
        };
        if !self.at_step() {
            return Ok(source);
        }
        let steps = self.steps()?;
        Ok(self.node(token.start, self.previous_end, Expr::Access { source, steps }))
    }

    /// Parses the rest of a function's name and its arguments.
    fn call(&mut self, first: Token) -> Parsed<ExprId> {
        let mut name_end = first.end;
        let mut name = self.intern(first);
        if self.kind() == TokenKind::DoubleColon {
            let mut joined = String::from(self.token_text(first));
            while self.eat(TokenKind::DoubleColon) {
                joined.push_str("::");
                joined.push_str(self.token_text(self.token));
                name_end = self.token.end;
                self.expect(TokenKind::Ident, faults::FUNCTION_NAME)?;
            }
            if self.kind() != TokenKind::ParenOpen {
                return Err(self.fail(faults::FUNCTION_PAREN));
            }
            name = self.symbols.intern(&joined);
        }
        self.expand = false;
        let mark = self.scratch.exprs.len();
        let parsed = self.bracketed(TokenKind::ParenClose, collections::arguments);
        let arguments = take(&mut self.scratch.exprs, mark, &mut self.tree.exprs);
        let expand = std::mem::take(&mut self.expand);
        let (_, parentheses) = parsed?;
        let name_range = ByteRange { start: first.start, end: name_end };
        let id = CallId(offset(self.tree.calls.len()));
        self.tree.calls.push(Call { name, name_range, arguments, expand, parentheses });
        Ok(self.node(first.start, parentheses.end, Expr::Call(id)))
    }
}

/// Returns the binary operator of a token and how tightly it binds.
fn operator(kind: TokenKind) -> Option<(BinaryOperator, u8)> {
    Some(match kind {
        TokenKind::Or => (BinaryOperator::Or, 1),
        TokenKind::And => (BinaryOperator::And, 2),
        TokenKind::EqualEqual => (BinaryOperator::Equal, 3),
        TokenKind::NotEqual => (BinaryOperator::NotEqual, 3),
        TokenKind::Less => (BinaryOperator::Less, 4),
        TokenKind::LessEqual => (BinaryOperator::LessOrEqual, 4),
        TokenKind::Greater => (BinaryOperator::Greater, 4),
        TokenKind::GreaterEqual => (BinaryOperator::GreaterOrEqual, 4),
        TokenKind::Plus => (BinaryOperator::Add, 5),
        TokenKind::Minus => (BinaryOperator::Subtract, 5),
        TokenKind::Star => (BinaryOperator::Multiply, 6),
        TokenKind::Slash => (BinaryOperator::Divide, 6),
        TokenKind::Percent => (BinaryOperator::Remainder, 6),
        _ => return None,
    })
}
