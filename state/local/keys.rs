//! Which key opens which file, and with what new files are sealed.

use super::preamble::{Preamble, SealWith};
use crate::{
    error::StateError,
    seal::{AES_256_GCM_ID, CLEAR, DerivedKey, Identity, Key, Sealer},
    store::Result,
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, PoisonError},
};

/// The key that was given, and what was derived from it for the files seen so far.
#[derive(Debug)]
pub(super) struct Keys {
    key: Option<Key>,
    derived: Mutex<BTreeMap<(Identity, u32), Option<DerivedKey>>>,
}

impl Keys {
    pub(super) fn new(key: Option<Key>) -> Self {
        Self { key, derived: Mutex::default() }
    }

    /// Returns whether new files are encrypted.
    pub(super) fn encrypts(&self) -> bool {
        self.key.is_some()
    }

    /// Returns what opens a file with this preamble.
    pub(super) fn opener(&self, preamble: &Preamble, file: &Path) -> Result<Sealer> {
        match (preamble.cipher, &self.key) {
            (CLEAR, _) => Ok(Sealer::Clear),
            (AES_256_GCM_ID, None) => Err(StateError::KeyMissing { path: file.into() }),
            (AES_256_GCM_ID, Some(key)) => self
                .derive(key, preamble.identity, preamble.rounds)
                .filter(|derived| derived.id == preamble.key_id)
                .map(Sealer::Encrypted)
                .ok_or_else(|| StateError::KeyWrong { path: file.into() }),
            _ => Err(StateError::NewerVersion { file: file.into() }),
        }
    }

    /// Returns with what new files of a store are sealed.
    pub(super) fn seal_with(&self, identity: Identity) -> Result<SealWith> {
        let Some(key) = &self.key else {
            return Ok(SealWith { sealer: Sealer::Clear, identity, rounds: 0 });
        };
        let rounds = key.rounds();
        let derived = self.derive(key, identity, rounds);
        let derived = derived.ok_or(StateError::KeyUnusable("no key can be derived from it"))?;
        Ok(SealWith { sealer: Sealer::Encrypted(derived), identity, rounds })
    }

    fn derive(&self, key: &Key, identity: Identity, rounds: u32) -> Option<DerivedKey> {
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        derived.entry((identity, rounds)).or_insert_with(|| key.derive(&identity, rounds)).clone()
    }
}
