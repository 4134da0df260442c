//! Keys as OpenSSH has them. Encrypted ones are told, not read.

use super::{Curve, PrivateKey, Problem, read_pem};
use crate::tls::pem;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use md5::Md5;
use rsa::{
    BigUint, RsaPrivateKey,
    traits::{PrivateKeyParts, PublicKeyParts},
};
use sha2::{Digest, Sha256};

const MAGIC: &[u8] = b"openssh-key-v1\0";
const BLOCK: usize = 8;

/// The public key in three forms; all are empty for keys that OpenSSH does not know.
#[derive(Default)]
pub(crate) struct Public {
    /// A line for `authorized_keys`, with its end.
    pub(crate) line: String,
    pub(crate) md5: String,
    pub(crate) sha256: String,
}

/// Returns the public key as OpenSSH has it.
pub(crate) fn public(key: &PrivateKey, comment: &str) -> Public {
    let Some((name, blob)) = blob(key) else { return Public::default() };
    let comment = if comment.is_empty() { String::new() } else { format!(" {comment}") };
    let md5: Vec<String> = Md5::digest(&blob).iter().map(|byte| format!("{byte:02x}")).collect();
    Public {
        line: format!("{name} {}{comment}\n", STANDARD.encode(&blob)),
        md5: md5.join(":"),
        sha256: format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&blob))),
    }
}

/// Returns the private key as OpenSSH has it, or nothing if it does not know such keys.
pub(crate) fn private(key: &PrivateKey, comment: &str) -> String {
    let Some((name, public)) = blob(key) else { return String::new() };
    // Two equal numbers tell a reader that it decrypted well; any will do, as nothing is encrypted.
    let digest = Sha256::digest(&public);
    let mut inside = [&digest[..4], &digest[..4], &string(name.as_bytes())].concat();
    match key {
        PrivateKey::Rsa(key) => {
            let inverse = key.crt_coefficient().unwrap_or_default();
            let primes = key.primes().iter().take(2);
            let numbers = [key.n(), key.e(), key.d(), &inverse].into_iter().chain(primes);
            inside.extend(numbers.flat_map(number));
        }
        PrivateKey::Ecdsa(curve, secret, point) => {
            inside.extend(string(curve.ssh_name().unwrap_or_default().as_bytes()));
            inside.extend(string(point));
            inside.extend(number(&BigUint::from_bytes_be(secret)));
        }
        PrivateKey::Ed25519(seed, public) => {
            inside.extend(string(public));
            inside.extend(string(&[&seed[..], public].concat()));
        }
    }
    inside.extend(string(comment.as_bytes()));
    let missing = (BLOCK - inside.len() % BLOCK) % BLOCK;
    inside.extend((1..=u8::try_from(missing).unwrap_or(0)).take(missing));
    let none = string(b"none");
    let one = 1_u32.to_be_bytes();
    let parts: [&[u8]; 7] =
        [MAGIC, &none, &none, &string(b""), &one, &string(&public), &string(&inside)];
    pem::encode("OPENSSH PRIVATE KEY", &parts.concat())
}

/// Reads a private key in the form of OpenSSH, or in one of those that it reads besides.
pub(crate) fn read(text: &str) -> Result<PrivateKey, Problem> {
    let block = pem::decode(text).ok_or("it is no PEM")?;
    if block.label != "OPENSSH PRIVATE KEY" {
        return read_pem(text);
    }
    let outer = || {
        let mut rest = Fields(block.bytes.strip_prefix(MAGIC)?);
        let cipher = rest.string()?;
        rest.string()?;
        rest.string()?;
        rest.take(4).filter(|count| **count == 1_u32.to_be_bytes())?;
        rest.string()?;
        Some((cipher, rest.string()?))
    };
    let (cipher, inside) = outer().ok_or(super::UNUSABLE)?;
    if cipher != b"none" {
        return Err("the key is encrypted");
    }
    let mut fields = Fields(inside);
    let checks = fields.take(8).ok_or(super::UNUSABLE)?;
    if checks[..4] != checks[4..] {
        return Err(super::UNUSABLE);
    }
    let name = fields.string().ok_or(super::UNUSABLE)?;
    read_fields(name, fields).ok_or("its algorithm is not known here")?
}

/// Reads what stands behind the name of an algorithm; `None` for one that is not known.
fn read_fields(name: &[u8], mut fields: Fields<'_>) -> Option<Result<PrivateKey, Problem>> {
    let found = match name {
        b"ssh-rsa" => read_rsa(&mut fields),
        b"ssh-ed25519" => {
            let seed = fields.string().and_then(|_| fields.string()?.get(..32));
            seed.and_then(|seed| PrivateKey::of_seed(seed).ok())
        }
        _ => {
            let known = |curve: &Curve| {
                curve.ssh_name().is_some_and(|ssh| format!("ecdsa-sha2-{ssh}").as_bytes() == name)
            };
            let curve = Curve::ALL.into_iter().find(known)?;
            fields.string();
            fields.string();
            let secret = fields.string();
            secret.and_then(|secret| PrivateKey::of_secret(curve, secret).ok())
        }
    };
    Some(found.ok_or(super::UNUSABLE))
}

fn read_rsa(fields: &mut Fields<'_>) -> Option<PrivateKey> {
    let mut next = || fields.string().map(BigUint::from_bytes_be);
    let (n, e, d, _) = (next()?, next()?, next()?, next()?);
    let primes = vec![next()?, next()?];
    let key = RsaPrivateKey::from_components(n, e, d, primes).ok()?;
    key.validate().ok()?;
    Some(PrivateKey::Rsa(Box::new(key)))
}

/// Returns the name of the algorithm and the public key as it goes over the wire.
fn blob(key: &PrivateKey) -> Option<(String, Vec<u8>)> {
    let (name, fields) = match key {
        PrivateKey::Rsa(key) => ("ssh-rsa".to_owned(), [number(key.e()), number(key.n())].concat()),
        PrivateKey::Ecdsa(curve, _, point) => {
            let curve = curve.ssh_name()?;
            let fields = [string(curve.as_bytes()), string(point)].concat();
            (format!("ecdsa-sha2-{curve}"), fields)
        }
        PrivateKey::Ed25519(_, public) => ("ssh-ed25519".to_owned(), string(public)),
    };
    let blob = [string(name.as_bytes()), fields].concat();
    Some((name, blob))
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

/// A number that is not negative, so a first bit that is set has a zero before it.
fn number(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_some_and(|first| *first >= 128) {
        bytes.insert(0, 0);
    }
    string(&bytes)
}

/// Fields one after the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length: [u8; 4] = self.take(4)?.try_into().ok()?;
        self.take(usize::try_from(u32::from_be_bytes(length)).ok()?)
    }
}
