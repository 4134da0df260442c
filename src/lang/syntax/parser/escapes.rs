//! Escapes in the text of templates.

use super::{Parser, offset};
use crate::syntax::{
    faults::{self, Fault},
    token::Token,
    tree::ByteRange,
};

impl Parser<'_> {
    /// Appends the meaning of a piece of text to the scratch text.
    ///
    /// Backslashes mean something in quotes only; `$${` and `%%{` mean `${` and `%{` everywhere.
    pub(super) fn unescape(&mut self, token: Token, quoted: bool) {
        let text = self.token_text(token);
        let special = |c: char| matches!(c, '$' | '%') || (quoted && c == '\\');
        let mut at = 0;
        while let Some(found) = text[at..].find(special) {
            self.scratch.text.push_str(&text[at..at + found]);
            at += found;
            let rest = &text[at..];
            if rest.starts_with('\\') {
                at += self.backslash(rest, token.start + offset(at));
                continue;
            }
            let mark = rest.as_bytes()[0];
            let run = rest.bytes().take_while(|byte| *byte == mark).count();
            let escaped = run > 1 && rest.as_bytes().get(run) == Some(&b'{');
            self.scratch.text.push_str(&rest[usize::from(escaped)..run]);
            at += run;
        }
        self.scratch.text.push_str(&text[at..]);
    }

    /// Appends what an escape sequence stands for and returns its length.
    fn backslash(&mut self, rest: &str, start: u32) -> usize {
        let mut chars = rest.chars();
        chars.next();
        let selector = chars.next();
        let plain = match selector {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('"') => '"',
            Some('\\') => '\\',
            Some('u') => return self.code_point(rest, start, 4, faults::ESCAPE_SHORT),
            Some('U') => return self.code_point(rest, start, 8, faults::ESCAPE_LONG),
            _ => {
                let len = 1 + selector.map_or(0, char::len_utf8);
                let range = ByteRange { start, end: start + offset(len) };
                let Some(selector) = selector else {
                    self.report(faults::ESCAPE_INVALID, range);
                    return len;
                };
                self.report_with(faults::ESCAPE_INVALID, range, |diagnostic| {
                    diagnostic.detail(format!(
                        "The symbol \"{selector}\" is not a valid escape sequence selector."
                    ))
                });
                return len;
            }
        };
        self.scratch.text.push(plain);
        2
    }

    fn code_point(&mut self, rest: &str, start: u32, digits_max: usize, fault: Fault) -> usize {
        let hexadecimal = |byte: &u8| byte.is_ascii_hexdigit();
        let digits = rest.bytes().skip(2).take(digits_max).take_while(hexadecimal).count();
        let len = 2 + digits;
        let range = ByteRange { start, end: start + offset(len) };
        if digits < digits_max {
            self.report(fault, range);
            return len;
        }
        match u32::from_str_radix(&rest[2..len], 16).ok().and_then(char::from_u32) {
            Some(c) => self.scratch.text.push(c),
            None => self.report(faults::ESCAPE_SCALAR, range),
        }
        len
    }
}
