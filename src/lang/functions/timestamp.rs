//! Moments as RFC 3339 writes them, and durations as Go writes them.

use super::{arguments::quoted, civil::Date};
use std::fmt;

/// A moment with the offset from UTC that it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) seconds: i64,
    nanoseconds: u32,
    /// Minutes east of Greenwich.
    pub(super) offset_minutes: i32,
}

const NANOSECONDS: i128 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

impl Timestamp {
    /// Returns the moment in UTC.
    pub(super) fn utc(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0, offset_minutes: 0 }
    }

    /// Returns the date and the second of the day where it was written.
    pub(super) fn local(self) -> (Date, i64) {
        let local = self.seconds + i64::from(self.offset_minutes) * 60;
        (Date::of_days(local.div_euclid(DAY_SECONDS)), local.rem_euclid(DAY_SECONDS))
    }

    /// Returns what orders moments.
    pub(super) fn instant(self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }

    /// Returns the moment so many nanoseconds later.
    pub(super) fn plus(self, nanoseconds: i64) -> Self {
        let total = i128::from(self.nanoseconds) + i128::from(nanoseconds);
        let seconds = i64::try_from(total.div_euclid(NANOSECONDS)).unwrap_or(0);
        let rest = u32::try_from(total.rem_euclid(NANOSECONDS)).unwrap_or(0);
        Self { seconds: self.seconds.saturating_add(seconds), nanoseconds: rest, ..self }
    }

    /// Returns the offset as `+hh:mm` with the separator given.
    pub(super) fn offset(self, separator: &str) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.unsigned_abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }

    /// Reads RFC 3339 with a capital `T` and `Z`.
    ///
    /// # Errors
    /// With the text that Terraform shows.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Reader { text, rest: text }
            .timestamp()
            .map_err(|problem| format!("not a valid RFC3339 timestamp: {problem}"))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, second) = self.local();
        let sign = if date.year < 0 { "-" } else { "" };
        let (year, month, day) = (date.year.unsigned_abs(), date.month, date.day);
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{sign}{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}")?;
        if self.offset_minutes == 0 { f.write_str("Z") } else { f.write_str(&self.offset(":")) }
    }
}

