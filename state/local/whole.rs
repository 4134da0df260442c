//! Files that are written at once: a preamble and a few frames.

use super::{
    frame::{self, FrameSort, Header, Label},
    keys::Keys,
    preamble::{FileSort, PREAMBLE_BYTES, Preamble, SealWith},
};
use crate::{
    error::StateError,
    seal::{Identity, Sealer},
    store::Result,
};
use std::path::Path;

/// Returns the bytes of a file with these frames.
pub(super) fn build(
    sort: FileSort,
    number: u64,
    seal: &SealWith,
    frames: Vec<(FrameSort, Vec<u8>)>,
    file: &Path,
) -> Result<Vec<u8>> {
    let preamble = Preamble::new(sort, number, seal).to_bytes();
    let mut bytes = preamble.to_vec();
    for (number, (sort, body)) in (0..).zip(frames) {
        let label = Label { sort, number, first: 0 };
        let built = frame::build(&seal.sealer, &preamble, label, body);
        bytes.extend(built.map_err(|e| StateError::io("seal", file, e))?);
    }
    Ok(bytes)
}

/// Reads the frames of a file one by one.
#[derive(Debug)]
pub(super) struct Frames<'a> {
    bytes: &'a [u8],
    file: &'a Path,
    preamble: Preamble,
    sealer: Sealer,
    at: usize,
}

impl<'a> Frames<'a> {
    pub(super) fn open(
        bytes: &'a [u8],
        sort: FileSort,
        number: u64,
        (file, keys): (&'a Path, &Keys),
    ) -> Result<Self> {
        let preamble = Preamble::read(bytes, sort, number, file)?;
        let sealer = keys.opener(&preamble, file)?;
        Ok(Self { bytes, file, preamble, sealer, at: PREAMBLE_BYTES })
    }

    /// Returns the identity of the store it belongs to.
    pub(super) fn identity(&self) -> Identity {
        self.preamble.identity
    }

    /// Returns where the next frame begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes on at a place where a frame begins.
    pub(super) fn behind(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// Returns the body of the next frame, which must be of a sort.
    pub(super) fn next(&mut self, sort: FrameSort) -> Result<Vec<u8>> {
        let damaged = |what| StateError::damaged(self.file, what);
        let preamble = &self.bytes[..PREAMBLE_BYTES];
        let rest = &self.bytes[self.at..];
        let header = Header::read(preamble, rest).ok_or_else(|| damaged("a piece is missing"))?;
        if header.label.sort != sort {
            return Err(damaged("a piece stands in the wrong place"));
        }
        let body = header.open(&self.sealer, preamble, rest);
        self.at += header.frame_bytes();
        body.ok_or_else(|| damaged("its content is not what was written"))
    }
}
