//! Arithmetic: exact for machine integers where the result fits, rounded once otherwise.

use super::{
    Number, NumberError, PRECISION, Repr,
    big::{Big, aligned},
};
use num_bigint::BigUint;
use std::{borrow::Cow, cmp::Ordering, sync::Arc};

impl Number {
    /// Returns the sum.
    ///
    /// # Errors
    /// If the operands are opposing infinities.
    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Repr::Small(a), Repr::Small(b)) = (&self.0, &other.0)
            && let Some(sum) = a.checked_add(*b)
        {
            return Ok(sum.into());
        }
        match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => Ok(sum(&a, &b)),
            (None, None) if self != other => Err(NumberError::SumOfOpposingInfinities),
            (None, _) => Ok(self.clone()),
            (_, None) => Ok(other.clone()),
        }
    }

    /// Returns the difference.
    ///
    /// # Errors
    /// If the operands are the same infinity.
    pub fn sub(&self, other: &Self) -> Result<Self, NumberError> {
        self.add(&other.neg()).map_err(|_| NumberError::DifferenceOfInfinities)
    }

    /// Returns the product.
    ///
    /// # Errors
    /// If one operand is zero and the other an infinity.
    pub fn mul(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Repr::Small(a), Repr::Small(b)) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
            && product != 0
        {
            return Ok(product.into());
        }
        let negative = self.has_minus() != other.has_minus();
        match (self.finite(), other.finite()) {
            (Some(a), Some(b)) => Ok(Big::rounded(
                negative,
                &a.mantissa * &b.mantissa,
                a.exponent + b.exponent,
                false,
            )),
            _ if self.is_zero() || other.is_zero() => Err(NumberError::ProductOfZeroAndInfinity),
            _ => Ok(Self::infinity(negative)),
        }
    }

    /// Returns the quotient; of a number by zero it is an infinity.
    ///
    /// # Errors
    /// If both operands are zero, or both infinities.
    pub fn div(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Repr::Small(a), Repr::Small(b)) = (&self.0, &other.0)
            && a.checked_rem(*b) == Some(0)
            && *a != 0
        {
            return Ok((a / b).into());
        }
        let negative = self.has_minus() != other.has_minus();
        match (self.finite(), other.finite()) {
            (None, None) => Err(NumberError::QuotientOfZerosOrInfinities),
            (None, Some(_)) => Ok(Self::infinity(negative)),
            (Some(_), None) => Ok(Self::zero(negative)),
            (Some(_), Some(_)) if other.is_zero() && self.is_zero() => {
                Err(NumberError::QuotientOfZerosOrInfinities)
            }
            (Some(_), Some(_)) if other.is_zero() => Ok(Self::infinity(negative)),
            (Some(a), Some(b)) => {
                Ok(quotient(negative, &a.mantissa, &b.mantissa, a.exponent - b.exponent))
            }
        }
    }

    /// Returns what is left of `self` after taking away `other` as often as it goes in wholly.
    ///
    /// It has the sign of `self`; by zero it is `self`.
    ///
    /// # Errors
    /// If an operand or the quotient is an infinity, except for an infinity by zero.
    pub fn rem(&self, other: &Self) -> Result<Self, NumberError> {
        if other.is_zero() {
            return Ok(self.clone());
        }
        if !self.is_finite() || !other.is_finite() {
            return Err(NumberError::RemainderOfInfinity);
        }
        if let (Repr::Small(a), Repr::Small(b)) = (&self.0, &other.0) {
            return Ok(a.wrapping_rem(*b).into());
        }
        // Rounding in between is part of the definition: 5.5 % 0.1 is 0.
        let whole = self.div(other)?.trunc();
        if !whole.is_finite() {
            return Err(NumberError::RemainderOfInfinity);
        }
        self.sub(&other.mul(&whole)?)
    }

    /// Returns the number with the opposite sign.
    #[must_use]
    pub fn neg(&self) -> Self {
        match &self.0 {
            Repr::Small(0) => Self::zero(true),
            Repr::NegativeZero => Self::ZERO,
            Repr::Small(small) => match small.checked_neg() {
                Some(negated) => negated.into(),
                None => Big::rounded(false, small.unsigned_abs().into(), 0, false),
            },
            Repr::Big(big) => {
                Big::rounded(!big.negative, big.mantissa.clone(), big.exponent, false)
            }
            Repr::Infinity { negative } => Self::infinity(!negative),
        }
    }

    /// Returns the number without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.has_minus() { self.neg() } else { self.clone() }
    }

    /// Returns -1, 0 or 1.
    pub fn signum(&self) -> i64 {
        match self.cmp(&Self::ZERO) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        }
    }

    /// Returns the nearest integer towards zero; infinities stay.
    #[must_use]
    pub fn trunc(&self) -> Self {
        self.integral(|_| false)
    }

    /// Returns the greatest integer that is not greater; infinities stay.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.integral(|negative| negative)
    }

    /// Returns the least integer that is not less; infinities stay.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.integral(|negative| !negative)
    }

    /// Cuts off the fraction, away from zero if `away` says so for the sign.
    fn integral(&self, away: impl Fn(bool) -> bool) -> Self {
        let Repr::Big(big) = &self.0 else { return Self(self.value().clone()) };
        if big.is_integer() {
            return self.clone();
        }
        let mut whole = &big.mantissa >> big.exponent.unsigned_abs();
        if away(big.negative) {
            // An odd mantissa over a negative exponent always has a fraction.
            whole += 1u32;
        }
        // Integers made of fractions have one zero.
        Big::rounded(big.negative && whole.bits() > 0, whole, 0, false)
    }

    /// Returns the number for a computation of large parts; `None` for an infinity.
    pub(super) fn finite(&self) -> Option<Cow<'_, Big>> {
        match &self.0 {
            Repr::Small(small) => Some(Cow::Owned(Big::from_i64(*small))),
            Repr::NegativeZero => Some(Cow::Owned(Big { negative: true, ..Big::from_i64(0) })),
            Repr::Big(big) => Some(Cow::Borrowed(Arc::as_ref(big))),
            Repr::Infinity { .. } => None,
        }
    }
}

fn sum(a: &Big, b: &Big) -> Number {
    let (left, right, exponent) = aligned(a, b);
    if a.negative == b.negative {
        return Big::rounded(a.negative, left + right, exponent, false);
    }
    match left.cmp(&right) {
        Ordering::Less => Big::rounded(b.negative, right - left, exponent, false),
        Ordering::Equal => Number::ZERO,
        Ordering::Greater => Big::rounded(a.negative, left - right, exponent, false),
    }
}

/// Returns `a / b * 2^exponent`; `b` is not zero.
pub(super) fn quotient(negative: bool, a: &BigUint, b: &BigUint, exponent: i64) -> Number {
    // Two bits more than the precision: one for the rounding, one for the estimate of the length.
    let shift = (PRECISION + 2 + b.bits()).saturating_sub(a.bits());
    let dividend = a << shift;
    let whole = &dividend / b;
    let sticky = &whole * b != dividend;
    Big::rounded(negative, whole, exponent.saturating_sub_unsigned(shift), sticky)
}
