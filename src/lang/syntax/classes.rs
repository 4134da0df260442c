//! Classes of bytes and characters for the lexer; knows no tokens.

/// What a byte can begin or be part of.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// Not in the language.
    Other,
    /// Space or tab.
    Space,
    /// Line feed.
    Newline,
    /// Carriage return.
    Return,
    /// `#`
    Hash,
    /// `/`
    Slash,
    /// ASCII letter or underscore.
    Letter,
    /// ASCII digit.
    Digit,
    /// `"`
    Quote,
    /// Any other mark.
    Mark,
    /// A byte of a character beyond ASCII.
    Wide,
}

/// The class of each byte.
pub(super) static CLASSES: [Class; 256] = classes();

/// Bytes that continue a name.
pub(super) static NAME: [bool; 256] = names();

/// Bytes at which a run of text in a template has to be looked at.
pub(super) static TEXT_STOP: [bool; 256] = stops(b"\"\\$%\n");

const fn classes() -> [Class; 256] {
    let mut table = [Class::Other; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b' ' | b'\t' => Class::Space,
            b'\n' => Class::Newline,
            b'\r' => Class::Return,
            b'#' => Class::Hash,
            b'/' => Class::Slash,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'"' => Class::Quote,
            b'!' | b'%' | b'&' | b'(' | b')' | b'*' | b'+' | b',' | b'-' | b'.' | b':' | b'<'
            | b'=' | b'>' | b'?' | b'[' | b']' | b'{' | b'|' | b'}' | b'~' => Class::Mark,
            0x80..=0xff => Class::Wide,
            _ => Class::Other,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

const fn names() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        byte += 1;
    }
    table
}

const fn stops(list: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < list.len() {
        table[list[at] as usize] = true;
        at += 1;
    }
    table
}

/// Returns whether a character begins a name (`ID_Start` of UAX 31, and the underscore).
pub(super) fn is_name_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c) || is_id_only(c) || is_id_start_only(c)
}

/// Returns whether a character continues a name (`ID_Continue` of UAX 31, and the hyphen).
pub(super) fn is_name_continue(c: char) -> bool {
    c == '-' || unicode_ident::is_xid_continue(c) || is_id_only(c)
}

/// Characters of `ID_Start` and `ID_Continue` that the `XID` sets leave out.
fn is_id_only(c: char) -> bool {
    matches!(c,
        '\u{37a}' | '\u{309b}'..='\u{309c}' | '\u{fc5e}'..='\u{fc63}' | '\u{fdfa}'..='\u{fdfb}'
        | '\u{fe70}' | '\u{fe72}' | '\u{fe74}' | '\u{fe76}' | '\u{fe78}' | '\u{fe7a}'
        | '\u{fe7c}' | '\u{fe7e}')
}

/// Characters of `ID_Start` that `XID_Start` alone leaves out.
fn is_id_start_only(c: char) -> bool {
    matches!(c, '\u{e33}' | '\u{eb3}' | '\u{ff9e}'..='\u{ff9f}')
}
