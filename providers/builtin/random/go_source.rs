//! The generator behind `seed`: the additive lagged Fibonacci generator of Go's `math/rand`, seeded
//! with the CRC-64 of a text, so that a seed gives the values that Terraform's provider gives.
//!
//! Its start is a table of 607 words, which are what the generator holds after 7.8 trillion steps
//! from the seed 1. The recurrence is linear, so they are computed here by raising a polynomial to
//! that power instead of being kept as a table. This is no source of secrets.

use std::sync::LazyLock;

const LENGTH: usize = 607;
const TAP: usize = 273;
/// How many steps lie between the first seed and the table.
const STEPS: u64 = 7_800_000_000_000;
/// What Go puts in the place of a seed that is zero.
const SEED_OF_ZERO: i64 = 89_482_311;
const MODULUS: i64 = (1 << 31) - 1;

static TABLE: LazyLock<Vec<u64>> = LazyLock::new(table);

/// Random numbers that a text determines.
pub(crate) struct GoSource {
    words: Vec<u64>,
    tap: usize,
    feed: usize,
}

impl GoSource {
    /// Returns the numbers that belong to a text.
    pub(crate) fn of_text(seed: &str) -> Self {
        Self::of_seed(crc64(seed.as_bytes()).cast_signed())
    }

    /// Returns the numbers that belong to a seed.
    pub(crate) fn of_seed(seed: i64) -> Self {
        let seed = match seed.rem_euclid(MODULUS) {
            0 => SEED_OF_ZERO,
            seed => seed,
        };
        let mut words = first_words(seed, [40, 20]);
        for (word, cooked) in words.iter_mut().zip(TABLE.iter()) {
            *word ^= cooked;
        }
        Self { words, tap: 0, feed: LENGTH - TAP }
    }

    /// Returns a number below a bound, each with about the same chance; 0 for a bound below 1.
    pub(crate) fn below(&mut self, bound: i64) -> i64 {
        if bound < 1 {
            return 0;
        }
        // Small bounds are drawn from 31 bits, as Go does it.
        let (bits, shift) = if bound < 1 << 31 { (31, 32) } else { (63, 0) };
        let top = u64::MAX >> (64 - bits);
        let bound = bound.unsigned_abs();
        if bound.is_power_of_two() {
            return (self.next() >> shift & (bound - 1)).cast_signed();
        }
        let limit = top - (top + 1) % bound;
        loop {
            let drawn = self.next() >> shift;
            if drawn <= limit {
                return (drawn % bound).cast_signed();
            }
        }
    }

    /// Returns the numbers below a length in a random order.
    pub(crate) fn order(&mut self, length: usize) -> Vec<usize> {
        let mut order = vec![0; length];
        for index in 0..length {
            let other = self.below(i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1));
            let other = usize::try_from(other).unwrap_or(0);
            order[index] = order[other];
            order[other] = index;
        }
        order
    }

    /// Returns the next 63 bits.
    fn next(&mut self) -> u64 {
        self.tap = self.tap.checked_sub(1).unwrap_or(LENGTH - 1);
        self.feed = self.feed.checked_sub(1).unwrap_or(LENGTH - 1);
        self.words[self.feed] = self.words[self.feed].wrapping_add(self.words[self.tap]);
        self.words[self.feed] & (u64::MAX >> 1)
    }
}

/// Returns 607 words of a multiplicative generator, three draws each, shifted and laid together.
fn first_words(seed: i64, [first, second]: [u32; 2]) -> Vec<u64> {
    let mut state = seed;
    let mut draw = || {
        state = state * 48_271 % MODULUS;
        state.unsigned_abs()
    };
    for _ in 0..20 {
        draw();
    }
    (0..LENGTH).map(|_| draw() << first ^ draw() << second ^ draw()).collect()
}

