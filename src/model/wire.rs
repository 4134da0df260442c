//! The versioned byte form of values, addresses, records and snapshots.
//!
//! Compact, deterministic and hand-written: the same nouns give the same bytes, and any bytes give
//! a noun or an error, never a panic and never an allocation that the input does not pay for.
//! Texts, types, addresses and provider addresses are written once per message and referred to by
//! number after that, so a list of needs costs a byte or two for each.
//! One message is one [`Encoder`] and one [`Decoder`]; it begins with [`VERSION`].
//! Sealing, compression and files are the business of the store; the plan file is built from the
//! same functions.

use crate::{
    journal::{Entry, Record},
    snapshot::Snapshot,
};
use std::fmt;

mod decode;
mod encode;
mod number;
mod records;
#[cfg(test)]
mod tests;
mod values;

pub use decode::Decoder;
pub use encode::{Encoder, Policy};

/// The version of the byte form that is written.
pub const VERSION: u8 = 1;

/// How deep values and types may nest; deeper ones are refused when they are written.
pub const DEPTH_MAX: u32 = 512;

/// Why something cannot be brought into bytes, or bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// The offset in the message.
    pub offset: usize,
    /// What is wrong there.
    pub problem: WireProblem,
}

/// What is wrong with a message, or with what should become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireProblem {
    /// It ends too early.
    Truncated,
    /// Something is left behind its end.
    Trailing,
    /// A newer program wrote it.
    NewerVersion(u8),
    /// A byte or a reference that means nothing here.
    Unexpected(&'static str),
    /// A value or type is nested too deeply.
    TooDeep,
    /// A value that is not known yet, where only final ones may stand.
    Unknown,
    /// A value that must never be stored.
    Ephemeral,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            WireProblem::Truncated => write!(f, "it ends too early, at byte {}", self.offset),
            WireProblem::Trailing => write!(f, "unexpected bytes behind byte {}", self.offset),
            WireProblem::NewerVersion(version) => {
                write!(f, "it has version {version}, newer than {VERSION}")
            }
            WireProblem::Unexpected(what) => write!(f, "unexpected {what} at byte {}", self.offset),
            WireProblem::TooDeep => write!(f, "nested deeper than {DEPTH_MAX} levels"),
            WireProblem::Unknown => f.write_str("a value in it is not known yet"),
            WireProblem::Ephemeral => f.write_str("an ephemeral value must not be stored"),
        }
    }
}

impl std::error::Error for WireError {}

/// Returns a snapshot as one message.
///
/// # Errors
///
/// If a value in it is unknown, ephemeral or nested too deeply.
pub fn encode_snapshot(snapshot: &Snapshot) -> Result<Vec<u8>, WireError> {
    let mut encoder = Encoder::new(Policy::Stored);
    encoder.snapshot(snapshot);
    encoder.finish()
}

/// Returns the snapshot of a message.
///
/// # Errors
///
/// If the bytes are not such a message.
pub fn decode_snapshot(bytes: &[u8]) -> Result<Snapshot, WireError> {
    let mut decoder = Decoder::new(bytes)?;
    let snapshot = decoder.snapshot()?;
    decoder.finish()?;
    Ok(snapshot)
}

/// Returns journal entries as one message; they have one epoch and consecutive numbers.
///
/// # Errors
///
/// If a value in them is unknown, ephemeral or nested too deeply.
pub fn encode_entries(entries: &[Entry]) -> Result<Vec<u8>, WireError> {
    let mut encoder = Encoder::new(Policy::Stored);
    encoder.sequence(entries, Encoder::entry);
    encoder.finish()
}

/// Returns the journal entries of a message.
///
/// # Errors
///
/// If the bytes are not such a message.
pub fn decode_entries(bytes: &[u8]) -> Result<Vec<Entry>, WireError> {
    let mut decoder = Decoder::new(bytes)?;
    let entries = decoder.sequence(Decoder::entry)?;
    decoder.finish()?;
    Ok(entries)
}

/// Returns a record without what must never be stored: ephemeral values become null.
#[must_use]
pub fn storable(record: Record) -> Record {
    let Record::Started(mut intent) = record else { return record };
    intent.desired = values::without_ephemeral(intent.desired);
    Record::Started(intent)
}
