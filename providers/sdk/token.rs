//! Tokens: the short text by which a lost create is found again.

use infra_model::{
    address::{Address, Generation},
    text::Text,
};
use sha2::{Digest, Sha256};

/// Letters that every provider's labels, names and comments allow, whatever their case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Bytes of the digest that are kept: 120 bits, which no two objects of an estate share by chance.
const BYTES: usize = 15;

/// Returns the token of an object: a stable text of 25 lowercase letters and digits.
///
/// It begins with a letter, so that it may stand where names must.
///
/// ```
/// use infra_model::address::{Address, Generation};
/// let address = "docker_container.web[0]".parse::<Address>().unwrap();
/// let token = infra_sdk::token::token("lineage", &address, Generation(1));
/// assert_eq!(token.len(), 25);
/// assert_ne!(token, infra_sdk::token::token("lineage", &address, Generation(2)));
/// ```
pub fn token(lineage: &str, address: &Address, generation: Generation) -> Text {
    let mut hash = Sha256::new();
    // No part can hold a zero byte of its own accord, so parts cannot run into each other.
    hash.update(lineage.as_bytes());
    hash.update([0]);
    hash.update(address.to_string().as_bytes());
    hash.update([0]);
    hash.update(generation.0.to_be_bytes());
    let digest = hash.finalize();
    let mut out = String::with_capacity(1 + BYTES * 8 / 5);
    out.push('i');
    base32(&digest[..BYTES], &mut out);
    out.into()
}

/// Appends bytes in base 32 without padding; their number is a multiple of five.
fn base32(bytes: &[u8], out: &mut String) {
    for chunk in bytes.chunks(5) {
        let word = chunk.iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        for position in (0..chunk.len() * 8 / 5).rev() {
            let letter = (word >> (position * 5) & 31) as usize;
            out.push(char::from(ALPHABET[letter]));
        }
    }
}