/// A reader of one timestamp.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Reader<'_> {
    fn timestamp(&mut self) -> Result<Timestamp, String> {
        let year = self.number(4, "year", |_| true)?;
        self.separator('-')?;
        let month = self.number(2, "month", |month| (1..=12).contains(&month))?;
        self.separator('-')?;
        let day = self.number(2, "day of month", |_| true)?;
        if !self.eat('T') {
            return Err("missing required time introducer 'T'".to_owned());
        }
        if self.rest.len() > 1 && self.rest.as_bytes()[1] == b':' {
            return Err("hour must have exactly two digits".to_owned());
        }
        let hour = self.number(2, "hour", |_| true)?;
        if hour > 23 {
            return Err("hour must be between 0 and 23 inclusive".to_owned());
        }
        self.separator(':')?;
        let minute = self.number(2, "minute", |_| true)?;
        if minute > 59 {
            return Err("minute must have exactly two digits".to_owned());
        }
        self.separator(':')?;
        let second = self.number(2, "second", |second| second < 60)?;
        let nanoseconds = self.fraction();
        let offset_minutes = self.offset()?;
        let small = |value: i64| u8::try_from(value).unwrap_or(0);
        let date = Date { year, month: small(month), day: small(day) };
        if date.day < 1 || date.day > date.month_length() {
            return Err("day out of range".to_owned());
        }
        let local = date.days() * DAY_SECONDS + hour * 3600 + minute * 60 + second;
        let seconds = local - i64::from(offset_minutes) * 60;
        Ok(Timestamp { seconds, nanoseconds, offset_minutes })
    }

    fn number(&mut self, digits: usize, name: &str, fits: fn(i64) -> bool) -> Result<i64, String> {
        if self.rest.is_empty() {
            return Err(format!("end of string before {name}"));
        }
        let unusable = |text: &str| format!("cannot use {} as {name}", quoted(text));
        let head = self.rest.get(..digits).filter(|h| h.bytes().all(|b| b.is_ascii_digit()));
        let value = head.and_then(|head| head.parse().ok()).ok_or_else(|| unusable(self.rest))?;
        self.rest = &self.rest[digits..];
        if fits(value) { Ok(value) } else { Err(unusable(self.rest)) }
    }

    fn eat(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn separator(&mut self, wanted: char) -> Result<(), String> {
        if self.eat(wanted) {
            return Ok(());
        }
        let wanted = quoted(wanted.encode_utf8(&mut [0; 4]));
        if self.rest.is_empty() {
            return Err(format!("end of string where {wanted} is expected"));
        }
        Err(format!("found {} where {wanted} is expected", quoted(self.rest)))
    }

    /// Reads the fraction of a second, if there is one; digits beyond the ninth count for nothing.
    fn fraction(&mut self) -> u32 {
        let Some(rest) = self.rest.strip_prefix('.') else { return 0 };
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 {
            return 0;
        }
        self.rest = &rest[end..];
        let padded: String = rest[..end].chars().chain("000000000".chars()).take(9).collect();
        padded.parse().unwrap_or(0)
    }

    fn offset(&mut self) -> Result<i32, String> {
        const NAME: &str = "UTC offset";
        if self.rest.is_empty() {
            return Err(format!("end of string before {NAME}"));
        }
        let whole = self.rest;
        let unusable = || format!("cannot use {} as {NAME}", quoted(whole));
        if self.eat('Z') {
            return self.end().map(|()| 0);
        }
        let negative = self.rest.starts_with('-');
        if !self.eat('-') && !self.eat('+') {
            return self.end().and(Ok(0));
        }
        let field = |text: Option<&str>| -> Option<i32> {
            text.filter(|t| t.bytes().all(|b| b.is_ascii_digit())).and_then(|t| t.parse().ok())
        };
        let hours = field(self.rest.get(..2)).ok_or_else(unusable)?;
        let minutes = field(self.rest.get(3..5)).ok_or_else(unusable)?;
        if self.rest.as_bytes()[2] != b':' || hours == 24 || minutes > 59 {
            return Err(unusable());
        }
        if hours > 24 {
            return Err(format!("end of string before {NAME}"));
        }
        self.rest = &self.rest[5..];
        self.end()?;
        let total = hours * 60 + minutes;
        Ok(if negative { -total } else { total })
    }

    fn end(&self) -> Result<(), String> {
        debug_assert!(self.text.ends_with(self.rest), "the rest is what was not read");
        match self.rest.chars().next() {
            None => Ok(()),
            Some(c) => {
                let extra = quoted(c.encode_utf8(&mut [0; 4]));
                Err(format!("cannot use {extra} as timestamp segment"))
            }
        }
    }
}

/// Units of durations in nanoseconds; a longer name comes before its beginning.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads a duration like `-1h30m` or `1.5s` into nanoseconds.
///
/// # Errors
/// With the text that Terraform shows.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quoted(text));
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let empty = whole.is_empty() && fraction.is_empty();
        if empty || fraction.contains('.') {
            return Err(invalid());
        }
        let unit_end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", quoted(text)));
        }
        let Some((_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            let unit = quoted(unit);
            return Err(format!("time: unknown unit {unit} in duration {}", quoted(text)));
        };
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        let part = fraction_of(fraction, *scale);
        let value = whole.checked_mul(*scale).and_then(|value| value.checked_add(part));
        total = value.and_then(|value| total.checked_add(value)).ok_or_else(invalid)?;
        rest = after;
    }
    let signed = i64::try_from(total).map_err(|_| invalid())?;
    Ok(if negative { -signed } else { signed })
}

/// Returns the nanoseconds of the digits behind a point.
fn fraction_of(digits: &str, scale: u64) -> u64 {
    let mut scale = u128::from(scale);
    let mut total = 0u128;
    let mut divisor = 1u128;
    for digit in digits.chars().take(15).filter_map(|c| c.to_digit(10)) {
        divisor *= 10;
        total = total * 10 + u128::from(digit);
    }
    scale = scale * total / divisor;
    u64::try_from(scale).unwrap_or(0)
}
