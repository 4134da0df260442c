//! The parser of JSON texts: one value, in which every mistake is reported and passed over.
//!
//! After a mistake in a member or element, what follows it up to the comma or the closing of the
//! same object or array is passed. Depth and the number of errors are bounded.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a construct names the tokens it knows; all others are one and the same mistake"
)]

use super::{
    document::{Kind, Member, Value},
    faults,
    scanner::{Scanner, Token},
    strings,
};
use crate::{
    index::number,
    syntax::{
        faults::{Fault, TOO_DEEP, TOO_MANY},
        limits::{ERRORS_PER_FILE_MAX, NESTING_DEPTH_MAX},
        tree::ByteRange,
    },
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::{SourceId, Span},
    text::nearest,
};

/// Parses a text, of which offsets fit into 32 bits.
pub(crate) fn parse(source: SourceId, text: &str) -> (Value, Diagnostics) {
    let mut parser = Parser {
        source,
        text,
        scanner: Scanner::new(text),
        token: Token::End,
        range: ByteRange { start: 0, end: 0 },
        depth: 0,
        stopped: false,
        diagnostics: Vec::new(),
    };
    parser.advance();
    let value = parser.value();
    if parser.token != Token::End {
        parser.report(faults::EXTRANEOUS, parser.range);
    }
    (value, parser.diagnostics)
}

struct Parser<'t> {
    source: SourceId,
    text: &'t str,
    scanner: Scanner<'t>,
    /// The token to be looked at next, and its place.
    token: Token,
    range: ByteRange,
    depth: u32,
    stopped: bool,
    diagnostics: Diagnostics,
}

/// How an object or array is written.
struct Brackets {
    closer: Token,
    /// What closes the other sort.
    wrong: Token,
    mismatched: Fault,
    trailing: Fault,
    comma: Fault,
    unclosed: Fault,
}

const OBJECT: Brackets = Brackets {
    closer: Token::BraceClose,
    wrong: Token::BracketClose,
    mismatched: faults::MISMATCHED_OBJECT,
    trailing: faults::TRAILING_OBJECT,
    comma: faults::COMMA_OBJECT,
    unclosed: faults::UNCLOSED_OBJECT,
};

const ARRAY: Brackets = Brackets {
    closer: Token::BracketClose,
    wrong: Token::BraceClose,
    mismatched: faults::MISMATCHED_ARRAY,
    trailing: faults::TRAILING_ARRAY,
    comma: faults::COMMA_ARRAY,
    unclosed: faults::UNCLOSED_ARRAY,
};

