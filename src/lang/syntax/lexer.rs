//! The lexer: one token at a time, by tables of bytes, with a stack of modes.
//!
//! Whitespace, comments and newlines are skipped; [`Lexer::newline_before`] tells whether a newline
//! was among them, for whether it matters is known to the parser alone. Offsets are those of the
//! original text. Never fails and never looks further than the token, the marker line of a heredoc
//! and plain strings excepted.

mod template;

use super::{
    classes::{CLASSES, Class, NAME, TEXT_STOP, is_name_continue, is_name_start},
    token::{Token, TokenKind},
};
use crate::index::number;

/// How the next bytes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Expressions and bodies; how many braces are open in this mode.
    Normal { braces: u32 },
    /// Inside of quotes.
    Quoted,
    /// Inside of a heredoc; where its marker stands, and whether a line begins here.
    Heredoc { marker: (u32, u32), line_start: bool },
    /// A template as a whole.
    Bare,
}

/// A state to which the lexer can be set back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// How many modes are open around the current one.
    pub(super) depth: usize,
    mode: Mode,
}

/// The lexer.
pub(super) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    position: usize,
    mode: Mode,
    outer: Vec<Mode>,
    newline: bool,
    /// Whether the end of the text may stand for the newline behind a heredoc's marker.
    marker_at_end: bool,
}

impl<'t> Lexer<'t> {
    /// Returns a lexer for a file.
    pub(super) fn file(text: &'t str) -> Self {
        Self::new(text, Mode::Normal { braces: 0 }, false)
    }

    /// Returns a lexer for a single expression.
    pub(super) fn expression(text: &'t str) -> Self {
        Self::new(text, Mode::Normal { braces: 0 }, true)
    }

    /// Returns a lexer for a text that is a template as a whole.
    pub(super) fn template(text: &'t str) -> Self {
        Self::new(text, Mode::Bare, true)
    }

    fn new(text: &'t str, mode: Mode, marker_at_end: bool) -> Self {
        let position = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self {
            text,
            bytes: text.as_bytes(),
            position,
            mode,
            outer: Vec::new(),
            newline: false,
            marker_at_end,
        }
    }

    /// Returns the lexer for a text whose beginning is none of its business.
    pub(super) fn behind(mut self, position: usize) -> Self {
        self.position = position;
        self
    }

    /// Returns the offset of the next byte to be read.
    pub(super) fn position(&self) -> u32 {
        number(self.position)
    }

    /// Returns whether a newline was skipped before the last token.
    pub(super) fn newline_before(&self) -> bool {
        self.newline
    }

    /// Returns how many modes are open around the current one.
    pub(super) fn depth(&self) -> usize {
        self.outer.len()
    }

    /// Returns the state of the modes.
    pub(super) fn mark(&self) -> Mark {
        Mark { depth: self.outer.len(), mode: self.mode }
    }

    /// Returns the state in a body that lies in so many blocks.
    pub(super) fn mark_of_body(blocks: u32) -> Mark {
        Mark { depth: 0, mode: Mode::Normal { braces: blocks } }
    }

    /// Sets the modes back to an earlier state and the position to any place.
    pub(super) fn reset(&mut self, mark: Mark, position: u32) {
        debug_assert!(self.outer.len() >= mark.depth, "modes are only left by their own ends");
        self.outer.truncate(mark.depth);
        self.mode = mark.mode;
        self.position = position as usize;
    }

    /// Goes to the end of the text.
    pub(super) fn stop(&mut self) {
        self.outer.clear();
        self.mode = Mode::Normal { braces: 0 };
        self.position = self.bytes.len();
    }

    /// Returns the next token; at the end, [`TokenKind::End`] again and again.
    #[inline]
    pub(super) fn next_token(&mut self) -> Token {
        self.newline = false;
        match self.mode {
            Mode::Normal { braces } => self.normal(braces),
            Mode::Quoted => self.quoted(),
            Mode::Heredoc { marker, line_start } => self.heredoc(marker, line_start),
            Mode::Bare => self.bare(),
        }
    }

    fn byte(&self, position: usize) -> u8 {
        self.bytes.get(position).copied().unwrap_or(0)
    }

    fn push(&mut self, mode: Mode) {
        self.outer.push(self.mode);
        self.mode = mode;
    }

    fn pop(&mut self) {
        self.mode = self.outer.pop().unwrap_or(Mode::Normal { braces: 0 });
    }

    /// Ends a token that starts at `start`.
    #[expect(clippy::cast_possible_truncation, reason = "texts are at most FILE_BYTES_MAX long")]
    fn token(&mut self, kind: TokenKind, start: usize, end: usize) -> Token {
        self.position = end;
        Token { kind, start: start as u32, end: end as u32 }
    }

    fn normal(&mut self, braces: u32) -> Token {
        let mut at = self.position;
        loop {
            let Some(&byte) = self.bytes.get(at) else {
                return self.token(TokenKind::End, at, at);
            };
            match CLASSES[byte as usize] {
                Class::Space => at += 1,
                Class::Newline => {
                    self.newline = true;
                    at += 1;
                }
                Class::Return if self.byte(at + 1) == b'\n' => at += 1,
                Class::Hash => at = self.line_end(at),
                Class::Slash => match self.byte(at + 1) {
                    b'/' => at = self.line_end(at),
                    b'*' => {
                        let Some(end) = self.comment_end(at) else {
                            let end = self.bytes.len();
                            return self.token(TokenKind::UnterminatedComment, at, end);
                        };
                        at = end;
                    }
                    _ => return self.token(TokenKind::Slash, at, at + 1),
                },
                Class::Letter => return self.name(at),
                Class::Digit => return self.number(at),
                Class::Quote => return self.quote(at),
                Class::Mark => return self.punctuation(byte, at, braces),
                Class::Wide => return self.wide(at),
                Class::Return | Class::Other => return self.token(TokenKind::Invalid, at, at + 1),
            }
        }
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
    }

