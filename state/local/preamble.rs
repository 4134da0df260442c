//! The first bytes of every file of a state: what it is, of which store, sealed with which key.
//!
//! ```text
//!   0 "INFRA"   5 sort    6 version   7 cipher
//!   8 key id   16 store  32 salt     48 rounds   52 zeros
//!  56 number   64 epoch  72 zeros   112 checksum of all before
//! ```
//!
//! Integers are little-endian. The preamble is in clear; it goes into the seal of every frame.

use crate::{
    error::StateError,
    seal::{Identity, Sealer, TAG_BYTES, checksum},
    store::Result,
};
use std::path::Path;

/// The length of a preamble.
pub(super) const PREAMBLE_BYTES: usize = 128;

/// The version of the files that are written.
pub(super) const VERSION: u8 = 1;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileSort {
    /// Says that this directory is a state.
    Format,
    /// A segment of the journal; its number is that of its first record.
    Segment,
    /// A checkpoint; its number is that of the last record in it.
    Checkpoint,
    /// A revision with its configuration and plan; its number is its serial.
    Revision,
    /// A saved plan, of no store; its number is 0.
    Plan,
}

impl FileSort {
    fn letter(self) -> u8 {
        match self {
            Self::Format => b'F',
            Self::Segment => b'J',
            Self::Checkpoint => b'C',
            Self::Revision => b'R',
            Self::Plan => b'P',
        }
    }
}

/// The preamble of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Preamble {
    pub(super) sort: FileSort,
    pub(super) cipher: u8,
    pub(super) key_id: [u8; 8],
    pub(super) identity: Identity,
    pub(super) rounds: u32,
    pub(super) number: u64,
    pub(super) epoch: u64,
}

impl Preamble {
    /// Returns the preamble of a new file.
    pub(super) fn new(sort: FileSort, number: u64, seal: &SealWith) -> Self {
        Self {
            sort,
            cipher: seal.sealer.cipher(),
            key_id: seal.sealer.key_id(),
            identity: seal.identity,
            rounds: seal.rounds,
            number,
            epoch: 0,
        }
    }

    pub(super) fn to_bytes(self) -> [u8; PREAMBLE_BYTES] {
        let mut bytes = [0; PREAMBLE_BYTES];
        bytes[..5].copy_from_slice(b"INFRA");
        bytes[5..8].copy_from_slice(&[self.sort.letter(), VERSION, self.cipher]);
        bytes[8..16].copy_from_slice(&self.key_id);
        bytes[16..32].copy_from_slice(&self.identity.id);
        bytes[32..48].copy_from_slice(&self.identity.salt);
        bytes[48..52].copy_from_slice(&self.rounds.to_le_bytes());
        bytes[56..64].copy_from_slice(&self.number.to_le_bytes());
        bytes[64..72].copy_from_slice(&self.epoch.to_le_bytes());
        let sum = checksum(&[&bytes[..PREAMBLE_BYTES - TAG_BYTES]]);
        bytes[PREAMBLE_BYTES - TAG_BYTES..].copy_from_slice(&sum);
        bytes
    }

    /// Returns whether some bytes begin as a file of a sort does; anything else of it may be damaged.
    pub(super) fn claims(bytes: &[u8], sort: FileSort) -> bool {
        bytes.strip_prefix(b"INFRA").is_some_and(|rest| rest.first() == Some(&sort.letter()))
    }

    /// Reads the preamble of a file that should be of a sort and number.
    pub(super) fn read(bytes: &[u8], sort: FileSort, number: u64, file: &Path) -> Result<Self> {
        let damaged = |what: &str| Err(StateError::damaged(file, what));
        let Some(bytes) = bytes.first_chunk::<PREAMBLE_BYTES>() else {
            return damaged(if bytes.is_empty() { "it is empty" } else { "it is too short" });
        };
        let (content, sum) = bytes.split_at(PREAMBLE_BYTES - TAG_BYTES);
        if !content.starts_with(b"INFRA") || checksum(&[content]) != *sum {
            return damaged("its first bytes are not what was written");
        }
        if content[6] > VERSION {
            return Err(StateError::NewerVersion { file: file.into() });
        }
        let preamble = Self {
            sort,
            cipher: content[7],
            key_id: array(content, 8),
            identity: Identity { id: array(content, 16), salt: array(content, 32) },
            rounds: u32::from_le_bytes(array(content, 48)),
            number: u64::from_le_bytes(array(content, 56)),
            epoch: u64::from_le_bytes(array(content, 64)),
        };
        if content[5] != sort.letter() || preamble.number != number {
            return damaged("it holds what belongs into another file");
        }
        Ok(preamble)
    }
}

/// Returns the bytes at an offset that is known to lie well inside.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

/// With what new files are sealed.
#[derive(Clone, Debug)]
pub(crate) struct SealWith {
    pub(crate) sealer: Sealer,
    pub(crate) identity: Identity,
    pub(crate) rounds: u32,
}
