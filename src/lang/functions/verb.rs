//! One verb of a format: its grammar and what it makes of a value.
//!
//! `%`, flags (`0 # - + space`), an argument as `[n]`, a width, a precision after a point, a letter.

use super::{
    FunctionError,
    arguments::quoted,
    digits::{self, Decimal},
};
use infra_model::{convert::convert, number::Number, types::Type, value::Value};
use unicode_segmentation::UnicodeSegmentation;

/// The width and the precision that a verb may ask for.
const WIDTH_MAX: usize = 1_000_000;

/// A verb, or with mode `%` literal text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Verb<'a> {
    /// The verb as written, or the text.
    pub(super) raw: &'a str,
    /// Where it starts, in bytes.
    pub(super) offset: usize,
    /// The argument that it names, counted from zero.
    pub(super) argument: Option<usize>,
    /// Its letter.
    pub(super) mode: char,
    flags: Flags,
    width: Option<usize>,
    precision: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // These are the five flags of the grammar.
struct Flags {
    zero: bool,
    sharp: bool,
    minus: bool,
    plus: bool,
    space: bool,
}

/// Returns the pieces of a pattern in order, up to the first error.
pub(super) fn verbs(pattern: &str) -> Pieces<'_> {
    Pieces { pattern, at: 0 }
}

/// An iterator over the pieces of a pattern.
pub(super) struct Pieces<'a> {
    pattern: &'a str,
    at: usize,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Verb<'a>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let (start, rest) = (self.at, &self.pattern[self.at..]);
        if rest.is_empty() {
            return None;
        }
        let literal = |raw| Verb { raw, offset: start, mode: '%', ..Verb::default() };
        if !rest.starts_with('%') {
            let end = rest.find('%').unwrap_or(rest.len());
            self.at += end;
            return Some(Ok(literal(&rest[..end])));
        }
        if rest.starts_with("%%") {
            self.at += 2;
            return Some(Ok(literal("%")));
        }
        self.at += 1;
        let verb = self.verb(start);
        if verb.is_err() {
            self.at = self.pattern.len();
        }
        Some(verb)
    }
}

impl<'a> Pieces<'a> {
    fn peek(&self) -> Option<char> {
        self.pattern[self.at..].chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn digits(&mut self) -> usize {
        let mut value = 0usize;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(digit as usize);
            self.at += 1;
        }
        value
    }

    fn verb(&mut self, offset: usize) -> Result<Verb<'a>, String> {
        let mut verb = Verb { offset, ..Verb::default() };
        loop {
            match self.peek() {
                Some('0') => verb.flags.zero = true,
                Some('#') => verb.flags.sharp = true,
                Some('-') => verb.flags.minus = true,
                Some('+') => verb.flags.plus = true,
                Some(' ') => verb.flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        if self.eat('[') {
            if !matches!(self.peek(), Some('1'..='9')) {
                return Err(self.unrecognized());
            }
            verb.argument = Some(self.digits() - 1);
            if !self.eat(']') {
                return Err(self.unrecognized());
            }
        }
        if matches!(self.peek(), Some('1'..='9')) {
            verb.width = Some(self.digits());
        }
        if self.eat('.') {
            verb.precision = Some(self.digits());
        }
        match self.peek() {
            Some(mode) if mode.is_ascii_alphabetic() => verb.mode = mode,
            _ => return Err(self.unrecognized()),
        }
        self.at += 1;
        verb.raw = &self.pattern[offset..self.at];
        Ok(verb)
    }

    fn unrecognized(&self) -> String {
        match self.peek() {
            Some(c) => format!("unrecognized format character '{c}' at offset {}", self.at),
            None => format!("invalid format string starting at offset {}", self.at),
        }
    }
}

impl Verb<'_> {
    /// Returns the text for a known value.
    pub(super) fn render(&self, value: &Value) -> Result<String, FunctionError> {
        let asked = self.width.unwrap_or(0).max(self.precision.unwrap_or(0));
        if asked > WIDTH_MAX {
            return Err(FunctionError::call(format!(
                "the width {asked} in {} is too large; at most {WIDTH_MAX} is allowed",
                quoted(self.raw)
            )));
        }
        if self.mode != 'v' && value.is_null() {
            return Err(self.unsupported("null value cannot be formatted"));
        }
        match self.mode {
            'v' => self.plain(value),
            't' => self.converted(value, &Type::Bool).map(|value| value.to_string()),
            'b' | 'd' | 'o' | 'x' | 'X' => {
                let number = self.number(value)?;
                self.integer(&number)
            }
            'e' | 'E' | 'f' | 'g' | 'G' => {
                let number = self.number(value)?;
                Ok(self.float(&number))
            }
            's' | 'q' => self.text(value),
            mode => Err(FunctionError::call(format!(
                "unsupported format verb '{mode}' in {} at offset {}",
                quoted(self.raw),
                self.offset
            ))),
        }
    }

