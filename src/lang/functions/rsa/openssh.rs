//! Keys in the form of OpenSSH: strings with their lengths before them.

use super::key::PrivateKey;
use num_bigint::BigUint;

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// What is in such a key.
pub(super) enum Found {
    /// A key of RSA.
    Rsa(PrivateKey),
    /// A key of another algorithm.
    Other,
    /// A key behind a passphrase.
    Encrypted,
}

/// Returns what is in a key; `None` if it is damaged.
pub(super) fn parse(bytes: &[u8]) -> Option<Found> {
    let mut outer = Reader { rest: bytes.strip_prefix(MAGIC)? };
    let (cipher, derivation) = (outer.string()?, outer.string()?);
    outer.string()?;
    if (cipher, derivation) != (b"none", b"none") {
        return Some(Found::Encrypted);
    }
    if outer.number()? != 1 {
        return None;
    }
    outer.string()?;
    let mut inner = Reader { rest: outer.string()? };
    // Two equal numbers show that the passphrase was the right one.
    if inner.number()? != inner.number()? {
        return None;
    }
    if inner.string()? != b"ssh-rsa" {
        return Some(Found::Other);
    }
    let modulus = inner.integer()?;
    inner.integer()?;
    let exponent = inner.integer()?;
    Some(Found::Rsa(PrivateKey { modulus, exponent }))
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_be_bytes(*bytes))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    /// Returns an integer above zero.
    fn integer(&mut self) -> Option<BigUint> {
        let bytes = self.string()?;
        let negative = bytes.first().is_some_and(|first| *first >= 0x80);
        let number = BigUint::from_bytes_be(bytes);
        (!negative && number.bits() > 0).then_some(number)
    }
}
