//! Pieces of a template and what becomes of them: trimmed, dedented, nested and joined to parts.

use super::{Parser, take};
use crate::syntax::{
    faults::{self, Fault},
    tree::{ByteRange, Expr, ExprId, List, Part, PartKind, Symbol},
};

/// The index at which a template is whose directives are out of balance; that was reported.
const ABANDONED: usize = usize::MAX;

/// Text, an interpolation or a directive, in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) range: ByteRange,
    pub(super) kind: PieceKind,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// A range of the scratch text; outside of quotes it ends with its line.
    Literal {
        start: u32,
        end: u32,
    },
    Interpolation(ExprId),
    If(ExprId),
    Else,
    EndIf,
    For {
        key_name: Option<Symbol>,
        value_name: Symbol,
        collection: ExprId,
    },
    EndFor,
}

impl Parser<'_> {
    /// Trims the end of the last piece of a template, if it is text (`${~`).
    pub(super) fn trim_last(&mut self, mark: usize) {
        if let Some(Piece { kind: PieceKind::Literal { start, end }, .. }) =
            self.scratch.pieces[mark..].last_mut()
        {
            let text = &self.scratch.text[*start as usize..*end as usize];
            *end = *start + super::offset(text.trim_end().len());
        }
    }

    /// Makes the expression of the pieces above `mark`.
    pub(super) fn assemble(&mut self, mark: usize, dedent: bool) -> Expr {
        if dedent {
            self.dedent(mark);
        }
        let literal = |piece: &Piece| matches!(piece.kind, PieceKind::Literal { .. });
        if self.scratch.pieces[mark..].iter().all(literal) {
            let mut at = mark;
            return Expr::String(self.join(&mut at));
        }
        let mut at = mark;
        let (mut parts, ender) = self.parts(&mut at);
        if let Some(ender) = ender {
            self.unbalanced(ender, None, &mut at);
        }
        self.keep_text(mark, &mut parts);
        Expr::Template(parts)
    }

    /// Adds an empty text to a lone interpolation with text around it that was trimmed away.
    ///
    /// What is written with text is a text; without the part it would be the bare value.
    fn keep_text(&mut self, mark: usize, parts: &mut List<Part>) {
        let [.., Piece { range, .. }] = self.scratch.pieces[mark..] else { return };
        let lone =
            matches!(self.tree.parts(*parts), [Part { kind: PartKind::Interpolation(_), .. }]);
        if lone && self.scratch.pieces.len() > mark + 1 {
            // The list was taken last, so it lies at the end of its table.
            let empty = self.symbols.intern("");
            self.tree.parts.push(Part { range, kind: PartKind::Literal(empty) });
            parts.len += 1;
        }
    }

    /// Removes the smallest indentation of the lines, as `<<-` says.
    ///
    /// Lines of nothing but whitespace do not count and stay as they are. Only what begins a line
    /// after trimming counts: text behind `~}` does not.
    fn dedent(&mut self, mark: usize) {
        let mut least = usize::MAX;
        let mut line_start = true;
        for piece in &self.scratch.pieces[mark..] {
            if let PieceKind::Literal { start, end } = piece.kind {
                let text = &self.scratch.text[start as usize..end as usize];
                if line_start && !is_blank(text) {
                    least = least.min(text.chars().take_while(|c| c.is_whitespace()).count());
                }
                line_start = text.ends_with('\n');
            } else {
                if line_start {
                    least = 0;
                }
                line_start = false;
            }
        }
        line_start = true;
        for piece in &mut self.scratch.pieces[mark..] {
            let PieceKind::Literal { start, end } = &mut piece.kind else {
                line_start = false;
                continue;
            };
            let text = &self.scratch.text[*start as usize..*end as usize];
            if line_start && !is_blank(text) {
                let bytes: usize = text.chars().take(least).map(char::len_utf8).sum();
                *start += super::offset(bytes);
            }
            line_start = text.ends_with('\n');
        }
    }

    /// Joins the texts from `at` on and moves behind them.
    fn join(&mut self, at: &mut usize) -> Symbol {
        let scratch = &mut self.scratch;
        scratch.joined.clear();
        while let Some(Piece { kind: PieceKind::Literal { start, end }, .. }) =
            scratch.pieces.get(*at)
        {
            scratch.joined.push_str(&scratch.text[*start as usize..*end as usize]);
            *at += 1;
        }
        self.symbols.intern_normal(&scratch.joined)
    }

    /// Makes parts up to the end, or to an `else` or end directive, which is passed and returned.
    fn parts(&mut self, at: &mut usize) -> (List<Part>, Option<Piece>) {
        let mark = self.scratch.parts.len();
        let mut ender = None;
        while let Some(&piece) = self.scratch.pieces.get(*at) {
            let mut range = piece.range;
            let kind = match piece.kind {
                PieceKind::Literal { .. } => {
                    let symbol = self.join(at);
                    range.end = self.end_before(*at, range.end);
                    if self.scratch.joined.is_empty() {
                        continue;
                    }
                    PartKind::Literal(symbol)
                }
                PieceKind::Interpolation(expr) => {
                    *at += 1;
                    PartKind::Interpolation(expr)
                }
                PieceKind::If(_) | PieceKind::For { .. } => {
                    *at += 1;
                    let kind = self.directive_part(piece, at);
                    range.end = self.end_before(*at, range.end);
                    kind
                }
                PieceKind::Else | PieceKind::EndIf | PieceKind::EndFor => {
                    *at += 1;
                    ender = Some(piece);
                    break;
                }
            };
            self.scratch.parts.push(Part { range, kind });
        }
        (take(&mut self.scratch.parts, mark, &mut self.tree.parts), ender)
    }

    fn directive_part(&mut self, piece: Piece, at: &mut usize) -> PartKind {
        let (body, ender) = self.parts(at);
        let PieceKind::If(condition) = piece.kind else {
            self.check_ender(ender, piece, PieceKind::EndFor, at);
            return match piece.kind {
                PieceKind::For { key_name, value_name, collection } => {
                    PartKind::For { key_name, value_name, collection, body }
                }
                _ => PartKind::Interpolation(self.invalid()),
            };
        };
        let mut no = List::EMPTY;
        let mut ender = ender;
        if ender.is_some_and(|ender| ender.kind == PieceKind::Else) {
            (no, ender) = self.parts(at);
        }
        self.check_ender(ender, piece, PieceKind::EndIf, at);
        PartKind::If { condition, yes: body, no }
    }

    fn check_ender(
        &mut self,
        ender: Option<Piece>,
        opener: Piece,
        wanted: PieceKind,
        at: &mut usize,
    ) {
        match ender {
            Some(ender) if ender.kind == wanted => {}
            Some(ender) => self.unbalanced(ender, Some(opener), at),
            None if *at == ABANDONED => {}
            None => {
                let span = self.tree.at(opener.range);
                let end = self.here();
                self.report_with(faults::DIRECTIVE_UNCLOSED, end, |diagnostic| {
                    diagnostic.label(span, "opened here")
                });
                *at = ABANDONED;
            }
        }
    }

    /// Reports a directive out of balance and gives up the rest of the template.
    fn unbalanced(&mut self, ender: Piece, opener: Option<Piece>, at: &mut usize) {
        let fault: Fault = match ender.kind {
            PieceKind::Else => faults::ELSE_UNEXPECTED,
            PieceKind::EndIf => faults::ENDIF_UNEXPECTED,
            _ => faults::ENDFOR_UNEXPECTED,
        };
        let open = opener.map(|opener| (self.tree.at(opener.range), opener.kind));
        self.report_with(fault, ender.range, |diagnostic| {
            let Some((span, opener)) = open else { return diagnostic };
            let diagnostic = diagnostic.label(span, "this is open here");
            match (opener, ender.kind) {
                (PieceKind::For { .. }, PieceKind::EndIf) => {
                    diagnostic.help("did you mean `endfor`?")
                }
                (PieceKind::If(_), PieceKind::EndFor) => diagnostic.help("did you mean `endif`?"),
                _ => diagnostic,
            }
        });
        *at = ABANDONED;
    }

    /// Returns where the piece before `at` ends.
    fn end_before(&self, at: usize, otherwise: u32) -> u32 {
        let last = at.checked_sub(1).and_then(|last| self.scratch.pieces.get(last));
        last.map_or(otherwise, |piece| piece.range.end)
    }
}

fn is_blank(text: &str) -> bool {
    text.ends_with('\n') && text.trim().is_empty()
}
