//! What is said of characters that have no place in the language; finding them is the lexer's.

use super::faults::{self, Fault};
use infra_model::diagnostic::Diagnostic;

/// The bytes that an expression may have to be repeated in a help.
const SHOWN_BYTES_MAX: usize = 40;

/// Returns the mistake of the character that a text starts with.
pub(super) fn fault(rest: &str) -> Fault {
    match rest.chars().next() {
        Some('&') => faults::OPERATOR_AND,
        Some('|') => faults::OPERATOR_OR,
        Some('~') => faults::OPERATOR_NOT,
        Some('^') => faults::OPERATOR_BITS,
        Some('\'') => faults::CHARACTER_QUOTE,
        Some('`') => faults::CHARACTER_BACKTICK,
        Some(';') => faults::CHARACTER_SEMICOLON,
        Some('$') if rest.starts_with("${") => faults::CHARACTER_DOLLAR,
        Some('\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}') => faults::CHARACTER_CURLY,
        _ => faults::CHARACTER,
    }
}

/// Adds to a mistake what can be said of this one: a character that nobody sees is named, and an
/// expression in `${` and `}` is shown without them.
pub(super) fn named(rest: &str, diagnostic: Diagnostic) -> Diagnostic {
    let inner =
        rest.strip_prefix("${").and_then(|rest| rest.split_once('}')).map(|(inner, _)| inner);
    if let Some(inner) = inner.map(str::trim)
        && (1..=SHOWN_BYTES_MAX).contains(&inner.len())
        && !inner.contains(['\n', '{', '"'])
    {
        return diagnostic.help(format!("write `{inner}`; `${{` and `}}` are for strings"));
    }
    let Some(c) = rest.chars().next().filter(|c| is_invisible(*c)) else { return diagnostic };
    let name = name(c).map_or_else(String::new, |name| format!(" ({name})"));
    diagnostic
        .detail(format!(
            "This character cannot be seen: U+{:04X}{name}. It is not used within the language.",
            u32::from(c)
        ))
        .help("remove it, or write a space")
}

fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

fn name(c: char) -> Option<&'static str> {
    Some(match c {
        '\0' => "null",
        '\r' => "carriage return without a line feed",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202f}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{3000}' => "ideographic space",
        '\u{feff}' => "byte order mark",
        _ => return None,
    })
}
