//! Private keys: made, read, written in every form that has a name, and used to sign.
//!
//! Nothing here can be printed: the types have no `Debug`, and no error tells what a key holds.

use super::{
    der::{Reader, bits, element, integer, oid, sequence, tag},
    pem,
};
use curve::Curve;
use ring::signature::{Ed25519KeyPair, KeyPair};
use rsa::{
    RsaPrivateKey,
    pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey},
    signature::{SignatureEncoding, Signer},
};
use sha1::{Digest, Sha1};
use stream::Stream;

pub(super) mod curve;
pub(super) mod openssh;
mod stream;

/// A private key.
pub(super) enum PrivateKey {
    Rsa(Box<RsaPrivateKey>),
    /// The secret number and the public point, uncompressed.
    Ecdsa(Curve, Vec<u8>, Vec<u8>),
    /// The seed and the public key.
    Ed25519([u8; 32], [u8; 32]),
}

/// What kind of key is wanted.
pub(super) enum Wanted {
    Rsa(usize),
    Ecdsa(Curve),
    Ed25519,
}

/// Why a text is no private key; holds no part of it.
pub(super) type Problem = &'static str;

pub(super) const OID_RSA: &str = "1.2.840.113549.1.1.1";
pub(super) const OID_EC: &str = "1.2.840.10045.2.1";
pub(super) const OID_ED25519: &str = "1.3.101.112";

const UNUSABLE: Problem = "the key can't be read";

/// Makes a key from 48 random bytes.
pub(super) fn generate(wanted: &Wanted, entropy: &[u8]) -> Result<PrivateKey, Problem> {
    let mut stream = Stream::new(entropy);
    match wanted {
        Wanted::Rsa(bits) => {
            let key = RsaPrivateKey::new(&mut stream, *bits);
            Ok(PrivateKey::Rsa(Box::new(key.map_err(|_| "no key of this size can be made")?)))
        }
        Wanted::Ecdsa(curve) => loop {
            let mut secret = vec![0; curve.bytes()];
            stream.fill(&mut secret);
            curve.mask(&mut secret);
            // Numbers that are too great are drawn anew.
            if let Some(point) = curve.point(&secret) {
                return Ok(PrivateKey::Ecdsa(*curve, secret, point));
            }
        },
        Wanted::Ed25519 => {
            let mut seed = [0; 32];
            stream.fill(&mut seed);
            PrivateKey::of_seed(&seed)
        }
    }
}

/// Reads a private key from PEM, in PKCS #1, SEC 1 or PKCS #8.
pub(super) fn read_pem(text: &str) -> Result<PrivateKey, Problem> {
    let block = pem::decode(text).ok_or("it is no PEM")?;
    match block.label.as_str() {
        "RSA PRIVATE KEY" => read_pkcs1(&block.bytes),
        "EC PRIVATE KEY" => read_sec1(&block.bytes, None),
        "PRIVATE KEY" => read_pkcs8(&block.bytes),
        "ENCRYPTED PRIVATE KEY" => Err("the key is encrypted"),
        "OPENSSH PRIVATE KEY" => Err("it is in the form of OpenSSH"),
        _ => Err("it is PEM of something else than a private key"),
    }
}

fn read_pkcs1(der: &[u8]) -> Result<PrivateKey, Problem> {
    let key = RsaPrivateKey::from_pkcs1_der(der).map_err(|_| UNUSABLE)?;
    Ok(PrivateKey::Rsa(Box::new(key)))
}

fn read_sec1(der: &[u8], named: Option<Curve>) -> Result<PrivateKey, Problem> {
    let parts = || {
        let mut inside = Reader::new(der).inside(tag::SEQUENCE)?;
        inside.take(tag::INTEGER).filter(|version| version.content == [1])?;
        let secret = inside.take(tag::OCTET_STRING)?.content;
        let own = inside.inside(0xa0).and_then(|mut inside| inside.take(tag::OID));
        Some((secret, own.map(|oid| oid.content)))
    };
    let (secret, own) = parts().ok_or(UNUSABLE)?;
    let curve = named.or_else(|| Curve::of_oid(own?)).ok_or("its curve is not known here")?;
    PrivateKey::of_secret(curve, secret)
}

fn read_pkcs8(der: &[u8]) -> Result<PrivateKey, Problem> {
    let parts = || {
        let mut inside = Reader::new(der).inside(tag::SEQUENCE)?;
        inside.take(tag::INTEGER)?;
        let mut algorithm = inside.inside(tag::SEQUENCE)?;
        let name = super::der::dotted(algorithm.take(tag::OID)?.content);
        let curve = algorithm.take(tag::OID).and_then(|oid| Curve::of_oid(oid.content));
        Some((name, curve, inside.take(tag::OCTET_STRING)?.content))
    };
    let (name, curve, key) = parts().ok_or(UNUSABLE)?;
    match name.as_str() {
        OID_RSA => read_pkcs1(key),
        OID_EC => read_sec1(key, curve),
        OID_ED25519 => {
            let seed = Reader::new(key).take(tag::OCTET_STRING).map(|seed| seed.content);
            PrivateKey::of_seed(seed.ok_or(UNUSABLE)?)
        }
        _ => Err("its algorithm is not known here"),
    }
}

