//! Durations as Go writes and reads them: `1h30m`, `-1.5s`, `250µs`.

use infra_model::{number::Number, value::Value};

/// The units, the longer of two that begin alike first.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A duration, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GoDuration(i64);

impl GoDuration {
    /// Reads one; `None` if it has another form or is too long.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (is_negative, mut rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Some(Self(0));
        }
        let mut nanos: u64 = 0;
        loop {
            let (part, after) = one(rest)?;
            nanos = nanos.checked_add(part).filter(|sum| *sum <= 1 << 63)?;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        // The least number is one further from zero than the greatest.
        let signed = if is_negative { -i128::from(nanos) } else { i128::from(nanos) };
        i64::try_from(signed).ok().map(Self)
    }

    /// Returns the nanoseconds.
    pub(super) fn nanos(self) -> i64 {
        self.0
    }

    /// Returns how often some seconds fit into it, with the fraction that a double can hold.
    #[allow(clippy::cast_precision_loss, reason = "doubles are what Go tells")]
    pub(super) fn in_units_of(self, seconds: i64) -> Value {
        let unit = seconds * 1_000_000_000;
        let (whole, rest) = (self.0 / unit, self.0 % unit);
        let number = whole as f64 + rest as f64 / unit as f64;
        // The shortest text that means the double, which is how such numbers are shown.
        format!("{number}").parse::<Number>().map_or_else(|_| Value::from(whole), Value::number)
    }
}

/// Reads one number with its unit, and returns what follows.
fn one(text: &str) -> Option<(u64, &str)> {
    let end = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end(text));
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(end(rest)),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let unit_end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(unit_end);
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let whole = whole.checked_mul(*unit).filter(|nanos| *nanos <= 1 << 63)?;
    Some((whole.checked_add(part(fraction, *unit))?, rest))
}

/// Returns the nanoseconds of a fraction, rounded as Go does it: by way of a double.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the same sums as Go's, so that the last nanosecond is the same"
)]
fn part(fraction: &str, unit: u64) -> u64 {
    let (mut digits, mut scale) = (0_u64, 1.0_f64);
    for digit in fraction.bytes() {
        let more = digits.checked_mul(10).and_then(|d| d.checked_add(u64::from(digit - b'0')));
        match more.filter(|more| *more <= 1 << 63) {
            Some(more) => (digits, scale) = (more, scale * 10.0),
            // Digits that no longer count.
            None => break,
        }
    }
    (digits as f64 * (unit as f64 / scale)) as u64
}

#[cfg(test)]
mod tests {
    use super::GoDuration;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let nanos = |text: &str| GoDuration::parse(text).map(GoDuration::nanos);
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("5s", 5_000_000_000),
            ("+5s", 5_000_000_000),
            ("5.s", 5_000_000_000),
            (".5s", 500_000_000),
            ("1.004s", 1_004_000_000),
            ("10ns", 10),
            ("12\u{b5}s", 12_000),
            ("12\u{3bc}s", 12_000),
            ("39h9m14.425s", 140_954_425_000_000),
            ("-2m3.4s", -123_400_000_000),
            ("0.3333333333333333333h", 1_200_000_000_000),
            ("0.830103483285477580700h", 2_988_372_539_827),
            ("9223372036854775807ns", i64::MAX),
            ("-9223372036854775808ns", i64::MIN),
        ] {
            assert_eq!(nanos(text), Some(expected), "{text}");
        }
        for wrong in ["", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "1h ", "abcdef"] {
            assert_eq!(nanos(wrong), None, "{wrong}");
        }
        for much in ["9223372036854775808ns", "9223372036854775.808us", "3000000h"] {
            assert_eq!(nanos(much), None, "{much}");
        }
    }
}
