//! To and from machine floats, for the functions that compute in them (`pow`, `log`).

use super::{Number, Repr, big::Big};

/// Integers of a float below this magnitude are taken at their exact value.
const EXACT_BELOW: f64 = 9_223_372_036_854_775_808.0;

impl Number {
    /// Returns the number of a float; `None` for NaN.
    ///
    /// Integers that fit the fast path are exact; any other number has the value of the float's
    /// shortest decimal text, because that is what it reads as everywhere.
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self::infinity(value < 0.0));
        }
        if value.fract() == 0.0 && value.abs() < EXACT_BELOW {
            let bits = value.to_bits();
            let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
            if exponent == 0 {
                // An integer among the subnormals: zero.
                return Some(Self::zero(value.is_sign_negative()));
            }
            let mantissa = bits & ((1 << 52) - 1) | (1 << 52);
            return Some(Big::rounded(value < 0.0, mantissa.into(), exponent - 1075, false));
        }
        Self::parse(&value.to_string()).ok()
    }

    /// Returns the nearest float; an infinity beyond the greatest one.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Infinity { negative: false } => f64::INFINITY,
            Repr::Infinity { negative: true } => f64::NEG_INFINITY,
            // A number always prints as a decimal that the standard parser reads.
            Repr::Small(_) | Repr::NegativeZero | Repr::Big(_) => {
                self.to_string().parse().unwrap_or(0.0)
            }
        }
    }
}
