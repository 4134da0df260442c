//! Reading a segment of the journal: which frames count, and what their end looks like.
//!
//! Room for frames is set aside with zeros and made durable before a frame is written into it, and
//! at least [`GUARD_BYTES`] zeros stay behind the last frame. So whatever a crash does, the end of a
//! segment looks like one of these, and anything else is damage:
//!
//! ```text
//! preamble frame frame frame 000000000      nothing was being written
//! preamble frame frame fra#000000000000     a frame was being written: torn, it never counted
//! preamble frame frame end                  the run was closed
//! ```
//!
//! A segment cut short loses its zeros before it loses a frame, which is how it is noticed.

use super::{
    frame::{FrameSort, HEADER_BYTES, Header, any_header},
    keys::Keys,
    preamble::{FileSort, PREAMBLE_BYTES, Preamble},
    revisions,
};
use crate::{
    error::StateError,
    store::{Result, Revision},
};
use infra_model::{
    journal::Entry,
    wire::{Decoder, WireError},
};
use std::path::Path;

/// Zeros that always stay behind the last frame of a segment that is not closed.
pub(super) const GUARD_BYTES: usize = HEADER_BYTES;

/// What was found in a segment besides its entries.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) preamble: Preamble,
    /// The revision that its run became, if it was closed.
    pub(super) revision: Option<Revision>,
    /// A frame was being written when the writer died; it does not count.
    pub(super) torn: bool,
    /// Bytes up to the end of the last frame.
    pub(super) used: usize,
}

/// Reads a segment and hands its entries on in order.
pub(super) fn scan(
    bytes: &[u8],
    first: u64,
    (file, keys): (&Path, &Keys),
    take: &mut dyn FnMut(&Entry) -> Result<()>,
) -> Result<Scanned> {
    let preamble = Preamble::read(bytes, FileSort::Segment, first, file)?;
    let sealer = keys.opener(&preamble, file)?;
    let sealed_with = &bytes[..PREAMBLE_BYTES];
    let mut scanned = Scanned { preamble, revision: None, torn: false, used: PREAMBLE_BYTES };
    let mut next = first;
    for number in 0.. {
        let rest = &bytes[scanned.used..];
        let header = match end_of(rest, sealed_with, scanned.revision.is_some(), file)? {
            End::Frame(header) => header,
            End::Clean => break,
            End::Torn => {
                scanned.torn = true;
                break;
            }
        };
        if header.label.number != number || header.label.first != next {
            return Err(StateError::damaged(file, "a piece stands in the wrong place"));
        }
        let Some(body) = header.open(&sealer, sealed_with, rest) else {
            if any_header(sealed_with, &rest[HEADER_BYTES..]) {
                return Err(StateError::damaged(file, "a piece in its middle was changed"));
            }
            scanned.torn = true;
            break;
        };
        let (entries, revision) = decode(&body, header.label.sort)
            .map_err(|error| StateError::unreadable(file, &error))?;
        for entry in &entries {
            take(entry)?;
            next = entry.sequence + 1;
        }
        scanned.revision = revision;
        scanned.used += header.frame_bytes();
    }
    Ok(scanned)
}

fn decode(body: &[u8], sort: FrameSort) -> std::result::Result<Content, WireError> {
    let mut decoder = Decoder::new(body)?;
    let entries = decoder.sequence(Decoder::entry)?;
    let revision = match sort {
        FrameSort::End => Some(revisions::decode(&mut decoder)?),
        FrameSort::Entries => None,
        FrameSort::Snapshot | FrameSort::Revision | FrameSort::RunFiles | FrameSort::Plan => {
            return Err(decoder.unexpected("piece"));
        }
    };
    decoder.finish()?;
    Ok((entries, revision))
}

type Content = (Vec<Entry>, Option<Revision>);

/// What stands where the next frame could begin.
enum End {
    /// A frame.
    Frame(Header),
    /// Nothing.
    Clean,
    /// The remains of a frame that was being written.
    Torn,
}

fn end_of(rest: &[u8], preamble: &[u8], closed: bool, file: &Path) -> Result<End> {
    // Nothing is ever appended behind the end of a run; remains of failed appends may lie there.
    if closed || rest.len() >= GUARD_BYTES && rest.iter().all(|byte| *byte == 0) {
        return Ok(End::Clean);
    }
    if rest.len() < GUARD_BYTES {
        return Err(StateError::damaged(file, "its end is missing"));
    }
    match Header::read(preamble, rest) {
        Some(header) if header.frame_bytes() > rest.len() => {
            Err(StateError::damaged(file, "its end is missing"))
        }
        Some(header) => Ok(End::Frame(header)),
        None if any_header(preamble, &rest[1..]) => {
            Err(StateError::damaged(file, "a piece in its middle was changed"))
        }
        None => Ok(End::Torn),
    }
}
