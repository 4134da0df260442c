//! Character classes in brackets, classes of Unicode, and escapes of single characters.

use super::{PatternError, read::Read};

const BAD_RANGE: &str = "invalid character class range";
const BAD_ESCAPE: &str = "invalid escape sequence";

/// The names that may stand in `[[:name:]]`.
const NAMES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Reads a class from its opening bracket on.
pub(super) fn read(read: &mut Read<'_>) -> Result<(), PatternError> {
    let start = read.at;
    read.at += 1;
    read.out.push('[');
    if read.eat("^") {
        read.out.push('^');
    }
    let mut first = true;
    loop {
        if read.peek().is_none() {
            return Err(read.error("missing closing ]", start));
        }
        if !first && read.eat("]") {
            read.out.push(']');
            return Ok(());
        }
        first = false;
        if named(read)? || perl(read) {
            continue;
        }
        if let Some(class) = unicode(read)? {
            read.out.push_str(&class);
            continue;
        }
        range(read, start)?;
    }
}

/// Reads a single character or a range of them.
fn range(read: &mut Read<'_>, class: usize) -> Result<(), PatternError> {
    let start = read.at;
    let low = character(read, class)?;
    let rest = &read.pattern[read.at..];
    let high = if rest.starts_with('-') && !rest.starts_with("-]") && rest.len() > 1 {
        read.at += 1;
        character(read, class)?
    } else {
        low
    };
    if high < low {
        return Err(read.error(BAD_RANGE, start));
    }
    let (low, high) = (u32::from(low), u32::from(high));
    let written = format!("\\x{{{low:x}}}-\\x{{{high:x}}}");
    read.out.push_str(&written);
    Ok(())
}

fn character(read: &mut Read<'_>, class: usize) -> Result<char, PatternError> {
    match read.peek() {
        None => Err(read.error("missing closing ]", class)),
        Some('\\') => escape(read),
        Some(c) => {
            read.at += c.len_utf8();
            Ok(c)
        }
    }
}

/// Reads `[:alpha:]` or `[:^alpha:]`.
fn named(read: &mut Read<'_>) -> Result<bool, PatternError> {
    let rest = &read.pattern[read.at..];
    let Some(end) = rest.strip_prefix("[:").and_then(|inner| inner.find(":]")) else {
        return Ok(false);
    };
    let written = &rest[..end + 4];
    let name = rest[2..2 + end].trim_start_matches('^');
    let start = read.at;
    read.at += written.len();
    if !NAMES.contains(&name) {
        return Err(read.error(BAD_RANGE, start));
    }
    read.out.push_str(written);
    Ok(true)
}

/// Reads `\d` and its like, which are of ASCII.
fn perl(read: &mut Read<'_>) -> bool {
    let known = [
        ("\\d", "0-9"),
        ("\\D", "[^0-9]"),
        ("\\s", "\\t\\n\\f\\r "),
        ("\\S", "[^\\t\\n\\f\\r ]"),
        ("\\w", "0-9A-Za-z_"),
        ("\\W", "[^0-9A-Za-z_]"),
    ];
    for (name, class) in known {
        if read.eat(name) {
            read.out.push_str(class);
            return true;
        }
    }
    false
}

/// Reads `\pL`, `\p{Greek}`, `\P{^Greek}`; `None` if nothing like that stands here.
pub(super) fn unicode(read: &mut Read<'_>) -> Result<Option<String>, PatternError> {
    let start = read.at;
    let rest = &read.pattern[start..];
    let Some(after) = rest.strip_prefix("\\p").or_else(|| rest.strip_prefix("\\P")) else {
        return Ok(None);
    };
    let mut negated = rest.starts_with("\\P");
    let name = if let Some(braced) = after.strip_prefix('{') {
        let Some((name, _)) = braced.split_once('}') else {
            read.at = read.pattern.len();
            return Err(read.error(BAD_RANGE, start));
        };
        read.at += 4 + name.len();
        name
    } else {
        let len = after.chars().next().map_or(0, char::len_utf8);
        read.at += 2 + len;
        &after[..len]
    };
    let name = match name.strip_prefix('^') {
        Some(name) => {
            negated = !negated;
            name
        }
        None => name,
    };
    let class = format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' });
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && regex::Regex::new(&class).is_ok() {
        return Ok(Some(class));
    }
    Err(read.error(BAD_RANGE, start))
}

/// Reads the escape of one character, backslash included.
pub(super) fn escape(read: &mut Read<'_>) -> Result<char, PatternError> {
    let start = read.at;
    read.at += 1;
    let Some(c) = read.peek() else {
        return Err(PatternError {
            problem: "trailing backslash at end of expression",
            part: String::new(),
        });
    };
    read.at += c.len_utf8();
    let plain = match c {
        'a' => Some('\u{7}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        '0' => octal(read, 0),
        '1'..='7' if matches!(read.peek(), Some('0'..='7')) => {
            octal(read, c.to_digit(8).unwrap_or(0))
        }
        'x' => hexadecimal(read),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
        _ => None,
    };
    plain.ok_or_else(|| read.error(BAD_ESCAPE, start))
}

/// Reads up to two more octal digits.
fn octal(read: &mut Read<'_>, first: u32) -> Option<char> {
    let mut value = first;
    for _ in 0..2 {
        let Some(digit) = read.peek().and_then(|c| c.to_digit(8)) else { break };
        value = value * 8 + digit;
        read.at += 1;
    }
    char::from_u32(value)
}

/// Reads `{1F600}` or two digits.
fn hexadecimal(read: &mut Read<'_>) -> Option<char> {
    let braced = read.eat("{");
    let mut value = 0u32;
    let mut count = 0;
    while let Some(digit) = read.peek().and_then(|c| c.to_digit(16)) {
        if !braced && count == 2 {
            break;
        }
        value = value * 16 + digit;
        count += 1;
        read.at += 1;
        if value > u32::from(char::MAX) {
            return None;
        }
    }
    let complete = if braced { count > 0 && read.eat("}") } else { count == 2 };
    if complete {
        return char::from_u32(value);
    }
    // The message shows the character that does not belong.
    read.at += read.peek().map_or(0, char::len_utf8);
    None
}
