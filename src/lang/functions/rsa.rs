//! `rsadecrypt`: RSA with the padding of PKCS #1 v1.5, on big integers; its keys are read by [`key`].
//!
//! What is decrypted is the user's own, on the user's own machine, once per run: nobody can measure
//! many answers, so that the time they take need not be hidden.

mod der;
mod key;
mod openssh;
mod pem;

use super::{
    Body, Function, Outcome, Parameter, Shape,
    arguments::{fail, fail_at, quoted, string, text},
    encoding::from_base64,
};
use infra_model::value::Value;
use key::PrivateKey;
use num_bigint::BigUint;

/// The least bytes around a message: two zeros, a two, and eight of padding.
const PADDING_BYTES_MIN: usize = 11;

pub(super) const TABLE: &[Function] = &[Function::new(
    "rsadecrypt",
    "The text that was encrypted for an RSA key.",
    &[Parameter::new("ciphertext", Shape::String), Parameter::new("privatekey", Shape::String)],
    Body::Plain(rsadecrypt),
)];

fn rsadecrypt(arguments: &[Value]) -> Outcome {
    let given = text(arguments, 0);
    let Some(sealed) = from_base64(given) else {
        let shown = quoted(given);
        let problem = format!("failed to decode input {shown}: cipher text must be base64-encoded");
        return fail_at(0, problem);
    };
    let key = match key::parse(text(arguments, 1)) {
        Ok(key) => key,
        Err(problem) => return fail_at(1, problem),
    };
    let Some(opened) = decrypt(&key, &sealed) else {
        return fail("failed to decrypt: crypto/rsa: decryption error");
    };
    match String::from_utf8(opened) {
        Ok(opened) => Ok(string(opened)),
        Err(_) => fail("the result of decrypting the provided string is not valid UTF-8"),
    }
}

/// Returns the message in a cipher text; `None` if the key does not open it.
fn decrypt(key: &PrivateKey, sealed: &[u8]) -> Option<Vec<u8>> {
    let size = usize::try_from(key.modulus.bits().div_ceil(8)).ok()?;
    let sealed = BigUint::from_bytes_be(sealed);
    if size < PADDING_BYTES_MIN || sealed >= key.modulus {
        return None;
    }
    let padded = sealed.modpow(&key.exponent, &key.modulus).to_bytes_be();
    // The first byte is a zero, which the integer has lost.
    let padding = padded.strip_prefix(&[2]).filter(|_| padded.len() + 1 == size)?;
    let end = padding.iter().position(|byte| *byte == 0)?;
    (end + 3 >= PADDING_BYTES_MIN).then(|| padding[end + 1..].to_vec())
}

#[cfg(test)]
mod tests;
