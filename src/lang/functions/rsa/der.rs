//! As much of DER as a private key has: a tag, a length, and that many bytes.

use num_bigint::BigUint;
use std::fmt;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Why bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DerError {
    /// They end too early.
    Truncated,
    /// Another value is there than should be.
    Unexpected,
}

impl fmt::Display for DerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "data truncated",
            Self::Unexpected => "tags don't match",
        })
    }
}

/// Values one after another.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Returns a reader of some bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns the bytes of the next value, which must have the tag.
    pub(super) fn value(&mut self, tag: u8) -> Result<&'a [u8], DerError> {
        match self.bytes(2)? {
            [found, short] if *found == tag => {
                let length = match short {
                    ..=0x7f => usize::from(*short),
                    // A length of more than four bytes is none of a key.
                    0x81..=0x84 => {
                        let bytes = self.bytes(usize::from(short & 0x7f))?;
                        bytes.iter().fold(0, |all, byte| all << 8 | usize::from(*byte))
                    }
                    _ => return Err(DerError::Unexpected),
                };
                self.bytes(length)
            }
            _ => Err(DerError::Unexpected),
        }
    }

    /// Returns the next value, an integer above zero.
    pub(super) fn positive(&mut self) -> Result<BigUint, DerError> {
        let bytes = self.value(INTEGER)?;
        let number = BigUint::from_bytes_be(bytes);
        let negative = bytes.first().is_some_and(|first| *first >= 0x80);
        if negative || number.bits() == 0 { Err(DerError::Unexpected) } else { Ok(number) }
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8], DerError> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(DerError::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }
}
