//! Strings of JSON: checking them, and what they mean, with the way back to where that is written.

use super::faults;
use crate::{
    index::number,
    syntax::{faults::Fault, tree::ByteRange},
};
use std::borrow::Cow;

/// Returns the mistakes between the quotes of a string, whose content begins at an offset.
pub(super) fn faults(content: &str, start: u32) -> Vec<(Fault, ByteRange)> {
    let mut found = Vec::new();
    let bytes = content.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let (fault, length) = match bytes[at] {
            b'\\' => escape(&bytes[at..]),
            0..0x20 => (Some(faults::CONTROL), 1),
            _ => (None, 1),
        };
        if let Some(fault) = fault {
            let end = char_end(content, at + length);
            let range = ByteRange { start: start + number(at), end: start + number(end) };
            found.push((fault, range));
            at = end;
        } else {
            at += length;
        }
    }
    found
}

/// Returns what is wrong with an escape sequence, and its length.
fn escape(rest: &[u8]) -> (Option<Fault>, usize) {
    match rest.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (None, 2),
        Some(b'u') => {
            let digits = rest[2..].iter().take(4).take_while(|b| b.is_ascii_hexdigit()).count();
            (Some(faults::ESCAPE).filter(|_| digits < 4), 2 + digits)
        }
        _ => (Some(faults::ESCAPE), 2),
    }
}

/// Returns the meaning of what stands between the quotes of a string without mistakes.
pub(super) fn meaning(content: &str) -> Cow<'_, str> {
    if content.contains('\\') { Cow::Owned(unescape(content).0) } else { Cow::Borrowed(content) }
}

/// Returns the meaning of what stands between quotes, and pairs of offsets in it and in the
/// content between which both go in step.
pub(in crate::syntax) fn unescape(content: &str) -> (String, Vec<(u32, u32)>) {
    let mut text = String::with_capacity(content.len());
    let mut steps = vec![(0, 0)];
    let mut at = 0;
    while let Some(found) = content[at..].find('\\') {
        text.push_str(&content[at..at + found]);
        at += found;
        steps.push((number(text.len()), number(at)));
        at += one(&content[at..], &mut text);
        steps.push((number(text.len()), number(at)));
    }
    text.push_str(&content[at..]);
    (text, steps)
}

/// Appends what the escape at the start stands for and returns its length; half of a surrogate pair
/// is read as U+FFFD.
fn one(rest: &str, text: &mut String) -> usize {
    let plain = match rest.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return code_point(rest, text),
        _ => rest.chars().nth(1).unwrap_or('\\'),
    };
    text.push(plain);
    (1 + plain_length(rest)).min(rest.len())
}

fn plain_length(rest: &str) -> usize {
    rest.chars().nth(1).map_or(0, char::len_utf8)
}

fn code_point(rest: &str, text: &mut String) -> usize {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(0) else { return rest.len().min(2) };
    let pair: Vec<u16> = std::iter::once(first).chain(unit(6)).collect();
    let (c, units) = match char::decode_utf16(pair.iter().copied()).next() {
        Some(Ok(c)) => (c, c.len_utf16()),
        _ => (char::REPLACEMENT_CHARACTER, 1),
    };
    text.push(c);
    units * 6
}

fn char_end(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len())
}
