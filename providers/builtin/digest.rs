//! Checksums in the forms that attributes have them.

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// All checksums of one content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checksums {
    pub(crate) md5: String,
    pub(crate) sha1: String,
    pub(crate) sha256: String,
    pub(crate) base64_sha256: String,
    pub(crate) sha512: String,
    pub(crate) base64_sha512: String,
}

impl Checksums {
    pub(crate) fn of(content: &[u8]) -> Self {
        let (sha256, sha512) = (Sha256::digest(content), Sha512::digest(content));
        Self {
            md5: hex(&Md5::digest(content)),
            sha1: sha1(content),
            sha256: hex(&sha256),
            base64_sha256: STANDARD.encode(sha256),
            sha512: hex(&sha512),
            base64_sha512: STANDARD.encode(sha512),
        }
    }
}

/// Returns the SHA-1 checksum in hexadecimal.
pub(crate) fn sha1(content: &[u8]) -> String {
    hex(&Sha1::digest(content))
}

/// Returns bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|d| char::from(DIGITS[usize::from(d)]));
    bytes.iter().flat_map(digits).collect()
}
