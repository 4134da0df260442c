//! Numbers: 512-bit binary floats rounded half to even, with a fast path for machine integers.
//!
//! What the language promises (`0.1 + 0.2` is `0.3`, `1 / 0` is an infinity) follows from this
//! representation and from the shortest decimal text that reads back as the same number.
//! There is no NaN: what would be one is a [`NumberError`]. Zero has a sign, which is kept and
//! printed, but never compared: `-0` equals `0` and is not below it.
//! Apart from that every number has one representation, so `Eq`, `Ord` and `Hash` are those of its
//! value.
//!
//! Deliberate differences from Terraform: a set holds only one of `0` and `-0`; the magnitude of finite numbers ends
//! at 2 to the power of [`EXPONENT_MAX`], beyond which they are infinite (or zero), as they are in
//! Terraform beyond 2 to the power of 2^31; the results of functions that compute in `f64` have the
//! value of their shortest decimal text; lengths are numbers like all others, not 64-bit ones.

mod arithmetic;
mod big;
mod decimal;
mod float;
mod parse;
#[cfg(test)]
mod tests;

pub use parse::ParseNumberError;

use big::Big;
use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// Bits of precision of every number.
pub const PRECISION: u64 = 512;

/// The binary magnitude at which numbers become infinite, and its negative at which they become zero.
///
/// It bounds the memory and time that a text like `1e300000` can cost.
pub const EXPONENT_MAX: i64 = 1 << 18;

/// The digits that a literal may have; more are refused.
pub const DIGITS_MAX: usize = 100_000;

/// A number of the language; finite or an infinity, never NaN; both zeros are equal.
#[derive(Clone)]
pub struct Number(Repr);

/// The representations; each number has exactly one of them.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// Every integer that fits.
    Small(i64),
    /// `-0`.
    NegativeZero,
    /// Every other finite number.
    Big(Arc<Big>),
    /// Beyond all finite numbers.
    Infinity { negative: bool },
}

/// An operation on numbers without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// `inf + -inf`.
    SumOfOpposingInfinities,
    /// `inf - inf`.
    DifferenceOfInfinities,
    /// `0 * inf`.
    ProductOfZeroAndInfinity,
    /// `0 / 0` or `inf / inf`.
    QuotientOfZerosOrInfinities,
    /// `x % inf` or `inf % x`.
    RemainderOfInfinity,
}

/// The text that follows "Error during operation: ", without a full stop.
impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SumOfOpposingInfinities => "can't compute sum of opposing infinities",
            Self::DifferenceOfInfinities => "can't subtract infinity from itself",
            Self::ProductOfZeroAndInfinity => "can't multiply zero by infinity",
            Self::QuotientOfZerosOrInfinities => {
                "can't divide zero by zero or infinity by infinity"
            }
            Self::RemainderOfInfinity => "can't use modulo with zero and infinity",
        })
    }
}

impl std::error::Error for NumberError {}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Repr::Small(0));
    /// One.
    pub const ONE: Self = Self(Repr::Small(1));
    /// Greater than every finite number.
    pub const INFINITY: Self = Self(Repr::Infinity { negative: false });
    /// Less than every finite number.
    pub const NEGATIVE_INFINITY: Self = Self(Repr::Infinity { negative: true });

    fn infinity(negative: bool) -> Self {
        Self(Repr::Infinity { negative })
    }

    fn zero(negative: bool) -> Self {
        Self(if negative { Repr::NegativeZero } else { Repr::Small(0) })
    }

    /// Returns what is compared: without the sign of a zero.
    fn value(&self) -> &Repr {
        if self.0 == Repr::NegativeZero { &Repr::Small(0) } else { &self.0 }
    }

    /// Returns whether it is neither of the infinities.
    pub fn is_finite(&self) -> bool {
        !matches!(self.0, Repr::Infinity { .. })
    }

    /// Returns whether it is finite and has no fraction.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_) | Repr::NegativeZero => true,
            Repr::Big(big) => big.is_integer(),
            Repr::Infinity { .. } => false,
        }
    }

    /// Returns whether it is zero, with either sign.
    pub fn is_zero(&self) -> bool {
        *self.value() == Repr::Small(0)
    }

    /// Returns whether it is below zero; `-0` is not.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(small) => *small < 0,
            Repr::NegativeZero => false,
            Repr::Big(big) => big.is_negative(),
            Repr::Infinity { negative } => *negative,
        }
    }

    /// Returns whether it is written with a minus: below zero, or `-0`.
    pub fn has_minus(&self) -> bool {
        self.0 == Repr::NegativeZero || self.is_negative()
    }

    /// Returns the integer, if it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        // An integer that fits is always in the fast path.
        if let Repr::Small(small) = self.value() { Some(*small) } else { None }
    }

    /// Returns the integer, if it is one and fits.
    pub fn to_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Small(small) => u64::try_from(*small).ok(),
            Repr::NegativeZero => Some(0),
            Repr::Big(big) => big.to_u64(),
            Repr::Infinity { .. } => None,
        }
    }

    /// Returns the integer as a size or an index, if it is one and fits.
    pub fn to_usize(&self) -> Option<usize> {
        self.to_u64().and_then(|value| usize::try_from(value).ok())
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(Repr::Small(value))
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Self(Repr::Small(i64::from(value)))
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        Self(Repr::Small(i64::from(value)))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        match i64::try_from(value) {
            Ok(small) => Self(Repr::Small(small)),
            Err(_) => Big::rounded(false, value.into(), 0, false),
        }
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        match i64::try_from(value) {
            Ok(small) => Self(Repr::Small(small)),
            Err(_) => Big::rounded(false, value.into(), 0, false),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.value() == other.value()
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value().hash(state);
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let small = |repr: &Repr| if let Repr::Small(small) = repr { *small } else { 0 };
        match (self.value(), other.value()) {
            (Repr::Infinity { negative: a }, Repr::Infinity { negative: b }) => b.cmp(a),
            (Repr::Infinity { negative }, _) => {
                if *negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (_, Repr::Infinity { negative }) => {
                if *negative {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (Repr::Big(a), Repr::Big(b)) => a.cmp_value(b),
            (a, Repr::Big(b)) => Big::from_i64(small(a)).cmp_value(b),
            (Repr::Big(a), b) => a.cmp_value(&Big::from_i64(small(b))),
            (a, b) => small(a).cmp(&small(b)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