impl PrivateKey {
    fn of_seed(seed: &[u8]) -> Result<Self, Problem> {
        let seed: [u8; 32] = seed.try_into().map_err(|_| UNUSABLE)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| UNUSABLE)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| UNUSABLE)?;
        Ok(Self::Ed25519(seed, public))
    }

    fn of_secret(curve: Curve, secret: &[u8]) -> Result<Self, Problem> {
        let excess = secret.len().saturating_sub(curve.bytes());
        if secret[..excess].iter().any(|byte| *byte != 0) {
            return Err(UNUSABLE);
        }
        let secret = &secret[excess..];
        let padded = [&vec![0; curve.bytes() - secret.len()][..], secret].concat();
        let point = curve.point(&padded).ok_or(UNUSABLE)?;
        Ok(Self::Ecdsa(curve, padded, point))
    }

    /// Returns the name of the algorithm.
    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RSA",
            Self::Ecdsa(..) => "ECDSA",
            Self::Ed25519(..) => "ED25519",
        }
    }

    /// Returns the key in the form that its algorithm is used to.
    pub(super) fn to_pem(&self) -> Result<String, Problem> {
        match self {
            Self::Rsa(key) => Ok(pem::encode("RSA PRIVATE KEY", &pkcs1(key)?)),
            Self::Ecdsa(curve, secret, point) => {
                let der = sec1(secret, point, Some(*curve));
                Ok(pem::encode("EC PRIVATE KEY", &der))
            }
            Self::Ed25519(..) => self.to_pkcs8_pem(),
        }
    }

    /// Returns the key in PKCS #8.
    pub(super) fn to_pkcs8_pem(&self) -> Result<String, Problem> {
        let key = match self {
            Self::Rsa(key) => pkcs1(key)?,
            Self::Ecdsa(_, secret, point) => sec1(secret, point, None),
            Self::Ed25519(seed, _) => element(tag::OCTET_STRING, seed),
        };
        let key = element(tag::OCTET_STRING, &key);
        Ok(pem::encode("PRIVATE KEY", &sequence(&[integer(&[0]), self.identifier(), key])))
    }

    /// Returns the public key as certificates have it.
    pub(super) fn public_der(&self) -> Result<Vec<u8>, Problem> {
        Ok(sequence(&[self.identifier(), bits(&self.public_bytes()?)]))
    }

    /// Returns the public key in PEM.
    pub(super) fn public_pem(&self) -> Result<String, Problem> {
        Ok(pem::encode("PUBLIC KEY", &self.public_der()?))
    }

    /// Returns the bits of the public key, without its algorithm.
    fn public_bytes(&self) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Rsa(key) => {
                let der = key.to_public_key().to_pkcs1_der().map_err(|_| UNUSABLE)?;
                Ok(der.as_bytes().to_vec())
            }
            Self::Ecdsa(_, _, point) => Ok(point.clone()),
            Self::Ed25519(_, public) => Ok(public.to_vec()),
        }
    }

    fn identifier(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => sequence(&[oid(OID_RSA), element(tag::NULL, &[])]),
            Self::Ecdsa(curve, ..) => sequence(&[oid(OID_EC), oid(curve.oid())]),
            Self::Ed25519(..) => sequence(&[oid(OID_ED25519)]),
        }
    }

    /// Returns how a signature by this key is called.
    pub(super) fn signature_identifier(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => sequence(&[oid("1.2.840.113549.1.1.11"), element(tag::NULL, &[])]),
            Self::Ecdsa(curve, ..) => sequence(&[oid(curve.signature_oid())]),
            Self::Ed25519(..) => sequence(&[oid(OID_ED25519)]),
        }
    }

    /// Signs a message.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Problem> {
        const FAILED: Problem = "the key can't sign";
        match self {
            Self::Rsa(key) => {
                let signer = rsa::pkcs1v15::SigningKey::<sha2::Sha256>::new((**key).clone());
                Ok(signer.try_sign(message).map_err(|_| FAILED)?.to_vec())
            }
            Self::Ecdsa(curve, secret, _) => curve.sign(secret, message).ok_or(FAILED),
            Self::Ed25519(seed, _) => {
                let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| FAILED)?;
                Ok(pair.sign(message).as_ref().to_vec())
            }
        }
    }
}

/// Returns the identifier of the subject's key, from its public key as certificates have it.
pub(super) fn subject_key_id(public_der: &[u8]) -> Option<Vec<u8>> {
    let mut inside = Reader::new(public_der).inside(tag::SEQUENCE)?;
    let algorithm = inside.inside(tag::SEQUENCE)?.take(tag::OID)?;
    let bits = inside.take(tag::BIT_STRING)?;
    let bits = bits.whole_bits()?;
    if super::der::dotted(algorithm.content) == OID_ED25519 {
        // The ecosystem's provider has always hashed these keys as an octet string.
        return Some(Sha1::digest(element(tag::OCTET_STRING, bits)).to_vec());
    }
    Some(Sha1::digest(bits).to_vec())
}

fn pkcs1(key: &RsaPrivateKey) -> Result<Vec<u8>, Problem> {
    Ok(key.to_pkcs1_der().map_err(|_| UNUSABLE)?.as_bytes().to_vec())
}

fn sec1(secret: &[u8], point: &[u8], curve: Option<Curve>) -> Vec<u8> {
    let named = curve.map(|curve| element(0xa0, &oid(curve.oid()))).unwrap_or_default();
    let secret = element(tag::OCTET_STRING, secret);
    sequence(&[integer(&[1]), secret, named, element(0xa1, &bits(point))])
}
