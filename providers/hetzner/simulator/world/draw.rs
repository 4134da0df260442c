//! Chance from a seed: the same seed gives the same ids, passwords and faults.

/// A generator of numbers (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number below `end`; 0 where there is none.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Returns letters and digits, such as a password has.
    pub(crate) fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8; 55] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let letter = |draw: &mut Self| {
            let at = usize::try_from(draw.below(LETTERS.len() as u64)).unwrap_or(0);
            char::from(LETTERS[at])
        };
        (0..length).map(|_| letter(self)).collect()
    }
}
