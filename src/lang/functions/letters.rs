//! Case of single characters: the simple mappings of Unicode, one character to one.
//!
//! `upper("ß")` is `"ß"` in the language, and the length of a text never changes with its case.

/// Returns the lower-case form.
pub(super) fn lower(c: char) -> char {
    // The first character is the simple mapping in the one case of several (`İ`).
    c.to_lowercase().next().unwrap_or(c)
}

/// Returns the upper-case form.
pub(super) fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => with_iota(c),
    }
}

/// Returns the form for the beginning of a word.
pub(super) fn title(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        c => upper(c),
    }
}

/// Returns whether a word may begin after the character.
pub(super) fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !c.is_alphanumeric() && c.is_whitespace()
}

/// Greek vowels with iota subscript have a simple upper-case form beside the full one.
fn with_iota(c: char) -> char {
    let code = u32::from(c);
    let shift = match code {
        0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7 => 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => 9,
        _ => 0,
    };
    char::from_u32(code + shift).unwrap_or(c)
}
