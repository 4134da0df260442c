//! Steps behind a value: attributes, indexes and splats, as one flat list.

use super::{Failed, Parsed, Parser, take};
use crate::syntax::{
    faults,
    limits::NESTING_DEPTH_MAX,
    token::TokenKind,
    tree::{ByteRange, Expr, ExprId, List, Step, StepKind},
};

impl Parser<'_> {
    pub(super) fn at_step(&self) -> bool {
        matches!(self.kind(), TokenKind::Dot | TokenKind::BracketOpen)
    }

    pub(super) fn steps(&mut self) -> Parsed<List<Step>> {
        let mark = self.scratch.steps.len();
        let parsed = self.all_steps();
        let list = take(&mut self.scratch.steps, mark, &mut self.tree.steps);
        parsed.map(|()| list)
    }

    fn all_steps(&mut self) -> Parsed<()> {
        let mut splats = 0;
        loop {
            let star = match self.kind() {
                TokenKind::Dot => self.dot_step()?,
                TokenKind::BracketOpen => self.bracket_step()?,
                _ => return Ok(()),
            };
            splats += u32::from(star);
            // Each splat is a level of recursion for who evaluates it.
            if splats > NESTING_DEPTH_MAX {
                self.report_here(faults::TOO_DEEP);
                self.stop();
                return Err(Failed::Item);
            }
        }
    }

    fn push_step(&mut self, start: u32, kind: StepKind) {
        let range = ByteRange { start, end: self.previous_end };
        self.scratch.steps.push(Step { range, kind });
    }

    /// Parses `.name`, `.0` or `.*` with what belongs to it; returns whether it was a splat.
    fn dot_step(&mut self) -> Parsed<bool> {
        let start = self.token.start;
        self.advance();
        if self.kind() != TokenKind::Star {
            self.attribute_step(start, "")?;
            return Ok(false);
        }
        self.advance();
        let at = self.scratch.steps.len();
        self.push_step(start, StepKind::AttributeSplat { steps: 0 });
        while self.kind() == TokenKind::Dot {
            let start = self.token.start;
            self.advance();
            if self.kind() == TokenKind::Star {
                return Err(self.fail(faults::SPLAT_NESTED));
            }
            self.attribute_step(start, " with a full splat expression [*]")?;
        }
        let steps = super::offset(self.scratch.steps.len() - at - 1);
        self.scratch.steps[at].kind = StepKind::AttributeSplat { steps };
        Ok(true)
    }

    /// Parses what stands behind a dot, a star excepted.
    ///
    /// `how` says how to write two indexes right behind each other.
    fn attribute_step(&mut self, start: u32, how: &str) -> Parsed<()> {
        let token = self.token;
        let kind = match self.kind() {
            TokenKind::Ident => {
                self.advance();
                StepKind::Attribute(self.intern(token))
            }
            TokenKind::Number => {
                if !self.token_text(token).bytes().all(|byte| byte.is_ascii_digit()) {
                    let (here, indexes) = (self.here(), self.token_text(token).replace('.', "]["));
                    self.report_with(faults::LEGACY_INDEX, here, |diagnostic| {
                        diagnostic.detail(format!(
                            "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax{how} instead, like [{indexes}]."
                        ))
                    });
                }
                self.advance();
                StepKind::LegacyIndex(self.node(token.start, token.end, Expr::Number))
            }
            _ => return Err(self.fail(faults::ATTRIBUTE_NAME)),
        };
        self.push_step(start, kind);
        Ok(())
    }

    /// Parses `[key]` or `[*]`; returns whether it was a splat.
    fn bracket_step(&mut self) -> Parsed<bool> {
        let mut star = false;
        let mut key = None;
        let (_, range) = self.bracketed(TokenKind::BracketClose, |parser| {
            if parser.eat(TokenKind::Star) {
                star = true;
                parser.closed(faults::SPLAT_UNCLOSED)
            } else {
                key = Some(parser.expression()?);
                parser.closed(faults::INDEX_UNCLOSED)
            }
        })?;
        let kind = if star { StepKind::Splat } else { StepKind::Index(self.key(key)) };
        self.scratch.steps.push(Step { range, kind });
        Ok(star)
    }

    fn key(&mut self, key: Option<ExprId>) -> ExprId {
        key.unwrap_or_else(|| self.invalid())
    }

    fn closed(&mut self, fault: faults::Fault) -> Parsed<Expr> {
        if self.kind() == TokenKind::BracketClose {
            Ok(Expr::Invalid)
        } else {
            Err(self.fail(fault))
        }
    }
}
