//! Decimal text: the fewest digits that read back as the same number, never with an exponent.

use super::{
    Number, Repr,
    big::Big,
    parse::{from_decimal, power_of_five},
};
use num_bigint::BigUint;
use std::fmt::{self, Write as _};

/// Digits that always suffice to tell two numbers apart: `ceil(512 * log10(2)) + 1`.
const DIGITS_ENOUGH: usize = 156;
/// Digits taken before rounding, with room for the estimate of the magnitude.
const DIGITS_TAKEN: i64 = 160;
/// A decimal of so many bits has so few digits that none shorter lies within half a unit.
const BITS_ALWAYS_SHORTEST: u64 = 510;

/// The magnitude `0.d1d2d3... * 10^point`, without trailing zeros; none at all for zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    /// Values 0 to 9.
    values: Vec<u8>,
    point: i64,
    /// The true magnitude is greater by less than one unit of the last digit.
    sticky: bool,
}

impl Digits {
    fn of_integer(value: &BigUint, scale: i64, sticky: bool) -> Self {
        let digits = value.to_radix_be(10);
        let digits = if digits == [0] { Vec::new() } else { digits };
        // A sequence of digits in memory is far shorter than i64::MAX.
        let point = scale.saturating_add_unsigned(digits.len() as u64);
        Self { values: digits, point, sticky }.trimmed()
    }

    fn trimmed(mut self) -> Self {
        if !self.sticky {
            while self.values.last() == Some(&0) {
                self.values.pop();
            }
        }
        self
    }

    /// Rounds half to even to so many digits.
    fn rounded(&self, count: usize) -> Self {
        let Some(next) = self.values.get(count).copied() else { return self.clone() };
        let beyond = self.sticky || self.values[count + 1..].iter().any(|digit| *digit != 0);
        let odd = count > 0 && self.values[count - 1] % 2 == 1;
        let mut digits = self.values[..count].to_vec();
        let mut point = self.point;
        if next > 5 || next == 5 && (beyond || odd) {
            while digits.last() == Some(&9) {
                digits.pop();
            }
            if let Some(last) = digits.last_mut() {
                *last += 1;
            } else {
                digits.push(1);
                point += 1;
            }
        }
        Self { values: digits, point, sticky: false }.trimmed()
    }

    /// The magnitude as an integer times a power of ten.
    fn parts(&self) -> (BigUint, i64) {
        let integer = BigUint::from_radix_be(&self.values, 10).unwrap_or_default();
        (integer, self.point.saturating_sub_unsigned(self.values.len() as u64))
    }

    fn write(&self, f: &mut impl fmt::Write) -> fmt::Result {
        if self.values.is_empty() {
            return f.write_char('0');
        }
        let whole = usize::try_from(self.point).unwrap_or(0);
        if whole == 0 {
            f.write_str("0.")?;
            (0..self.point.unsigned_abs()).try_for_each(|_| f.write_char('0'))?;
        }
        for (i, digit) in self.values.iter().enumerate() {
            if i == whole && i > 0 {
                f.write_char('.')?;
            }
            f.write_char(char::from(b'0' + digit))?;
        }
        (self.values.len()..whole).try_for_each(|_| f.write_char('0'))
    }
}

/// The first 160 digits or all of them, whichever is fewer.
fn leading_digits(big: &Big) -> Digits {
    let magnitude = big.exponent.saturating_add_unsigned(big.mantissa.bits());
    // log10(2) is about 0.30103.
    let scale = DIGITS_TAKEN - magnitude * 30_103 / 100_000;
    let mut numerator = big.mantissa.clone();
    let mut denominator = BigUint::from(1u32);
    if scale >= 0 {
        numerator *= power_of_five(scale.unsigned_abs());
    } else {
        denominator = power_of_five(scale.unsigned_abs());
    }
    let twos = big.exponent + scale;
    if twos >= 0 {
        numerator <<= twos.unsigned_abs();
    } else {
        denominator <<= twos.unsigned_abs();
    }
    let whole = &numerator / &denominator;
    let sticky = &whole * &denominator != numerator;
    Digits::of_integer(&whole, -scale, sticky)
}

/// The fewest digits that read back as this number.
fn shortest(big: &Big) -> Digits {
    let (fraction, zeros) = (big.exponent.min(0).unsigned_abs(), big.exponent.max(0));
    let bits = big.mantissa.bits() + fraction * 233 / 100 + zeros.unsigned_abs();
    if bits < BITS_ALWAYS_SHORTEST {
        // m / 2^k has the digits of m * 5^k.
        let integer = (&big.mantissa << zeros) * power_of_five(fraction);
        return Digits::of_integer(&integer, 0i64.saturating_sub_unsigned(fraction), false);
    }
    let all = leading_digits(big);
    let reads_back = |digits: &Digits| {
        let (integer, scale) = digits.parts();
        match from_decimal(big.negative, &integer, scale).0 {
            Repr::Big(read) => *read == *big,
            Repr::Small(_) | Repr::NegativeZero | Repr::Infinity { .. } => false,
        }
    };
    // The nearest decimal of n + 1 digits is at least as near as that of n digits, so that reading
    // back is monotone in the number of digits and can be bisected.
    let (mut low, mut high) = (1, DIGITS_ENOUGH);
    while low < high {
        let middle = low.midpoint(high);
        if reads_back(&all.rounded(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    all.rounded(low)
}

/// The shortest text without an exponent that reads back as the same number.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(small) => write!(f, "{small}"),
            Repr::NegativeZero => f.write_str("-0"),
            Repr::Infinity { negative } => f.write_str(if *negative { "-Inf" } else { "+Inf" }),
            Repr::Big(big) => {
                if big.negative {
                    f.write_str("-")?;
                }
                shortest(big).write(f)
            }
        }
    }
}

impl Number {
    /// Returns at most ten significant digits, with an exponent if that is shorter.
    ///
    /// Used only as the key by which sets of compound values are ordered, where Terraform has it.
    pub(crate) fn sort_text(&self) -> String {
        const SIGNIFICANT: usize = 10;
        let (negative, digits) = match &self.0 {
            Repr::Infinity { .. } => return self.to_string(),
            Repr::Small(small) => {
                (*small < 0, Digits::of_integer(&small.unsigned_abs().into(), 0, false))
            }
            Repr::NegativeZero => return Self::ZERO.to_string(),
            Repr::Big(big) => (big.negative, leading_digits(big)),
        };
        let digits = digits.rounded(SIGNIFICANT);
        let mut text = String::from(if negative { "-" } else { "" });
        let exponent = digits.point - 1;
        let integer_digits = i64::try_from(digits.values.len()).unwrap_or(i64::MAX);
        let limit =
            if integer_digits < 10 && integer_digits >= digits.point { integer_digits } else { 10 };
        let scientific = !digits.values.is_empty() && !(-4..limit).contains(&exponent);
        let point = if scientific { 1 } else { digits.point };
        // Writing to a String cannot fail.
        let _infallible = Digits { point, ..digits }.write(&mut text);
        if scientific {
            let sign = if exponent < 0 { '-' } else { '+' };
            let _infallible = write!(text, "e{sign}{:02}", exponent.unsigned_abs());
        }
        text
    }
}
