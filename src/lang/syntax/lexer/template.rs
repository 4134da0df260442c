//! Tokens of quoted strings, heredocs and bare templates.

use super::{Lexer, Mode, TEXT_STOP, Token, TokenKind, is_name_continue, is_name_start};

impl Lexer<'_> {
    /// Reads `<<EOT`; where no heredoc starts, the first `<` alone.
    pub(super) fn heredoc_open(&mut self, start: usize) -> Token {
        let marker = start + 2 + usize::from(self.byte(start + 2) == b'-');
        let mut end = marker;
        for c in self.text[marker..].chars() {
            let ok = if end == marker { is_name_start(c) } else { is_name_continue(c) };
            if !ok {
                break;
            }
            end += c.len_utf8();
        }
        let line = end + usize::from(self.byte(end) == b'\r');
        if end == marker || self.byte(line) != b'\n' {
            return self.token(TokenKind::Less, start, start + 1);
        }
        let token = self.token(TokenKind::HeredocOpen, start, line + 1);
        let at = |offset: usize| token.start + u32::try_from(offset - start).unwrap_or(0);
        self.push(Mode::Heredoc { marker: (at(marker), at(end)), line_start: true });
        token
    }

    pub(super) fn quoted(&mut self) -> Token {
        let start = self.position;
        match self.byte(start) {
            b'"' => {
                self.pop();
                self.token(TokenKind::QuoteClose, start, start + 1)
            }
            b'\r' if self.byte(start + 1) == b'\n' => self.unterminated(),
            b'\n' => self.unterminated(),
            0 if start >= self.bytes.len() => self.unterminated(),
            _ => self.text_or_open(true),
        }
    }

    pub(super) fn heredoc(&mut self, marker: (u32, u32), line_start: bool) -> Token {
        let start = self.position;
        if start >= self.bytes.len() {
            return self.unterminated();
        }
        if line_start {
            let end = self.line_end(start);
            let line = &self.text[start..end];
            let ended = end < self.bytes.len() || self.marker_at_end;
            if ended && line.trim() == &self.text[marker.0 as usize..marker.1 as usize] {
                self.pop();
                let end = end - usize::from(line.ends_with('\r'));
                return self.token(TokenKind::HeredocClose, start, end);
            }
        }
        let token = self.text_or_open(false);
        if token.kind == TokenKind::TemplateText {
            self.mode = Mode::Heredoc { marker, line_start: self.byte(self.position - 1) == b'\n' };
        } else if let Some(Mode::Heredoc { line_start, .. }) = self.outer.last_mut() {
            *line_start = false;
        }
        token
    }

    pub(super) fn bare(&mut self) -> Token {
        let start = self.position;
        if start >= self.bytes.len() {
            return self.token(TokenKind::End, start, start);
        }
        self.text_or_open(false)
    }

    fn unterminated(&mut self) -> Token {
        self.pop();
        self.token(TokenKind::Unterminated, self.position, self.position)
    }

    /// Reads the opening of an interpolation or directive, or the text before it.
    ///
    /// Text ends before a newline in quotes, and behind it elsewhere.
    fn text_or_open(&mut self, quoted: bool) -> Token {
        let start = self.position;
        let mut at = start;
        while let Some(&byte) = self.bytes.get(at) {
            if !TEXT_STOP[byte as usize] {
                at += 1;
                continue;
            }
            match byte {
                b'\n' if !quoted => {
                    at += 1;
                    break;
                }
                b'"' | b'\n' if quoted => break,
                b'\\' if quoted && !matches!(self.byte(at + 1), b'\n' | b'\r' | 0) => at += 2,
                b'$' | b'%' => {
                    let run = self.bytes[at..].iter().take_while(|next| **next == byte).count();
                    let brace = self.byte(at + run) == b'{';
                    if brace && run == 1 {
                        break;
                    }
                    // Two or more before a brace are an escape of it.
                    at += run + usize::from(brace);
                }
                _ => at += 1,
            }
        }
        if at > start {
            let cut = self.byte(at) == b'\n' && self.byte(at - 1) == b'\r' && at - 1 > start;
            return self.token(TokenKind::TemplateText, start, at - usize::from(quoted && cut));
        }
        let kind = match self.byte(start) {
            b'$' => TokenKind::InterpolationOpen,
            _ => TokenKind::DirectiveOpen,
        };
        self.push(Mode::Normal { braces: 0 });
        self.token(kind, start, start + 2 + usize::from(self.byte(start + 2) == b'~'))
    }
}
