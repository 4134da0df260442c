//! Sealing: how frames are made unreadable without the key, and unforgeable with one.
//!
//! With a key, frames are encrypted with AES-256-GCM; without one, they carry a SHA-256 checksum in
//! the same place and lie in files for their owner alone. What stands around a frame (its file, its
//! place in it) goes into the seal, so that frames cannot be exchanged.
//! A key is 32 random bytes in hexadecimal or base64, or any other text, which is then stretched
//! with PBKDF2 and the salt of the store. Keys and secrets have no `Debug` form that shows them.

use crate::error::StateError;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest, hmac, pbkdf2,
    rand::{SecureRandom as _, SystemRandom},
};
use std::{fmt, io, num::NonZeroU32, sync::Arc};

/// Bytes that a seal adds behind a body.
pub(crate) const TAG_BYTES: usize = 16;
/// Bytes of the nonce of a frame.
pub(crate) const NONCE_BYTES: usize = 12;
/// Rounds of PBKDF2-HMAC-SHA512 for a new store; each file names its own number.
const ROUNDS: u32 = 210_000;
/// The most rounds that are done at the word of a file.
const ROUNDS_MAX: u32 = 10_000_000;

/// A key, or what it is made from.
#[derive(Clone)]
pub struct Key(Secret);

#[derive(Clone)]
enum Secret {
    Bytes([u8; 32]),
    Passphrase(String),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// Returns the key of a secret: 32 bytes in hexadecimal or base64, or a passphrase.
    ///
    /// White space around it is not part of it, so that the output of a command can be used.
    ///
    /// # Errors
    ///
    /// [`StateError::KeyUnusable`] if it is empty.
    pub fn from_secret(secret: &str) -> Result<Self, StateError> {
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(StateError::KeyUnusable("it is empty"));
        }
        let base64 = || STANDARD.decode(secret).ok();
        let bytes = from_hex(secret).or_else(base64).and_then(|bytes| bytes.try_into().ok());
        Ok(Self(bytes.map_or_else(|| Secret::Passphrase(secret.into()), Secret::Bytes)))
    }

    /// Returns the rounds that a new file names: none for a key that needs no stretching.
    pub(crate) fn rounds(&self) -> u32 {
        match self.0 {
            Secret::Bytes(_) => 0,
            Secret::Passphrase(_) => ROUNDS,
        }
    }

    /// Returns the key of a store; `None` if it cannot be the right one.
    pub(crate) fn derive(&self, store: &Identity, rounds: u32) -> Option<DerivedKey> {
        let mut master = [0; 32];
        match (&self.0, NonZeroU32::new(rounds)) {
            (Secret::Bytes(bytes), None) => master = *bytes,
            (Secret::Passphrase(text), Some(rounds)) if rounds.get() <= ROUNDS_MAX => {
                let algorithm = pbkdf2::PBKDF2_HMAC_SHA512;
                pbkdf2::derive(algorithm, rounds, &store.salt, text.as_bytes(), &mut master);
            }
            (Secret::Bytes(_) | Secret::Passphrase(_), _) => return None,
        }
        let master = hmac::Key::new(hmac::HMAC_SHA256, &master);
        let part = |purpose: &[u8]| hmac::sign(&master, &[purpose, &store.id].concat());
        let mut id = [0; 8];
        id.copy_from_slice(&part(b"infra state key id").as_ref()[..8]);
        let bytes = part(b"infra state frames");
        let key = UnboundKey::new(&AES_256_GCM, bytes.as_ref()).ok()?;
        let names = hmac::Key::new(hmac::HMAC_SHA256, part(b"infra state names").as_ref());
        Some(DerivedKey { id, key: Arc::new(LessSafeKey::new(key)), names })
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect()
}

/// What makes a store another one than every other: drawn when it begins, repeated in each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    /// Goes into every seal.
    pub(crate) id: [u8; 16],
    /// Goes into the stretching of passphrases.
    pub(crate) salt: [u8; 16],
}

impl Identity {
    /// Draws a new one.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { id: random()?, salt: random()? })
    }
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| io::Error::other("the system gives no random bytes"))?;
    Ok(bytes)
}

/// The key of one store.
#[derive(Clone)]
pub(crate) struct DerivedKey {
    /// Tells this key from others without telling anything about it.
    pub(crate) id: [u8; 8],
    key: Arc<LessSafeKey>,
    #[cfg_attr(not(feature = "sled"), allow(dead_code))]
    names: hmac::Key,
}

impl fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DerivedKey({:02x?})", self.id)
    }
}

/// How the frames of one file are sealed.
#[derive(Clone, Debug)]
pub(crate) enum Sealer {
    /// A checksum.
    Clear,
    /// Encryption.
    Encrypted(DerivedKey),
}

