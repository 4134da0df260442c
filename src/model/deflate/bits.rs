//! Bits in the order of the format: from the lowest of each byte on.

/// Bits under construction.
#[derive(Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// The bits that do not fill a byte yet.
    rest: u64,
    rest_len: u32,
}

impl Bits {
    /// Appends the lowest `len` bits of a value, at most 32; the others must be zero.
    pub(super) fn push(&mut self, value: u32, len: u32) {
        debug_assert!(len == 32 || value >> len == 0, "no bits beyond the length");
        self.rest |= u64::from(value) << self.rest_len;
        self.rest_len += len;
        while self.rest_len >= 8 {
            self.bytes.push((self.rest & 0xff) as u8);
            self.rest >>= 8;
            self.rest_len -= 8;
        }
    }

    /// Appends a block of bytes as they are, at most 65,535 of them.
    pub(super) fn stored(&mut self, bytes: &[u8], last: bool) {
        self.push(u32::from(last), 3);
        self.push(0, (8 - self.rest_len) % 8);
        let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.push(u32::from(len), 16);
        self.push(u32::from(!len), 16);
        self.bytes.extend_from_slice(bytes);
    }

    /// Returns the bytes, the last one filled up.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.push(0, (8 - self.rest_len) % 8);
        self.bytes
    }
}
