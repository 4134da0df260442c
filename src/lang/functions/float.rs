//! `log` and `pow` over machine floats, the same on every platform.
//!
//! The language computes both in `f64`; results show all digits and reach plans, so they must not
//! depend on the mathematical library of the machine. The logarithm is the classical reduction to
//! `[√½, √2)` with a minimax polynomial, powers are repeated squaring of a scaled mantissa.

// Exact special cases are what is meant, and the constants are those of the literature.
#![allow(clippy::float_cmp, clippy::excessive_precision, clippy::many_single_char_names)]

use std::f64::consts::FRAC_1_SQRT_2;

/// The natural logarithm; minus infinity for zero, not a number below.
pub(super) fn log(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut mantissa, mut exponent) = split(x);
    if mantissa < FRAC_1_SQRT_2 {
        mantissa *= 2.0;
        exponent -= 1;
    }
    let f = mantissa - 1.0;
    let k = f64::from(exponent);
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2 * (L1 + s4 * (L3 + s4 * (L5 + s4 * L7)));
    let even = s4 * (L2 + s4 * (L4 + s4 * L6));
    let r = odd + even;
    let half_square = 0.5 * f * f;
    k * LN2_HIGH - ((half_square - (s * (half_square + r) + k * LN2_LOW)) - f)
}

const LN2_HIGH: f64 = 6.931_471_803_691_238_164_90e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_700_02e-10;
const L1: f64 = 6.666_666_666_666_735_130e-1;
const L2: f64 = 3.999_999_999_940_941_908e-1;
const L3: f64 = 2.857_142_874_366_239_149e-1;
const L4: f64 = 2.222_219_843_214_978_396e-1;
const L5: f64 = 1.818_357_216_161_805_012e-1;
const L6: f64 = 1.531_383_769_920_937_332e-1;
const L7: f64 = 1.479_819_860_511_658_591e-1;

/// `x` to the power of `y`; not a number for a negative base and a broken exponent.
pub(super) fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 {
        return x;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    // Zeros and infinities follow the standard, where no rounding is involved.
    if x == 0.0 || x.is_infinite() || y.is_infinite() {
        return x.powf(y);
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let (mut whole, mut broken) = (y.abs().trunc(), y.abs().fract());
    if broken != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9.223_372_036_854_775_808e18 {
        return x.powf(y);
    }
    let (mut result, mut scale) = (1.0f64, 0i64);
    if broken != 0.0 {
        if broken > 0.5 {
            broken -= 1.0;
            whole += 1.0;
        }
        result = (broken * log(x)).exp();
    }
    let (mut mantissa, exponent) = split(x);
    let mut exponent = i64::from(exponent);
    for odd in Bits(whole) {
        if !(-(1 << 12)..=(1 << 12)).contains(&exponent) {
            scale = scale.saturating_add(exponent);
            break;
        }
        if odd {
            result *= mantissa;
            scale += exponent;
        }
        mantissa *= mantissa;
        exponent <<= 1;
        if mantissa < 0.5 {
            mantissa += mantissa;
            exponent -= 1;
        }
    }
    if y < 0.0 {
        result = 1.0 / result;
        scale = -scale;
    }
    scaled(result, scale)
}

/// The bits of a whole float, lowest first.
struct Bits(f64);

impl Iterator for Bits {
    type Item = bool;

    fn next(&mut self) -> Option<bool> {
        if self.0 == 0.0 {
            return None;
        }
        let odd = self.0 % 2.0 == 1.0;
        self.0 = (self.0 / 2.0).trunc();
        Some(odd)
    }
}

/// Returns a mantissa in `[½, 1)` and an exponent of two, of a finite value that is not zero.
fn split(x: f64) -> (f64, i32) {
    const MANTISSA: u64 = (1 << 52) - 1;
    let (x, shift) = if x.abs() < f64::MIN_POSITIVE { (x * TWO_52, -52) } else { (x, 0) };
    let bits = x.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1022 + shift;
    (f64::from_bits(bits & (MANTISSA | 1 << 63) | 1022 << 52), exponent)
}

const TWO_52: f64 = 4_503_599_627_370_496.0;

/// Returns `x * 2^exponent` with at most one rounding.
fn scaled(x: f64, exponent: i64) -> f64 {
    let (mantissa, own) = if x == 0.0 || !x.is_finite() { return x } else { split(x) };
    let exponent = exponent.saturating_add(i64::from(own));
    if exponent > 1024 {
        return f64::INFINITY.copysign(x);
    }
    if exponent < -1080 {
        return 0.0f64.copysign(x);
    }
    let power = |e: i64| f64::from_bits(u64::try_from(e + 1023).unwrap_or(0) << 52);
    if exponent > -1000 {
        // Two factors, as 2^1024 itself is no float.
        mantissa * power(exponent / 2) * power(exponent - exponent / 2)
    } else {
        mantissa * power(-1000) * power(exponent + 1000)
    }
}
