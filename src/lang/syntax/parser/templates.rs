//! Templates: from tokens to pieces in the order of the text; [`super::pieces`] builds parts of them.

use super::{
    Failed, Parsed, Parser, fors, fors::Intro, offset, pieces::PieceKind, recover::Separator,
};
use crate::syntax::{
    faults::{self, Fault},
    lexer::Mark,
    token::{Token, TokenKind},
    tree::{ByteRange, Expr, ExprId},
};
use infra_model::text::nearest;

/// How a template is delimited.
#[derive(Clone, Copy)]
struct Frame {
    quoted: bool,
    dedent: bool,
    /// The lexer's state at the start of a line of the template.
    line: Mark,
}

impl Parser<'_> {
    /// Parses a quoted template or a heredoc, whose opening is the current token.
    pub(super) fn template(&mut self) -> Parsed<ExprId> {
        let open = self.token;
        let quoted = open.kind == TokenKind::QuoteOpen;
        let dedent = !quoted && self.token_text(open).starts_with("<<-");
        let frame = Frame { quoted, dedent, line: self.lexer.mark() };
        self.advance();
        let expr = self.framed(frame)?;
        if self.token.kind == TokenKind::Unterminated {
            self.unterminated(open)?;
        }
        self.advance();
        Ok(self.node(open.start, self.previous_end, expr))
    }

    /// Parses a whole text as one template.
    pub(in crate::syntax) fn whole_template(&mut self, line: Mark) -> ExprId {
        let start = self.token.start;
        let frame = Frame { quoted: false, dedent: false, line };
        let parsed = self.framed(frame);
        let expr = parsed.ok().filter(|_| self.diagnostics.is_empty()).unwrap_or(Expr::Invalid);
        self.node(start, self.token.end, expr)
    }

    /// Parses up to the closing token, which is left to be read.
    fn framed(&mut self, frame: Frame) -> Parsed<Expr> {
        let marks = (self.scratch.pieces.len(), self.scratch.text.len());
        let depth = self.depth;
        let parsed = self.read_pieces(frame, marks.0);
        self.depth = depth;
        let parsed = parsed.map(|()| match self.token.kind {
            TokenKind::Unterminated => Expr::Invalid,
            _ => self.assemble(marks.0, frame.dedent),
        });
        self.scratch.pieces.truncate(marks.0);
        self.scratch.text.truncate(marks.1);
        parsed
    }

    /// Reports a template that is cut off by a newline or by the end of the text.
    fn unterminated(&mut self, open: Token) -> Parsed<()> {
        if open.kind == TokenKind::QuoteOpen && (self.token.end as usize) < self.text.len() {
            self.report(faults::STRING_LINES, self.here());
            if self.lexer.depth() > 0 {
                self.resume = self.token.start;
                return Err(Failed::Item);
            }
        } else {
            self.cut_off(open);
        }
        Ok(())
    }

    /// Reports a string or heredoc that runs to the end of the text, at its opening.
    pub(super) fn cut_off(&mut self, open: Token) {
        let len = offset(self.token_text(open).trim_end().len());
        let fault = match open.kind {
            TokenKind::HeredocOpen => faults::HEREDOC_UNTERMINATED,
            _ => faults::TEMPLATE_UNTERMINATED,
        };
        self.report(fault, ByteRange { start: open.start, end: open.start + len });
        // All that is open now is so for this reason.
        self.stop();
    }

    fn read_pieces(&mut self, frame: Frame, mark: usize) -> Parsed<()> {
        let mut trim = false;
        loop {
            trim = match self.token.kind {
                TokenKind::TemplateText => {
                    self.literal(frame.quoted, trim);
                    false
                }
                TokenKind::InterpolationOpen | TokenKind::DirectiveOpen => {
                    self.sequence(frame, mark)?
                }
                _ => return Ok(()),
            };
        }
    }

    fn literal(&mut self, quoted: bool, trim: bool) {
        let token = self.token;
        let mut start = self.scratch.text.len();
        self.unescape(token, quoted);
        let text = &self.scratch.text[start..];
        if trim {
            start += text.len() - text.trim_start().len();
        }
        let end = offset(self.scratch.text.len());
        self.push_piece(token, token.end, PieceKind::Literal { start: offset(start), end });
        self.advance();
    }

    /// Parses `${ … }` or `%{ … }`; returns whether the text behind it is to be trimmed.
    fn sequence(&mut self, frame: Frame, mark: usize) -> Parsed<bool> {
        let open = self.token;
        let directive = open.kind == TokenKind::DirectiveOpen;
        if open.len() == 3 {
            self.trim_last(mark);
        }
        let newlines_matter = std::mem::replace(&mut self.newlines_matter, false);
        self.advance();
        let word = self.token;
        let mut parsed = if directive { self.directive() } else { self.interpolation() };
        if parsed == Err(Failed::Here) {
            let found = self.skip_to(TokenKind::TemplateClose, Separator::None);
            parsed = found.map(|()| self.substitute(directive, word));
        }
        let closed = self.token.kind == TokenKind::TemplateClose
            && !self.newline
            && self.lexer.depth() == frame.line.depth;
        if parsed == Err(Failed::Item) && closed {
            // Brackets are out of step inside, but the sequence itself is closed.
            parsed = Ok(self.substitute(directive, word));
        }
        self.newlines_matter = newlines_matter;
        let kind = match parsed {
            Ok(kind) => kind,
            Err(failed) if frame.quoted || self.stopped => return Err(failed),
            Err(_) => {
                self.resume_line(frame.line);
                let kind = self.substitute(directive, word);
                self.push_piece(open, open.end, kind);
                return Ok(false);
            }
        };
        let close = self.token;
        match kind {
            PieceKind::If(_) | PieceKind::For { .. } => self.enter()?,
            PieceKind::EndIf | PieceKind::EndFor => self.depth = self.depth.saturating_sub(1),
            PieceKind::Literal { .. } | PieceKind::Interpolation(_) | PieceKind::Else => {}
        }
        self.push_piece(open, close.end, kind);
        self.advance();
        Ok(close.len() == 2)
    }

    /// Goes on with the next line of a heredoc or bare template.
    fn resume_line(&mut self, line: Mark) {
        let rest = &self.text[self.resume as usize..];
        let next = rest.find('\n').map_or(self.text.len(), |at| self.resume as usize + at + 1);
        self.lexer.reset(line, offset(next));
        self.token.end = offset(next);
        self.advance();
    }

    fn interpolation(&mut self) -> Parsed<PieceKind> {
        let expr = self.expression()?;
        if self.kind() != TokenKind::TemplateClose {
            return Err(self.fail(faults::INTERPOLATION_EXTRA));
        }
        Ok(PieceKind::Interpolation(expr))
    }

    fn directive(&mut self) -> Parsed<PieceKind> {
        if self.kind() != TokenKind::Ident {
            return Err(self.fail(faults::DIRECTIVE_MISSING));
        }
        let (kind, fault) = match self.token_text(self.token) {
            "if" => {
                self.advance();
                (PieceKind::If(self.expression()?), faults::IF_EXTRA)
            }
            "for" => {
                let Intro { key_name, value_name, collection, .. } =
                    self.for_intro(&fors::DIRECTIVE)?;
                (PieceKind::For { key_name, value_name, collection }, faults::FOR_DIRECTIVE_EXTRA)
            }
            "else" => (PieceKind::Else, faults::ELSE_EXTRA),
            "endif" => (PieceKind::EndIf, faults::ENDIF_EXTRA),
            "endfor" => (PieceKind::EndFor, faults::ENDFOR_EXTRA),
            word => return Err(self.unknown_directive(word)),
        };
        if matches!(kind, PieceKind::Else | PieceKind::EndIf | PieceKind::EndFor) {
            self.advance();
        }
        let else_if = kind == PieceKind::Else && self.at_word("if");
        if self.kind() == TokenKind::TemplateClose {
            return Ok(kind);
        }
        let fault = if else_if { faults::ELSE_IF } else { fault };
        // Behind a line end or at a quote it is rather the brace that is missing.
        let quote = matches!(self.kind(), TokenKind::QuoteOpen | TokenKind::QuotedString);
        let unclosed = self.newline || quote || self.kind() == TokenKind::End;
        self.report_here(if unclosed { Fault { help: "add `}`", ..fault } } else { fault });
        Err(Failed::Here)
    }

    fn unknown_directive(&mut self, word: &str) -> Failed {
        let known = ["if", "else", "endif", "for", "endfor"];
        let range = self.here();
        self.report_with(faults::DIRECTIVE_UNKNOWN, range, |diagnostic| {
            let unknown = format!("\"{word}\" is not a valid template control keyword.");
            match nearest(word, known.into_iter()) {
                _ if ["elif", "elseif", "elsif"].contains(&word) => diagnostic.detail(unknown).help(format!(
                    "there is no `{word}`: write `%{{ else }}` and nest another `%{{ if ... }}` behind it"
                )),
                Some(meant) => diagnostic
                    .detail(format!("{unknown} Did you mean \"{meant}\"?"))
                    .help(format!("did you mean `{meant}`?")),
                None => diagnostic.detail(unknown),
            }
        });
        Failed::Here
    }

    /// Returns what stands for a sequence that could not be read, so that its end is still matched.
    fn substitute(&mut self, directive: bool, word: Token) -> PieceKind {
        let invalid = self.invalid();
        match self.token_text(word) {
            "if" if directive => PieceKind::If(invalid),
            "for" if directive => PieceKind::For {
                key_name: None,
                value_name: self.intern(word),
                collection: invalid,
            },
            "else" if directive => PieceKind::Else,
            "endif" if directive => PieceKind::EndIf,
            "endfor" if directive => PieceKind::EndFor,
            _ => PieceKind::Interpolation(invalid),
        }
    }

    fn push_piece(&mut self, open: Token, end: u32, kind: PieceKind) {
        let range = ByteRange { start: open.start, end };
        self.scratch.pieces.push(super::Piece { range, kind });
    }
}
