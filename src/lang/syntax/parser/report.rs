//! Reporting of mistakes: where they are shown, and when there are too many.

use super::{Failed, Parser, offset};
use crate::syntax::{
    characters,
    faults::{self, Fault},
    limits::ERRORS_PER_FILE_MAX,
    token::TokenKind,
    tree::ByteRange,
};
use infra_model::diagnostic::Diagnostic;

impl Parser<'_> {
    /// Returns the place of the current token, or of the newline before it; at the end of the text,
    /// that of the last character, as nothing can be shown behind it.
    pub(super) fn here(&self) -> ByteRange {
        let ByteRange { start, end } = ByteRange { start: self.token.start, end: self.token.end };
        if self.kind() == TokenKind::End {
            let before = &self.text[..self.previous_end as usize];
            let last = before.chars().next_back().map_or(0, char::len_utf8);
            return ByteRange { start: self.previous_end - offset(last), end: self.previous_end };
        }
        if self.kind() != TokenKind::Newline {
            return ByteRange { start, end };
        }
        let gap = &self.text[self.previous_end as usize..start as usize];
        let newline = self.previous_end + offset(gap.find('\n').unwrap_or(0));
        ByteRange { start: newline, end: newline + 1 }
    }

    pub(super) fn fail(&mut self, fault: Fault) -> Failed {
        self.report_here(fault);
        Failed::Here
    }

    /// Reports a mistake at the current token; if that is itself wrong, only so much.
    pub(super) fn report_here(&mut self, fault: Fault) {
        let here = self.here();
        match self.kind() {
            TokenKind::Invalid => {
                let rest = &self.text[self.token.start as usize..];
                let fault = characters::fault(rest);
                self.report_with(fault, here, |diagnostic| characters::named(rest, diagnostic));
            }
            TokenKind::UnterminatedComment => {
                self.report(faults::COMMENT_UNTERMINATED, here);
                self.stop();
            }
            _ => self.report(fault, here),
        }
    }

    pub(super) fn report(&mut self, fault: Fault, range: ByteRange) {
        self.report_with(fault, range, |diagnostic| diagnostic);
    }

    /// Reports a mistake with more than its fixed words.
    pub(super) fn report_with(
        &mut self,
        fault: Fault,
        range: ByteRange,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        if self.stopped {
            return;
        }
        let span = self.tree.at(range);
        if self.diagnostics.len() < ERRORS_PER_FILE_MAX {
            self.diagnostics.push(more(fault.at(span)));
        } else {
            self.diagnostics.push(faults::TOO_MANY.at(span));
            self.stop();
        }
    }
}
