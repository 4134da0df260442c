//! A finite number that is not a machine integer: sign, odd mantissa, binary exponent.
//!
//! Rounding and the choice of the representation happen in [`Big::rounded`] and nowhere else.

use super::{EXPONENT_MAX, Number, PRECISION, Repr};
use num_bigint::BigUint;
use std::{cmp::Ordering, sync::Arc};

/// `mantissa * 2^exponent`, with an odd mantissa unless it is a temporary zero.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Big {
    pub(super) negative: bool,
    pub(super) mantissa: BigUint,
    pub(super) exponent: i64,
}

impl Big {
    /// Returns an integer in this form, for an operation with another; not canonical.
    pub(super) fn from_i64(value: i64) -> Self {
        Self { negative: value < 0, mantissa: value.unsigned_abs().into(), exponent: 0 }
    }

    /// Returns the number nearest to `mantissa * 2^exponent`, half to even.
    ///
    /// `sticky` says that the true magnitude is greater by less than one unit of `mantissa`, which
    /// then must have more bits than the precision.
    pub(super) fn rounded(
        negative: bool,
        mut mantissa: BigUint,
        mut exponent: i64,
        sticky: bool,
    ) -> Number {
        let bits = mantissa.bits();
        if bits > PRECISION {
            let excess = bits - PRECISION;
            let half = mantissa.bit(excess - 1);
            let below = sticky || mantissa.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
            mantissa >>= excess;
            if half && (below || mantissa.bit(0)) {
                mantissa += 1u32;
            }
            exponent = exponent.saturating_add_unsigned(excess);
        }
        let Some(zeros) = mantissa.trailing_zeros() else { return Number::zero(negative) };
        mantissa >>= zeros;
        exponent = exponent.saturating_add_unsigned(zeros);
        let magnitude = exponent.saturating_add_unsigned(mantissa.bits());
        if magnitude > EXPONENT_MAX {
            return Number::infinity(negative);
        }
        if magnitude < -EXPONENT_MAX {
            return Number::zero(negative);
        }
        if (0..64).contains(&exponent)
            && let Some(small) = small(negative, &(&mantissa << exponent))
        {
            return Number(Repr::Small(small));
        }
        Number(Repr::Big(Arc::new(Self { negative, mantissa, exponent })))
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn to_u64(&self) -> Option<u64> {
        if self.negative || !(0..64).contains(&self.exponent) {
            return None;
        }
        u64::try_from(&self.mantissa << self.exponent).ok()
    }

    /// The exponent of the first bit behind the most significant one; least for zero.
    fn magnitude(&self) -> i64 {
        if self.mantissa.bits() == 0 {
            return i64::MIN;
        }
        self.exponent.saturating_add_unsigned(self.mantissa.bits())
    }

    pub(super) fn cmp_value(&self, other: &Self) -> Ordering {
        if self.negative != other.negative {
            // A zero is a positive temporary and below every other positive number.
            return other.negative.cmp(&self.negative);
        }
        let by_size = self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let (a, b, _) = aligned(self, other);
            a.cmp(&b)
        });
        if self.negative { by_size.reverse() } else { by_size }
    }
}

/// Returns both mantissas over one exponent, and that exponent.
pub(super) fn aligned(a: &Big, b: &Big) -> (BigUint, BigUint, i64) {
    let exponent = a.exponent.min(b.exponent);
    (&a.mantissa << (a.exponent - exponent), &b.mantissa << (b.exponent - exponent), exponent)
}

fn small(negative: bool, magnitude: &BigUint) -> Option<i64> {
    let magnitude = u64::try_from(magnitude).ok()?;
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}
