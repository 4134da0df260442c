//! Checkpoints: a whole snapshot in one sealed file.

use super::{
    disk::Disk,
    frame::FrameSort,
    keys::Keys,
    layout,
    preamble::{FileSort, SealWith},
    whole::{self, Frames},
};
use crate::{error::StateError, seal::Identity, store::Result};
use infra_model::{
    snapshot::Snapshot,
    wire::{Decoder, Encoder, Policy},
};

/// A checkpoint that was read.
#[derive(Debug)]
pub(super) struct Checkpoint {
    pub(super) snapshot: Snapshot,
    /// The serial of the revision at its end.
    pub(super) serial: u64,
    /// The epoch in which it was written.
    pub(super) epoch: u64,
    /// The store's identity.
    pub(super) identity: Identity,
    /// Its length on disk.
    pub(super) bytes: u64,
}

/// Writes a checkpoint, durably, and returns its length.
pub(super) fn place(
    disk: &Disk,
    seal: &SealWith,
    snapshot: &Snapshot,
    (serial, epoch): (u64, u64),
) -> Result<u64> {
    let mut encoder = Encoder::new(Policy::Stored);
    encoder.number(serial);
    encoder.number(epoch);
    encoder.snapshot(snapshot);
    let body = encoder.finish().map_err(StateError::Wire)?;
    let name = layout::checkpoint(snapshot.sequence);
    let frames = vec![(FrameSort::Snapshot, body)];
    let path = disk.path(&name);
    let bytes = whole::build(FileSort::Checkpoint, snapshot.sequence, seal, frames, &path)?;
    disk.place(layout::CHECKPOINTS, &name, &bytes)?;
    Ok(bytes.len() as u64)
}

/// Reads a checkpoint; `None` if it is not there any more.
pub(super) fn read(disk: &Disk, keys: &Keys, last: u64) -> Result<Option<Checkpoint>> {
    let name = format!("{}/{}", layout::CHECKPOINTS, layout::checkpoint(last));
    let Some(bytes) = disk.read(&name)? else { return Ok(None) };
    let path = disk.path(&name);
    let mut frames = Frames::open(&bytes, FileSort::Checkpoint, last, (&path, keys))?;
    let body = frames.next(FrameSort::Snapshot)?;
    let decoded = Decoder::new(&body).and_then(|mut decoder| {
        let serial = decoder.number()?;
        let epoch = decoder.number()?;
        let snapshot = decoder.snapshot()?;
        decoder.finish()?;
        let bytes = bytes.len() as u64;
        Ok(Checkpoint { snapshot, serial, epoch, identity: frames.identity(), bytes })
    });
    let checkpoint = decoded.map_err(|error| StateError::unreadable(&path, &error))?;
    if checkpoint.snapshot.sequence != last {
        return Err(StateError::damaged(path, "it holds another state than its name says"));
    }
    Ok(Some(checkpoint))
}
