//! Private keys: which of their forms a text is in, and the two numbers that decrypting needs.
//!
//! The forms are PKCS #1, PKCS #8 and that of OpenSSH, each as PEM. Messages are Terraform's, save
//! that they never show anything of a key.

use super::{
    der::{self, DerError, Reader},
    openssh,
    pem::{self, Pem},
};
use num_bigint::BigUint;

/// The bits of a modulus; more would only cost time.
const MODULUS_BITS_MAX: u64 = 16_384;

/// The object identifier of RSA, 1.2.840.113549.1.1.1, as DER has it.
const RSA_IDENTIFIER: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

const ENCRYPTED: &str = "invalid private key: ssh: this private key is passphrase protected";
const NOT_RSA: &str = "invalid private key type: only RSA keys can decrypt";

/// What decrypting needs of a key.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PrivateKey {
    /// The product of the primes.
    pub(super) modulus: BigUint,
    /// The private exponent.
    pub(super) exponent: BigUint,
}

/// Returns the key that a text has, or what is wrong with it.
pub(super) fn parse(text: &str) -> Result<PrivateKey, String> {
    let Some(Pem { label, body, encrypted }) = pem::first(text) else {
        return Err("invalid private key: ssh: no key found".to_owned());
    };
    if encrypted {
        return Err(ENCRYPTED.to_owned());
    }
    let key = match label {
        "RSA PRIVATE KEY" => pkcs1(&body).map_err(damaged)?,
        "PRIVATE KEY" => pkcs8(&body).map_err(damaged)?.ok_or_else(|| NOT_RSA.to_owned())?,
        "OPENSSH PRIVATE KEY" => match openssh::parse(&body) {
            Some(openssh::Found::Rsa(key)) => key,
            Some(openssh::Found::Encrypted) => return Err(ENCRYPTED.to_owned()),
            Some(openssh::Found::Other) => return Err(NOT_RSA.to_owned()),
            None => return Err("invalid private key: ssh: invalid openssh private key".to_owned()),
        },
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => return Err(NOT_RSA.to_owned()),
        other => {
            let other = super::quoted(other);
            return Err(format!("invalid private key: ssh: unsupported key type {other}"));
        }
    };
    let bits = key.modulus.bits();
    if bits > MODULUS_BITS_MAX {
        return Err(format!(
            "invalid private key: its modulus has {bits} bits; at most {MODULUS_BITS_MAX} are allowed"
        ));
    }
    Ok(key)
}

fn damaged(error: DerError) -> String {
    format!("invalid ASN1 data in the given private key: {error}")
}

/// Reads a sequence of a version, the modulus, the two exponents, and what only saves time.
fn pkcs1(bytes: &[u8]) -> Result<PrivateKey, DerError> {
    let mut outer = Reader::new(bytes);
    let mut key = Reader::new(outer.value(der::SEQUENCE)?);
    key.value(der::INTEGER)?;
    let modulus = key.positive()?;
    key.positive()?;
    let exponent = key.positive()?;
    Ok(PrivateKey { modulus, exponent })
}

/// Reads a sequence of a version, an algorithm and a key; `None` for one of another algorithm.
fn pkcs8(bytes: &[u8]) -> Result<Option<PrivateKey>, DerError> {
    let mut outer = Reader::new(bytes);
    let mut info = Reader::new(outer.value(der::SEQUENCE)?);
    info.value(der::INTEGER)?;
    let mut algorithm = Reader::new(info.value(der::SEQUENCE)?);
    if algorithm.value(der::OBJECT_IDENTIFIER)? != RSA_IDENTIFIER {
        return Ok(None);
    }
    pkcs1(info.value(der::OCTET_STRING)?).map(Some)
}
