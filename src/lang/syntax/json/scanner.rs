//! Tokens of JSON texts, made on demand; what is wrong inside of one is the parser's to say.

use crate::{index::number, syntax::tree::ByteRange};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `{`
    BraceOpen,
    /// `}`
    BraceClose,
    /// `[`
    BracketOpen,
    /// `]`
    BracketClose,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `=`, which has no place in JSON.
    Equal,
    /// From one quote to the other, or, of a string that is not closed, to the end of its line.
    String {
        /// Whether the closing quote is there.
        closed: bool,
    },
    /// What begins with a digit or sign.
    Number,
    /// What begins with a letter.
    Keyword,
    /// Any other character.
    Other,
    /// Behind the text.
    End,
}

/// Cuts a text into tokens.
pub(super) struct Scanner<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Scanner<'t> {
    /// Returns a scanner that stands at the start, behind a BOM.
    pub(super) fn new(text: &'t str) -> Self {
        let position = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, position }
    }

    /// Returns the next token with its place; at the end, [`Token::End`] again and again.
    pub(super) fn next(&mut self) -> (Token, ByteRange) {
        let bytes = self.text.as_bytes();
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.position += bytes[self.position..].iter().take_while(|byte| is_space(byte)).count();
        let start = self.position;
        let token = match bytes.get(start) {
            None => Token::End,
            Some(b'{') => Token::BraceOpen,
            Some(b'}') => Token::BraceClose,
            Some(b'[') => Token::BracketOpen,
            Some(b']') => Token::BracketClose,
            Some(b',') => Token::Comma,
            Some(b':') => Token::Colon,
            Some(b'=') => Token::Equal,
            Some(b'"') => Token::String { closed: true },
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => Token::Number,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => Token::Keyword,
            Some(_) => Token::Other,
        };
        let (token, length) = Self::measure(token, &self.text[start..]);
        self.position += length;
        (token, ByteRange { start: number(start), end: number(self.position) })
    }

    /// Goes to the end.
    pub(super) fn stop(&mut self) {
        self.position = self.text.len();
    }

    fn measure(token: Token, rest: &str) -> (Token, usize) {
        let while_in = |set: fn(&u8) -> bool| rest.bytes().take_while(set).count();
        match token {
            Token::End => (token, 0),
            Token::String { .. } => string(rest),
            Token::Number => (token, while_in(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))),
            Token::Keyword => (token, while_in(|b| b.is_ascii_alphanumeric() || *b == b'_')),
            Token::Other => (token, rest.chars().next().map_or(0, char::len_utf8)),
            Token::BraceOpen
            | Token::BraceClose
            | Token::BracketOpen
            | Token::BracketClose
            | Token::Comma
            | Token::Colon
            | Token::Equal => (token, 1),
        }
    }
}

/// Returns a string's token and its length.
fn string(rest: &str) -> (Token, usize) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return (Token::String { closed: true }, at + 1),
            b'\n' => break,
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
            _ => at += 1,
        }
    }
    // A carriage return belongs to the end of the line.
    let at = at.min(bytes.len());
    let line = at - usize::from(at > 1 && bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n'));
    (Token::String { closed: false }, floor(rest, line))
}

/// Returns the greatest boundary of a character up to an offset.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