impl Sealer {
    /// Returns the number of the cipher in files.
    pub(crate) fn cipher(&self) -> u8 {
        match self {
            Self::Clear => CLEAR,
            Self::Encrypted(_) => AES_256_GCM_ID,
        }
    }

    /// Returns the key's id; zeros if there is none.
    pub(crate) fn key_id(&self) -> [u8; 8] {
        match self {
            Self::Clear => [0; 8],
            Self::Encrypted(key) => key.id,
        }
    }

    /// Returns a name that tells nothing of the text it is made from, if there is a key.
    #[cfg(feature = "sled")]
    pub(crate) fn name(&self, text: &str) -> [u8; 32] {
        let mut name = [0; 32];
        match self {
            Self::Clear => {
                name.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
            }
            Self::Encrypted(key) => {
                name.copy_from_slice(hmac::sign(&key.names, text.as_bytes()).as_ref());
            }
        }
        name
    }

    /// Returns a nonce for one frame.
    pub(crate) fn nonce(&self) -> io::Result<[u8; NONCE_BYTES]> {
        match self {
            Self::Clear => Ok([0; NONCE_BYTES]),
            Self::Encrypted(_) => random(),
        }
    }

    /// Seals a body together with what stands around it.
    pub(crate) fn seal(
        &self,
        nonce: [u8; NONCE_BYTES],
        around: &[u8],
        body: &mut Vec<u8>,
    ) -> io::Result<()> {
        match self {
            Self::Clear => {
                let sum = checksum(&[around, body]);
                body.extend_from_slice(&sum);
                Ok(())
            }
            Self::Encrypted(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let sealed = key.key.seal_in_place_append_tag(nonce, Aad::from(around), body);
                sealed.map_err(|_| io::Error::other("encryption failed"))
            }
        }
    }

    /// Returns the body of a sealed frame; `None` if it is not what was sealed.
    pub(crate) fn open(
        &self,
        nonce: [u8; NONCE_BYTES],
        around: &[u8],
        sealed: &[u8],
    ) -> Option<Vec<u8>> {
        match self {
            Self::Clear => {
                let (body, sum) = sealed.split_at_checked(sealed.len().checked_sub(TAG_BYTES)?)?;
                (checksum(&[around, body]) == *sum).then(|| body.to_vec())
            }
            Self::Encrypted(key) => {
                let mut body = sealed.to_vec();
                let nonce = Nonce::assume_unique_for_key(nonce);
                let length = key.key.open_in_place(nonce, Aad::from(around), &mut body).ok()?.len();
                body.truncate(length);
                Some(body)
            }
        }
    }
}

/// The number of the checksum in files.
pub(crate) const CLEAR: u8 = 0;
/// The number of AES-256-GCM in files.
pub(crate) const AES_256_GCM_ID: u8 = 1;

/// Returns the first half of the SHA-256 of some parts.
pub(crate) fn checksum(parts: &[&[u8]]) -> [u8; TAG_BYTES] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut sum = [0; TAG_BYTES];
    sum.copy_from_slice(&context.finish().as_ref()[..TAG_BYTES]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Identity = Identity { id: [1; 16], salt: [2; 16] };

    fn sealer(secret: &str) -> Sealer {
        let key = Key::from_secret(secret).unwrap();
        Sealer::Encrypted(key.derive(&IDENTITY, key.rounds()).unwrap())
    }

    #[test]
    fn takes_hexadecimal_base64_and_passphrases() {
        let bytes = |secret: &str| Key::from_secret(secret).unwrap().rounds() == 0;
        assert!(bytes(&"0f".repeat(32)));
        assert!(bytes("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"));
        assert!(!bytes("correct horse battery staple"));
        assert!(Key::from_secret(" \n").is_err());
        assert_eq!(format!("{:?}", Key::from_secret("hunter2").unwrap()), "Key(..)");
    }

    #[test]
    fn opens_only_what_was_sealed_here() {
        for sealer in [Sealer::Clear, sealer(&"0f".repeat(32)), sealer("a passphrase")] {
            let nonce = sealer.nonce().unwrap();
            let mut body = b"hunter2".to_vec();
            sealer.seal(nonce, b"here", &mut body).unwrap();
            assert_eq!(sealer.open(nonce, b"here", &body).unwrap(), b"hunter2");
            assert!(sealer.open(nonce, b"elsewhere", &body).is_none());
            body[0] ^= 1;
            assert!(sealer.open(nonce, b"here", &body).is_none());
            assert!(sealer.open(nonce, b"here", &[]).is_none());
        }
    }

    #[test]
    fn another_store_has_another_key() {
        let key = Key::from_secret(&"0f".repeat(32)).unwrap();
        let other = Identity { id: [3; 16], ..IDENTITY };
        assert_ne!(key.derive(&IDENTITY, 0).unwrap().id, key.derive(&other, 0).unwrap().id);
        assert!(key.derive(&IDENTITY, 1000).is_none(), "a passphrase was expected");
    }
}
