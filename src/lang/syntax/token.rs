//! Tokens, and the lossless token stream for who needs whitespace and comments.
//!
//! The parser does not use [`tokenize`]: its lexer skips trivia. Here the gaps it leaves are
//! filled, so that the texts of the tokens, one after another, are the text byte for byte.

use super::lexer::Lexer;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// Spaces and tabs, or a byte order mark; only from [`tokenize`].
    Whitespace,
    /// A line end outside of templates.
    Newline,
    /// A comment without its line end; only from [`tokenize`].
    Comment,
    /// A name.
    Ident,
    /// A number.
    Number,
    /// A whole quoted string without escapes, interpolations or directives, quotes included.
    QuotedString,
    /// `"` at the start of any other quoted string.
    QuoteOpen,
    /// `"` at its end.
    QuoteClose,
    /// `<<EOT` or `<<-EOT` with its line end.
    HeredocOpen,
    /// The line with the marker that ends a heredoc, without its line end.
    HeredocClose,
    /// Text in a template; outside of quotes it ends with the line.
    TemplateText,
    /// `${` or `${~`
    InterpolationOpen,
    /// `%{` or `%{~`
    DirectiveOpen,
    /// `}` or `~}` at the end of an interpolation or directive.
    TemplateClose,
    /// `{`
    BraceOpen,
    /// `}`
    BraceClose,
    /// `[`
    BracketOpen,
    /// `]`
    BracketClose,
    /// `(`
    ParenOpen,
    /// `)`
    ParenClose,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `...`
    Ellipsis,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `?`
    Question,
    /// `=`
    Equal,
    /// `=>`
    Arrow,
    /// `==`
    EqualEqual,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `!`
    Not,
    /// Nothing, where a template ends without its closing mark.
    Unterminated,
    /// A comment without its end; runs to the end of the text.
    UnterminatedComment,
    /// A character that has no place in the language.
    Invalid,
    /// Nothing, at the end of the text.
    End,
}

/// A token and the bytes it is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Offset of its first byte.
    pub start: u32,
    /// Offset behind its last byte.
    pub end: u32,
}

impl Token {
    /// Returns the number of bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Returns whether it stands for a place and has no bytes.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Returns all tokens of a file, trivia included and empty ones left out.
///
/// Never fails: what does not belong to the language becomes [`TokenKind::Invalid`].
/// A text longer than [`FILE_BYTES_MAX`](super::limits::FILE_BYTES_MAX) has no tokens.
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    if text.len() > super::limits::FILE_BYTES_MAX {
        return tokens;
    }
    let mut lexer = Lexer::file(text);
    let mut end = 0;
    loop {
        let token = lexer.next_token();
        trivia(text.as_bytes(), end, token.start, &mut tokens);
        end = token.end;
        if !token.is_empty() {
            tokens.push(token);
        }
        if token.kind == TokenKind::End {
            return tokens;
        }
    }
}

/// Splits the gap between two tokens into whitespace, newlines and comments.
fn trivia(bytes: &[u8], mut start: u32, end: u32, tokens: &mut Vec<Token>) {
    while start < end {
        let rest = &bytes[start as usize..end as usize];
        let (kind, len) = match rest {
            [b'\n', ..] => (TokenKind::Newline, 1),
            [b'\r', b'\n', ..] => (TokenKind::Newline, 2),
            [b'/', b'*', ..] => (TokenKind::Comment, block_comment_len(rest)),
            [b'#' | b'/', ..] => (TokenKind::Comment, line_len(rest)),
            _ => (TokenKind::Whitespace, whitespace_len(rest)),
        };
        let next = start + u32::try_from(len).unwrap_or(end - start);
        tokens.push(Token { kind, start, end: next });
        start = next;
    }
}

fn block_comment_len(bytes: &[u8]) -> usize {
    bytes[2..].windows(2).position(|pair| pair == b"*/").map_or(bytes.len(), |at| at + 4)
}

fn line_len(bytes: &[u8]) -> usize {
    let len = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    if len < bytes.len() && bytes[len - 1] == b'\r' { len - 1 } else { len }
}

fn whitespace_len(bytes: &[u8]) -> usize {
    let trivia = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'#' | b'/');
    bytes.iter().position(trivia).unwrap_or(bytes.len()).max(1)
}