impl Parser<'_> {
    fn advance(&mut self) {
        (self.token, self.range) = self.scanner.next();
    }

    fn value(&mut self) -> Value {
        let range = self.range;
        let kind = match self.token {
            Token::BraceOpen => return self.nested(range, &OBJECT),
            Token::BracketOpen => return self.nested(range, &ARRAY),
            Token::String { closed } => self.string(closed),
            Token::Number => self.number(),
            Token::Keyword => self.keyword(),
            Token::End => {
                self.report(faults::VALUE_MISSING, self.end());
                return Value { range: self.end(), kind: Kind::Invalid };
            }
            Token::Comma | Token::BraceClose | Token::BracketClose => {
                // It is needed by who is around.
                self.report(faults::VALUE_START, range);
                return Value {
                    range: ByteRange { end: range.start, ..range },
                    kind: Kind::Invalid,
                };
            }
            Token::Colon | Token::Equal | Token::Other => {
                self.report(faults::VALUE_START, range);
                Kind::Invalid
            }
        };
        self.advance();
        Value { range, kind }
    }

    fn nested(&mut self, open: ByteRange, brackets: &Brackets) -> Value {
        if self.depth == NESTING_DEPTH_MAX {
            self.report(TOO_DEEP, open);
            self.stop();
            return Value { range: open, kind: Kind::Invalid };
        }
        self.depth += 1;
        self.advance();
        let (kind, end) = if brackets.closer == Token::BraceClose {
            let mut members = Vec::new();
            let end = self.items(open, brackets, |this| this.member(&mut members));
            (Kind::Object(members.into()), end)
        } else {
            let mut elements = Vec::new();
            let end = self.items(open, brackets, |this| this.element(&mut elements));
            (Kind::Array(elements.into()), end)
        };
        self.depth -= 1;
        Value { range: ByteRange { start: open.start, end }, kind }
    }

    /// Parses items up to the closing token; returns the end of that.
    fn items(
        &mut self,
        open: ByteRange,
        brackets: &Brackets,
        mut item: impl FnMut(&mut Self) -> bool,
    ) -> u32 {
        while self.token != brackets.closer {
            if self.token == Token::End {
                self.report(brackets.unclosed, open);
                return self.end().end;
            }
            if self.token == brackets.wrong {
                return self.mismatched(brackets);
            }
            if !item(self) {
                self.skip();
            }
            let comma = self.range;
            if self.token == Token::Comma {
                self.advance();
                if self.token == brackets.closer {
                    self.report(brackets.trailing, comma);
                }
            } else if self.token == Token::Colon && brackets.closer == Token::BracketClose {
                self.report(faults::ARRAY_COLON, self.range);
                self.advance();
            } else if self.token != brackets.closer
                && self.token != Token::End
                && self.token != brackets.wrong
            {
                self.report(brackets.comma, self.range);
                self.skip_stray();
            }
        }
        let end = self.range.end;
        self.advance();
        end
    }

    /// Takes the closing of the other sort for the one that should be here.
    fn mismatched(&mut self, brackets: &Brackets) -> u32 {
        self.report(brackets.mismatched, self.range);
        let end = self.range.end;
        self.advance();
        end
    }

    /// Passes what cannot start an item, so that something is passed in any case.
    fn skip_stray(&mut self) {
        if matches!(self.token, Token::Colon | Token::Equal | Token::Other) {
            self.advance();
        }
    }

    fn element(&mut self, elements: &mut Vec<Value>) -> bool {
        let value = self.value();
        let is_read = !matches!(value.kind, Kind::Invalid);
        elements.push(value);
        is_read
    }

    fn member(&mut self, members: &mut Vec<Member>) -> bool {
        let name = self.range;
        let Token::String { closed } = self.token else {
            self.report(faults::NAME, name);
            return false;
        };
        let is_name = !matches!(self.string(closed), Kind::Invalid);
        self.advance();
        if !closed {
            return false;
        }
        if !self.colon() {
            return false;
        }
        let value = self.value();
        let is_read = !matches!(value.kind, Kind::Invalid);
        if is_name {
            members.push(Member { name, value });
        }
        is_read
    }

    fn colon(&mut self) -> bool {
        match self.token {
            Token::Colon => {}
            Token::Equal => self.report(faults::COLON_EQUALS, self.range),
            Token::End => {
                self.report(faults::COLON, self.end());
                return false;
            }
            _ => {
                self.report(faults::COLON, self.range);
                return matches!(
                    self.token,
                    Token::String { .. } | Token::BraceOpen | Token::BracketOpen | Token::Number
                );
            }
        }
        self.advance();
        true
    }

    /// Passes everything up to the comma or closing token of the object or array at hand.
    fn skip(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.token {
                Token::End => return,
                Token::Comma | Token::BraceClose | Token::BracketClose if open == 0 => return,
                Token::BraceOpen | Token::BracketOpen => open += 1,
                Token::BraceClose | Token::BracketClose => open -= 1,
                _ => {}
            }
            self.advance();
        }
    }

    fn string(&mut self, closed: bool) -> Kind {
        let range = self.range;
        if !closed {
            self.report(faults::STRING, range);
            return Kind::Invalid;
        }
        let inside = &self.text[range.start as usize + 1..range.end as usize - 1];
        if !inside.bytes().any(|byte| byte == b'\\' || byte < 0x20) {
            return Kind::String;
        }
        let found = strings::faults(inside, range.start + 1);
        let kind = if found.is_empty() { Kind::String } else { Kind::Invalid };
        for (fault, range) in found {
            self.report(fault, range);
        }
        kind
    }

    fn number(&mut self) -> Kind {
        if is_number(&self.text[self.range.start as usize..self.range.end as usize]) {
            return Kind::Number;
        }
        self.report(faults::NUMBER, self.range);
        Kind::Invalid
    }

    fn keyword(&mut self) -> Kind {
        let word = &self.text[self.range.start as usize..self.range.end as usize];
        match word {
            "null" => return Kind::Null,
            "true" => return Kind::Bool(true),
            "false" => return Kind::Bool(false),
            _ => {}
        }
        let near = nearest(word, ["true", "false", "null"].into_iter());
        let mut detail = format!("{word:?} is not a valid JSON keyword.");
        if let Some(near) = near {
            detail.push_str(&format!(" Did you mean {near:?}?"));
        }
        self.report_with(faults::KEYWORD, self.range, |found| {
            let found = found.detail(detail);
            near.map_or(found.clone(), |near| found.help(format!("did you mean `{near}`?")))
        });
        Kind::Invalid
    }

    /// Returns the place of the last character, as nothing can be shown behind it.
    fn end(&self) -> ByteRange {
        let text = self.text.trim_end();
        let last = text.chars().next_back().map_or(0, char::len_utf8);
        ByteRange { start: number(text.len() - last), end: number(text.len()) }
    }

    fn stop(&mut self) {
        self.scanner.stop();
        self.advance();
        self.stopped = true;
    }

    fn report(&mut self, fault: Fault, range: ByteRange) {
        self.report_with(fault, range, |found| found);
    }

    fn report_with(
        &mut self,
        fault: Fault,
        range: ByteRange,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        if self.stopped {
            return;
        }
        let span = Span::new(self.source, range.start, range.end);
        if self.diagnostics.len() < ERRORS_PER_FILE_MAX {
            self.diagnostics.push(more(fault.at(span)));
        } else {
            self.diagnostics.push(TOO_MANY.at(span));
            self.stop();
        }
    }
}

/// Returns whether a text is a number of JSON.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