/// Returns the table: what the generator holds after [`STEPS`] steps from the seed 1.
///
/// Step `n` writes `y(n) = y(n - 607) + y(n - 273)` over the place of `y(n - 607)`, which is
/// `(334 - n)` modulo 607; the first words are `y(-606)` to `y(0)`.
fn table() -> Vec<u64> {
    let first = first_words(1, [20, 10]);
    let mut written: Vec<u64> =
        (0..LENGTH).map(|index| first[(LENGTH - TAP + LENGTH - 1 - index) % LENGTH]).collect();
    for index in LENGTH..2 * LENGTH {
        written.push(written[index - LENGTH].wrapping_add(written[index - TAP]));
    }
    let power = power_of_x(STEPS);
    let mut table = vec![0; LENGTH];
    let shift = usize::try_from(STEPS % LENGTH as u64).unwrap_or(0);
    for index in 0..LENGTH {
        let terms = power.iter().zip(&written[index..]);
        let word = terms.fold(0_u64, |sum, (p, y)| sum.wrapping_add(p.wrapping_mul(*y)));
        // This is y(STEPS + index - 606).
        table[(3 * LENGTH - TAP + LENGTH - 1 - shift - index) % LENGTH] = word;
    }
    table
}

/// Returns `x` to a power modulo `x^607 - x^334 - 1`, with coefficients modulo 2^64.
fn power_of_x(exponent: u64) -> Vec<u64> {
    let mut power = vec![0_u64; LENGTH];
    power[0] = 1;
    for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
        let mut square = vec![0_u64; 2 * LENGTH];
        for (i, left) in power.iter().enumerate() {
            for (place, right) in square[i..].iter_mut().zip(&power) {
                *place = place.wrapping_add(left.wrapping_mul(*right));
            }
        }
        if exponent >> bit & 1 == 1 {
            square.insert(0, 0);
        }
        for degree in (LENGTH..square.len()).rev() {
            let coefficient = square[degree];
            for lower in [degree - LENGTH, degree - TAP] {
                square[lower] = square[lower].wrapping_add(coefficient);
            }
        }
        square.truncate(LENGTH);
        power = square;
    }
    power
}

/// Returns the CRC-64 of ISO 3309.
fn crc64(bytes: &[u8]) -> u64 {
    const POLYNOMIAL: u64 = 0xd800_0000_0000_0000;
    let step = |crc: u64| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
    let byte = |crc: u64, byte: &u8| (0..8).fold(crc ^ u64::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(!0, byte)
}

#[cfg(test)]
mod tests {
    use super::{GoSource, TABLE};

    /// Words of Go's own table, from its end.
    #[test]
    fn the_table_is_that_of_go() {
        let last =
            [8_382_142_935_188_824_023, 9_103_922_860_780_351_547, 4_152_330_101_494_654_406];
        assert_eq!(TABLE[604..], last);
    }

    /// The numbers that Go promises for the seed 0 (`TestRegress` of `math/rand`).
    #[test]
    fn numbers_are_those_of_go() {
        let bounds: [(i64, i64); 13] = [
            (1, 0),
            (10, 4),
            (32, 25),
            (1 << 20, 310_570),
            ((1 << 20) + 1, 857_611),
            (1_000_000_000, 621_654_496),
            (1 << 30, 413_258_767),
            ((1 << 31) - 2, 1_407_315_077),
            ((1 << 31) - 1, 1_926_657_288),
            (1_000_000_000_000_000_000, 543_572_285_742_637_646),
            (1 << 60, 355_889_821_886_249_464),
            (i64::MAX - 1, 8_325_060_299_420_976_708),
            (i64::MAX, 7_837_839_688_282_259_259),
        ];
        let mut source = GoSource::of_seed(0);
        for (bound, expected) in bounds {
            assert_eq!(source.below(bound), expected, "below {bound}");
        }
        let mut source = GoSource::of_seed(0);
        assert!(source.order(0).is_empty());
        assert_eq!(source.order(1), [0]);
        assert_eq!(source.order(5), [0, 4, 1, 3, 2]);
        assert_eq!(source.order(8), [3, 1, 0, 4, 7, 5, 2, 6]);
    }
}
