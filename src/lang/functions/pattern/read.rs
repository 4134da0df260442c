//! The reader of patterns outside of character classes.

use super::{PatternError, class};

/// Repetitions and their products may be at most this.
const REPEAT_MAX: u32 = 1000;

/// Groups inside of groups may be at most this deep.
const DEPTH_MAX: usize = 200;

/// A pattern as it is read.
pub(super) struct Read<'a> {
    pub(super) pattern: &'a str,
    pub(super) at: usize,
    pub(super) out: String,
    pub(super) names: Vec<Option<String>>,
    depth: usize,
    /// Something stands before that a repetition can apply to.
    repeatable: bool,
    /// Where the repetition just read starts.
    last_repeat: Option<usize>,
}

/// Reads a whole pattern.
pub(super) fn read(pattern: &str) -> Result<Read<'_>, PatternError> {
    let mut read = Read {
        pattern,
        at: 0,
        out: String::with_capacity(pattern.len() + 16),
        names: Vec::new(),
        depth: 0,
        repeatable: false,
        last_repeat: None,
    };
    while let Some(c) = read.peek() {
        read.item(c)?;
    }
    if read.depth > 0 {
        return Err(read.error("missing closing )", 0));
    }
    Ok(read)
}

impl Read<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.pattern[self.at..].chars().next()
    }

    pub(super) fn eat(&mut self, wanted: &str) -> bool {
        let found = self.pattern[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Returns an error about the pattern from `start` up to here, or all of it if `start` is 0 and
    /// nothing was read.
    pub(super) fn error(&self, problem: &'static str, start: usize) -> PatternError {
        PatternError { problem, part: self.pattern[start..self.at].to_owned() }
    }

    fn item(&mut self, c: char) -> Result<(), PatternError> {
        let start = self.at;
        let last_repeat = self.last_repeat.take();
        match c {
            '*' | '+' | '?' => {
                self.at += 1;
                self.out.push(c);
                return self.repetition(start, last_repeat);
            }
            '{' => match self.counts() {
                Some((low, high)) => {
                    let bad = low > REPEAT_MAX || high.is_some_and(|h| h > REPEAT_MAX || h < low);
                    if bad {
                        return Err(self.error("invalid repeat count", start));
                    }
                    let counts = &self.pattern[start..self.at];
                    self.out.push_str(counts);
                    return self.repetition(start, last_repeat);
                }
                None => self.literal('{'),
            },
            '(' => return self.open(start),
            ')' if self.depth == 0 => {
                self.at = self.pattern.len();
                return Err(self.error("unexpected )", 0));
            }
            ')' => {
                self.depth -= 1;
                self.copy(c);
            }
            '|' => {
                self.copy(c);
                self.repeatable = false;
                return Ok(());
            }
            '^' | '$' | '.' => self.copy(c),
            '[' => class::read(self)?,
            '\\' => self.escaped(start)?,
            c => {
                self.at += c.len_utf8() - 1;
                self.literal(c);
            }
        }
        self.repeatable = true;
        Ok(())
    }

    fn copy(&mut self, c: char) {
        self.at += 1;
        self.out.push(c);
    }

    /// Writes a character that means itself; the caller has moved beyond all of it but one byte.
    fn literal(&mut self, c: char) {
        self.at += 1;
        self.out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
    }

    fn repetition(&mut self, start: usize, last: Option<usize>) -> Result<(), PatternError> {
        if self.eat("?") {
            self.out.push('?');
        }
        if !self.repeatable {
            return Err(self.error("missing argument to repetition operator", start));
        }
        if let Some(last) = last {
            return Err(self.error("invalid nested repetition operator", last));
        }
        self.last_repeat = Some(start);
        Ok(())
    }

    /// Reads `{2}`, `{2,}` or `{2,3}`; anything else is literal text.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        let inner = self.pattern[self.at + 1..].split_once('}')?.0;
        let number = |digits: &str| -> Option<u32> {
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let zeros = digits.len() > 1 && digits.starts_with('0');
            (plain && !zeros).then(|| digits.parse().unwrap_or(u32::MAX))
        };
        let counts = match inner.split_once(',') {
            None => number(inner).map(|n| (n, Some(n)))?,
            Some((low, "")) => (number(low)?, None),
            Some((low, high)) => (number(low)?, Some(number(high)?)),
        };
        self.at += inner.len() + 2;
        Some(counts)
    }

    fn open(&mut self, start: usize) -> Result<(), PatternError> {
        self.at += 1;
        self.repeatable = false;
        if !self.eat("?") {
            self.names.push(None);
            self.out.push('(');
            return self.nest();
        }
        if self.eat("P<") || (self.pattern[self.at..].starts_with('<') && self.eat("<")) {
            let rest = &self.pattern[self.at..];
            let Some((name, _)) = rest.split_once('>') else {
                self.at = self.pattern.len();
                return Err(self.error("invalid named capture", start));
            };
            let name = name.to_owned();
            self.at += name.len() + 1;
            let valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(valid) {
                return Err(self.error("invalid named capture", start));
            }
            self.names.push(Some(name));
            self.out.push('(');
            return self.nest();
        }
        self.flags(start)
    }

    fn nest(&mut self) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            self.at = self.pattern.len();
            return Err(self.error("expression nests too deeply", 0));
        }
        Ok(())
    }

    /// Reads `i-s)` or `i-s:` after `(?`.
    fn flags(&mut self, start: usize) -> Result<(), PatternError> {
        let (mut minus, mut any) = (false, false);
        loop {
            let Some(c) = self.peek() else {
                return Err(self.error("invalid or unsupported Perl syntax", start));
            };
            self.at += c.len_utf8();
            match c {
                'i' | 'm' | 's' | 'U' => any = true,
                '-' if !minus => {
                    minus = true;
                    any = false;
                }
                ':' | ')' if !minus || any => {
                    self.out.push_str(&self.pattern[start..self.at]);
                    return if c == ':' { self.nest() } else { Ok(()) };
                }
                _ => return Err(self.error("invalid or unsupported Perl syntax", start)),
            }
        }
    }

    fn escaped(&mut self, start: usize) -> Result<(), PatternError> {
        let rest = &self.pattern[start + 1..];
        if let Some(quoted) = rest.strip_prefix('Q') {
            let (inside, closed) = match quoted.find("\\E") {
                Some(end) => (&quoted[..end], 2),
                None => (quoted, 0),
            };
            self.out.push_str(&regex::escape(inside));
            self.at += 2 + inside.len() + closed;
            return Ok(());
        }
        let boundary = match rest.chars().next() {
            Some('A') => Some("\\A"),
            Some('z') => Some("\\z"),
            Some('b') => Some("(?-u:\\b)"),
            Some('B') => Some("(?-u:\\B)"),
            Some('d') => Some("[0-9]"),
            Some('D') => Some("[^0-9]"),
            Some('s') => Some("[\\t\\n\\f\\r ]"),
            Some('S') => Some("[^\\t\\n\\f\\r ]"),
            Some('w') => Some("(?-i:[0-9A-Za-z_])"),
            Some('W') => Some("(?-i:[^0-9A-Za-z_])"),
            _ => None,
        };
        if let Some(written) = boundary {
            self.at += 2;
            self.out.push_str(written);
            return Ok(());
        }
        if let Some(class) = class::unicode(self)? {
            self.out.push_str(&class);
            return Ok(());
        }
        let c = class::escape(self)?;
        self.out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
        Ok(())
    }
}