    fn unsupported(&self, problem: &str) -> FunctionError {
        let raw = quoted(self.raw);
        FunctionError::call(format!("unsupported value for {raw} at {}: {problem}", self.offset))
    }

    fn converted(&self, value: &Value, ty: &Type) -> Result<Value, FunctionError> {
        convert(value, ty).map_err(|error| self.unsupported(&error.message))
    }

    fn number(&self, value: &Value) -> Result<Number, FunctionError> {
        let converted = self.converted(value, &Type::Number)?;
        Ok(converted.as_number().cloned().unwrap_or(Number::ZERO))
    }

    fn plain(&self, value: &Value) -> Result<String, FunctionError> {
        if !self.flags.sharp {
            if let Some(text) = value.as_text() {
                return Ok(self.padded(text.to_string()));
            }
            if let Some(number) = value.as_number() {
                return Ok(self.padded(digits::shortest(number)));
            }
        }
        let json = super::json::encode(value).map_err(|error| self.unsupported(&error))?;
        Ok(self.padded(json))
    }

    fn text(&self, value: &Value) -> Result<String, FunctionError> {
        let converted = self.converted(value, &Type::String)?;
        let text = converted.as_text().map_or("", |text| text);
        let text: String = match self.precision {
            Some(count) if count > 0 => text.graphemes(true).take(count).collect(),
            _ => text.to_owned(),
        };
        if self.mode == 's' {
            return Ok(self.padded(text));
        }
        let json = super::json::encode(&Value::string(text));
        json.map(|json| self.padded(json)).map_err(|error| self.unsupported(&error))
    }

    /// Fills up to the width, counted in grapheme clusters.
    fn padded(&self, text: String) -> String {
        let have = text.graphemes(true).count();
        let missing = self.width.unwrap_or(0).saturating_sub(have);
        let fill = if self.flags.zero { "0" } else { " " }.repeat(missing);
        if self.flags.minus { text + &fill } else { fill + &text }
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.flags.plus, self.flags.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }

    fn integer(&self, number: &Number) -> Result<String, FunctionError> {
        if !number.is_integer() {
            return Err(self.unsupported("an integer is required"));
        }
        let radix = match self.mode {
            'b' => 2,
            'o' => 8,
            'x' | 'X' => 16,
            _ => 10,
        };
        let mut body = digits::in_radix(number, radix);
        if self.mode == 'X' {
            body.make_ascii_uppercase();
        }
        let prefix = match (self.flags.sharp, self.mode) {
            (true, 'b') => "0b",
            (true, 'o') => "0",
            (true, 'x') => "0x",
            (true, 'X') => "0X",
            _ => "",
        };
        if let Some(precision) = self.precision {
            if precision == 0 && body == "0" {
                return Ok(String::new());
            }
            body.insert_str(0, &"0".repeat(precision.saturating_sub(body.len())));
        }
        let sign = self.sign(number.is_negative());
        let zeros = self.flags.zero && self.precision.is_none();
        Ok(self.filled(&format!("{sign}{prefix}"), &body, zeros))
    }

    fn float(&self, number: &Number) -> String {
        let sign = self.sign(number.has_minus());
        if !number.is_finite() {
            let sign = if sign.is_empty() { "+" } else { sign };
            return self.filled(sign, "Inf", false);
        }
        let decimal = match (self.mode, self.precision) {
            ('g' | 'G', None) => Decimal::shortest(number),
            _ => Decimal::exact(number),
        };
        let precision = self.precision;
        let mut body = match self.mode {
            'f' => decimal.fixed(precision.unwrap_or(6)),
            'e' | 'E' => decimal.scientific(precision.unwrap_or(6)),
            _ => decimal.general(precision),
        };
        if self.mode.is_ascii_uppercase() {
            body.make_ascii_uppercase();
        }
        self.filled(sign, &body, self.flags.zero)
    }

    /// Fills a number up to the width: spaces outside, zeros between sign and digits.
    fn filled(&self, sign: &str, body: &str, zeros: bool) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + body.len());
        if self.flags.minus {
            format!("{sign}{body}{}", " ".repeat(missing))
        } else if zeros {
            format!("{sign}{}{body}", "0".repeat(missing))
        } else {
            format!("{}{sign}{body}", " ".repeat(missing))
        }
    }
}