    fn comment_end(&self, at: usize) -> Option<usize> {
        let rest = &self.bytes[at + 2..];
        rest.windows(2).position(|pair| pair == b"*/").map(|found| at + found + 4)
    }

    fn name(&mut self, start: usize) -> Token {
        let mut end = start + 1;
        loop {
            while let Some(&byte) = self.bytes.get(end)
                && NAME[byte as usize]
            {
                end += 1;
            }
            if self.byte(end) < 0x80 {
                return self.token(TokenKind::Ident, start, end);
            }
            match self.text[end..].chars().next() {
                Some(c) if is_name_continue(c) => end += c.len_utf8(),
                _ => return self.token(TokenKind::Ident, start, end),
            }
        }
    }

    fn wide(&mut self, start: usize) -> Token {
        let c = self.text[start..].chars().next().unwrap_or(' ');
        if is_name_start(c) {
            // The first character's last byte stands for the first byte of an ASCII name.
            let token = self.name(start + c.len_utf8() - 1);
            return self.token(TokenKind::Ident, start, token.end as usize);
        }
        self.token(TokenKind::Invalid, start, start + c.len_utf8())
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.byte(at).is_ascii_digit() {
            at += 1;
        }
        at
    }

    fn number(&mut self, start: usize) -> Token {
        let mut end = self.digits(start);
        if self.byte(end) == b'.' && self.byte(end + 1).is_ascii_digit() {
            end = self.digits(end + 1);
        }
        if matches!(self.byte(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(end + 1), b'+' | b'-'));
            if self.byte(end + 1 + sign).is_ascii_digit() {
                end = self.digits(end + 1 + sign);
            }
        }
        self.token(TokenKind::Number, start, end)
    }

    /// Reads a plain string whole; of any other, only its quote.
    fn quote(&mut self, start: usize) -> Token {
        let mut at = start + 1;
        while let Some(&byte) = self.bytes.get(at) {
            if TEXT_STOP[byte as usize] {
                match byte {
                    b'"' => return self.token(TokenKind::QuotedString, start, at + 1),
                    b'$' | b'%' if self.byte(at + 1) != b'{' => {}
                    _ => break,
                }
            }
            at += 1;
        }
        self.push(Mode::Quoted);
        self.token(TokenKind::QuoteOpen, start, start + 1)
    }

    fn punctuation(&mut self, byte: u8, at: usize, braces: u32) -> Token {
        let next = self.byte(at + 1);
        let (kind, len) = match (byte, next) {
            (b'{', _) => {
                self.mode = Mode::Normal { braces: braces + 1 };
                (TokenKind::BraceOpen, 1)
            }
            (b'}', _) => return self.close_brace(at, braces),
            (b'~', b'}') if braces == 0 && !self.outer.is_empty() => {
                self.pop();
                (TokenKind::TemplateClose, 2)
            }
            (b'<', b'<') => return self.heredoc_open(at),
            (b'.', b'.') if self.byte(at + 2) == b'.' => (TokenKind::Ellipsis, 3),
            (b'=', b'=') => (TokenKind::EqualEqual, 2),
            (b'=', b'>') => (TokenKind::Arrow, 2),
            (b'!', b'=') => (TokenKind::NotEqual, 2),
            (b'<', b'=') => (TokenKind::LessEqual, 2),
            (b'>', b'=') => (TokenKind::GreaterEqual, 2),
            (b'&', b'&') => (TokenKind::And, 2),
            (b'|', b'|') => (TokenKind::Or, 2),
            (b':', b':') => (TokenKind::DoubleColon, 2),
            _ => (single(byte), 1),
        };
        self.token(kind, at, at + len)
    }

    fn close_brace(&mut self, at: usize, braces: u32) -> Token {
        if braces == 0 && !self.outer.is_empty() {
            self.pop();
            return self.token(TokenKind::TemplateClose, at, at + 1);
        }
        self.mode = Mode::Normal { braces: braces.saturating_sub(1) };
        self.token(TokenKind::BraceClose, at, at + 1)
    }
}

const fn single(byte: u8) -> TokenKind {
    match byte {
        b'[' => TokenKind::BracketOpen,
        b']' => TokenKind::BracketClose,
        b'(' => TokenKind::ParenOpen,
        b')' => TokenKind::ParenClose,
        b',' => TokenKind::Comma,
        b'.' => TokenKind::Dot,
        b':' => TokenKind::Colon,
        b'?' => TokenKind::Question,
        b'=' => TokenKind::Equal,
        b'<' => TokenKind::Less,
        b'>' => TokenKind::Greater,
        b'+' => TokenKind::Plus,
        b'-' => TokenKind::Minus,
        b'*' => TokenKind::Star,
        b'%' => TokenKind::Percent,
        b'!' => TokenKind::Not,
        _ => TokenKind::Invalid,
    }
}
