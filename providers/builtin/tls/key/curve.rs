//! The four curves of ECDSA keys.

use super::stream::Stream;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A curve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P224,
    P256,
    P384,
    P521,
}

/// Does the same on each of the four curves, whose types have nothing in common.
macro_rules! on {
    ($curve:expr, $module:ident, $then:expr) => {
        match $curve {
            Curve::P224 => {
                use p224 as $module;
                $then
            }
            Curve::P256 => {
                use p256 as $module;
                $then
            }
            Curve::P384 => {
                use p384 as $module;
                $then
            }
            Curve::P521 => {
                use p521 as $module;
                $then
            }
        }
    };
}

impl Curve {
    pub(crate) const ALL: [Self; 4] = [Self::P224, Self::P256, Self::P384, Self::P521];

    /// Returns the name as configurations have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::P224 => "P224",
            Self::P256 => "P256",
            Self::P384 => "P384",
            Self::P521 => "P521",
        }
    }

    /// Returns the curve of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.name() == name)
    }

    /// Returns the name that OpenSSH has for it; it does not know them all.
    pub(crate) fn ssh_name(self) -> Option<&'static str> {
        match self {
            Self::P224 => None,
            Self::P256 => Some("nistp256"),
            Self::P384 => Some("nistp384"),
            Self::P521 => Some("nistp521"),
        }
    }

    /// Returns the object identifier, with dots.
    pub(crate) fn oid(self) -> &'static str {
        match self {
            Self::P224 => "1.3.132.0.33",
            Self::P256 => "1.2.840.10045.3.1.7",
            Self::P384 => "1.3.132.0.34",
            Self::P521 => "1.3.132.0.35",
        }
    }

    /// Returns the curve with an object identifier, of which this is the content.
    pub(crate) fn of_oid(content: &[u8]) -> Option<Self> {
        let dotted = crate::tls::der::dotted(content);
        Self::ALL.into_iter().find(|curve| curve.oid() == dotted)
    }

    /// Returns the object identifier of signatures with the hash that suits the curve.
    pub(crate) fn signature_oid(self) -> &'static str {
        match self {
            Self::P224 | Self::P256 => "1.2.840.10045.4.3.2",
            Self::P384 => "1.2.840.10045.4.3.3",
            Self::P521 => "1.2.840.10045.4.3.4",
        }
    }

    /// Returns the length of a secret number.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::P224 => 28,
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Takes off the bits that no number below the order of the curve has.
    pub(crate) fn mask(self, secret: &mut [u8]) {
        if let (Self::P521, Some(first)) = (self, secret.first_mut()) {
            *first &= 1;
        }
    }

    /// Returns the public point of a secret number, uncompressed, if it is a secret number.
    pub(crate) fn point(self, secret: &[u8]) -> Option<Vec<u8>> {
        on!(self, module, {
            use module::elliptic_curve::sec1::ToEncodedPoint;
            let key = module::SecretKey::from_slice(secret).ok()?;
            Some(key.public_key().to_encoded_point(false).as_bytes().to_vec())
        })
    }

    /// Signs a message with a secret number.
    pub(crate) fn sign(self, secret: &[u8], message: &[u8]) -> Option<Vec<u8>> {
        let hash = match self {
            Self::P224 | Self::P256 => Sha256::digest(message).to_vec(),
            Self::P384 => Sha384::digest(message).to_vec(),
            Self::P521 => Sha512::digest(message).to_vec(),
        };
        // What must differ from message to message and be known to nobody is drawn from both.
        let mut nonce = Stream::new(&[secret, &hash].concat());
        on!(self, module, {
            use module::ecdsa::{
                Signature, SigningKey, signature::hazmat::RandomizedPrehashSigner,
            };
            let key = SigningKey::from_slice(secret).ok()?;
            let signature: Signature = key.sign_prehash_with_rng(&mut nonce, &hash).ok()?;
            Some(signature.to_der().as_bytes().to_vec())
        })
    }
}
