//! Decimal digits of numbers, exact or shortest, and their layouts; signs are left to the caller.

use infra_model::number::Number;
use num_bigint::BigInt;

/// The steps by which the binary point of a number is moved until it is an integer.
const STEP_BITS: u32 = 64;

/// A magnitude as `0.d1d2d3… * 10^point`, without leading or trailing zeros; zero has no digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

/// Returns an integer's digits in a radix of 2 to 36, without a sign.
pub(super) fn in_radix(number: &Number, radix: u32) -> String {
    let (mantissa, twos) = integer_and_exponent(number);
    let integer = BigInt::from(mantissa.into_parts().1) << u64::try_from(twos).unwrap_or(0);
    integer.to_str_radix(radix)
}

/// Returns the shortest text that reads back as the number, with an exponent where that is far from
/// the digits: `1e+06`.
pub(super) fn shortest(number: &Number) -> String {
    let sign = if number.has_minus() { "-" } else { "" };
    if !number.is_finite() {
        return format!("{}Inf", if sign.is_empty() { "+" } else { sign });
    }
    format!("{sign}{}", Decimal::shortest(number).general(None))
}

/// Returns integers `m` and `k` with the number being `m * 2^k`; it must be finite.
fn integer_and_exponent(number: &Number) -> (BigInt, i64) {
    let two = Number::from(2);
    let step = Number::from(1i64 << 32);
    let up = |n: &Number| n.mul(&step).and_then(|n| n.mul(&step));
    let down = |n: &Number| n.div(&step).and_then(|n| n.div(&step));
    let (mut value, mut exponent) = (number.clone(), 0i64);
    while !value.is_integer() {
        match up(&value) {
            Ok(next) => value = next,
            Err(_) => break,
        }
        exponent -= i64::from(STEP_BITS);
    }
    // Only an integer below the precision prints all its digits.
    while let Some(next) = down(&value).ok().filter(|n| n.is_integer() && !n.is_zero()) {
        value = next;
        exponent += i64::from(STEP_BITS);
    }
    while let Some(next) = value.div(&two).ok().filter(|n| n.is_integer() && !n.is_zero()) {
        value = next;
        exponent += 1;
    }
    (BigInt::parse_bytes(value.to_string().as_bytes(), 10).unwrap_or_default(), exponent)
}

impl Decimal {
    /// Returns all digits of a finite number.
    pub(super) fn exact(number: &Number) -> Self {
        let (mantissa, twos) = integer_and_exponent(number);
        let magnitude = BigInt::from(mantissa.into_parts().1);
        let shift = twos.unsigned_abs();
        if twos >= 0 {
            return Self::of(&(magnitude << shift).to_string(), 0);
        }
        // m / 2^k is m * 5^k / 10^k.
        let fives = BigInt::from(5).pow(u32::try_from(shift).unwrap_or(u32::MAX));
        Self::of(&(magnitude * fives).to_string(), twos)
    }

    /// Returns the fewest digits that read back as the finite number.
    pub(super) fn shortest(number: &Number) -> Self {
        let text = number.abs().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let scale = 0i64.saturating_sub_unsigned(fraction.len() as u64);
        Self::of(&format!("{whole}{fraction}"), scale)
    }

    /// Returns `digits * 10^scale`.
    fn of(digits: &str, scale: i64) -> Self {
        let point = scale.saturating_add_unsigned(digits.len() as u64);
        let leading = digits.len() - digits.trim_start_matches('0').len();
        let digits = digits.trim_matches('0').bytes().map(|digit| digit - b'0').collect();
        let mut decimal = Self { digits, point: point.saturating_sub_unsigned(leading as u64) };
        decimal.trim();
        decimal
    }

    fn trim(&mut self) {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    /// Returns this with at most `count` digits, rounded half to even.
    fn rounded(&self, count: i64) -> Self {
        let mut rounded = self.clone();
        let Ok(count) = usize::try_from(count) else {
            return Self { digits: Vec::new(), point: 0 };
        };
        if count >= self.digits.len() {
            return rounded;
        }
        let rest = &self.digits[count..];
        let last_is_odd = count > 0 && self.digits[count - 1] % 2 == 1;
        let up = rest[0] > 5 || (rest[0] == 5 && (rest.len() > 1 || last_is_odd));
        rounded.digits.truncate(count);
        if up {
            rounded.increment();
        }
        rounded.trim();
        rounded
    }

    fn increment(&mut self) {
        while let Some(digit) = self.digits.pop() {
            if digit < 9 {
                self.digits.push(digit + 1);
                return;
            }
        }
        self.digits.push(1);
        self.point += 1;
    }

    /// Returns the digit at a power of ten.
    fn at(&self, power: i64) -> char {
        let digit = usize::try_from(self.point - 1 - power).ok().and_then(|at| self.digits.get(at));
        char::from(b'0' + digit.copied().unwrap_or(0))
    }

    /// Returns `123.450` with so many digits behind the point.
    pub(super) fn fixed(&self, precision: usize) -> String {
        let places = i64::try_from(precision).unwrap_or(i64::MAX);
        let rounded = self.rounded(self.point.saturating_add(places));
        let mut text: String = (0..rounded.point.max(1)).rev().map(|p| rounded.at(p)).collect();
        if precision > 0 {
            text.push('.');
            text.extend((1..=places).map(|p| rounded.at(-p)));
        }
        text
    }

    /// Returns `1.234e+05` with so many digits behind the point.
    pub(super) fn scientific(&self, precision: usize) -> String {
        let places = i64::try_from(precision).unwrap_or(i64::MAX);
        let rounded = self.rounded(places.saturating_add(1));
        let exponent = if rounded.digits.is_empty() { 0 } else { rounded.point - 1 };
        let mut text = String::from(rounded.at(exponent));
        if precision > 0 {
            text.push('.');
            text.extend((1..=places).map(|p| rounded.at(exponent - p)));
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}e{sign}{:02}", exponent.unsigned_abs())
    }

    /// Returns one of the two layouts, by the size of the exponent, with so many digits in all.
    pub(super) fn general(&self, precision: Option<usize>) -> String {
        let rounded = match precision {
            Some(count) => self.rounded(i64::try_from(count.max(1)).unwrap_or(i64::MAX)),
            None => self.clone(),
        };
        let count = rounded.digits.len();
        let count_signed = i64::try_from(count).unwrap_or(i64::MAX);
        let limit = match precision {
            None => 6,
            Some(asked) if asked.max(1) > count && count_signed >= rounded.point => count_signed,
            Some(asked) => i64::try_from(asked.max(1)).unwrap_or(i64::MAX),
        };
        let exponent = if count == 0 { 0 } else { rounded.point - 1 };
        if exponent < -4 || exponent >= limit {
            return rounded.scientific(count.saturating_sub(1));
        }
        rounded.fixed(usize::try_from(count_signed - rounded.point).unwrap_or(0))
    }
}
