//! Reading numbers from text: decimal, as literals and `tonumber` take it, and in any radix.

use super::{DIGITS_MAX, Number, arithmetic::quotient, big::Big};
use num_bigint::BigUint;
use std::{fmt, str::FromStr};

/// Beyond this many decimal digits before or behind the point every number is infinite or zero.
const DECIMAL_MAGNITUDE_MAX: i64 = 80_000;

/// The text is not a number, or has more digits than [`DIGITS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseNumberError;

impl fmt::Display for ParseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number is required")
    }
}

impl std::error::Error for ParseNumberError {}

impl FromStr for Number {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        Self::parse(text)
    }
}

impl Number {
    /// Reads decimal text: a sign, digits with at most one point, an exponent after `e`, and as
    /// oddities of the ecosystem a binary exponent after `p`, and `inf` or `Inf`.
    ///
    /// # Errors
    /// If it is anything else; spaces, underscores and radix prefixes are.
    pub fn parse(text: &str) -> Result<Self, ParseNumberError> {
        let (negative, magnitude) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        // Most literals are short integers.
        if (1..=18).contains(&magnitude.len()) && magnitude.bytes().all(|b| b.is_ascii_digit()) {
            let value: i64 = magnitude.parse().map_err(|_| ParseNumberError)?;
            let value = Self::from(value);
            return Ok(if negative { value.neg() } else { value });
        }
        if matches!(magnitude, "inf" | "Inf") {
            return Ok(Self::infinity(negative));
        }
        let marker = magnitude.find(['e', 'E', 'p', 'P']);
        let (mantissa, exponent) = match marker {
            Some(at) => (&magnitude[..at], read_exponent(&magnitude[at + 1..])?),
            None => (magnitude, 0),
        };
        let binary = marker.is_some_and(|at| matches!(magnitude.as_bytes()[at], b'p' | b'P'));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || digits.len() > DIGITS_MAX || !digits.iter().all(u8::is_ascii_digit)
        {
            return Err(ParseNumberError);
        }
        let integer = BigUint::parse_bytes(&digits, 10).ok_or(ParseNumberError)?;
        let scale = 0i64.saturating_sub_unsigned(fraction.len() as u64);
        Ok(if binary {
            scaled(negative, &integer, scale, scale + exponent)
        } else {
            from_decimal(negative, &integer, scale + exponent)
        })
    }

    /// Reads an integer in a radix of 2 to 62 with an optional sign; letters are digits from ten
    /// on, without regard to case up to radix 36, lower before upper case beyond.
    pub fn from_radix(text: &str, radix: u32) -> Option<Self> {
        if !(2..=62).contains(&radix) {
            return None;
        }
        let negative = text.starts_with('-');
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || digits.len() > DIGITS_MAX {
            return None;
        }
        let values: Option<Vec<u8>> = digits.bytes().map(|b| digit_value(b, radix)).collect();
        let mut magnitude = BigUint::default();
        for value in values? {
            magnitude = magnitude * radix + value;
        }
        // This is made as an integer, and there is one zero of these.
        Some(Big::rounded(negative && magnitude.bits() > 0, magnitude, 0, false))
    }
}

fn digit_value(byte: u8, radix: u32) -> Option<u8> {
    let value = match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' if radix <= 36 => byte - b'A' + 10,
        b'A'..=b'Z' => byte - b'A' + 36,
        _ => return None,
    };
    (u32::from(value) < radix).then_some(value)
}

/// Exponents beyond 32 bits are refused; smaller ones can only make an infinity or zero.
fn read_exponent(text: &str) -> Result<i64, ParseNumberError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ParseNumberError);
    }
    text.parse::<i32>().map(i64::from).map_err(|_| ParseNumberError)
}

/// Returns the number nearest to `integer * 10^scale`.
pub(super) fn from_decimal(negative: bool, integer: &BigUint, scale: i64) -> Number {
    scaled(negative, integer, scale, scale)
}

/// Returns the number nearest to `integer * 5^fives * 2^twos`, infinite or zero out of range.
fn scaled(negative: bool, integer: &BigUint, fives: i64, twos: i64) -> Number {
    if integer.bits() == 0 {
        return Number::zero(negative);
    }
    if fives > DECIMAL_MAGNITUDE_MAX {
        return Number::infinity(negative);
    }
    if fives >= 0 {
        return Big::rounded(negative, integer * power_of_five(fives.unsigned_abs()), twos, false);
    }
    let digits = i64::try_from(integer.bits() * 30_103 / 100_000).unwrap_or(i64::MAX);
    if digits.saturating_add(fives) < -DECIMAL_MAGNITUDE_MAX {
        return Number::zero(negative);
    }
    quotient(negative, integer, &power_of_five(fives.unsigned_abs()), twos)
}

/// Returns `5^exponent`; callers have bounded it by the magnitude that numbers can have.
pub(super) fn power_of_five(exponent: u64) -> BigUint {
    BigUint::from(5u32).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}
