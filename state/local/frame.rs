//! Frames: the sealed pieces of a file, one behind the other after its preamble.
//!
//! ```text
//!  0 "frm1"  4 sort  5 packed  6 zeros  8 number  12 length of the sealed body
//! 16 first record  24 nonce  36 check of the header
//! 48 sealed body: encrypted or plain, compressed if `packed`, then the seal
//! ```
//!
//! The header's check tells where a frame ends even if its body is torn; it is no protection
//! against forgery, the seal is: header and preamble go into it.

use super::preamble::PREAMBLE_BYTES;
use crate::seal::{NONCE_BYTES, Sealer, TAG_BYTES, checksum};
use std::io;

/// The length of a frame's header.
pub(super) const HEADER_BYTES: usize = 48;

const MAGIC: [u8; 4] = *b"frm1";
const CHECKED_BYTES: usize = 36;
/// Bodies below this are not worth packing.
const PACK_MIN: usize = 128;
/// The most that packing can gain, which bounds what is allocated at the word of a file.
const PACK_RATIO_MAX: usize = 256;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameSort {
    /// Journal entries.
    Entries,
    /// The last entries of a run and its revision.
    End,
    /// A whole snapshot.
    Snapshot,
    /// A revision.
    Revision,
    /// The configuration and the plan of a revision.
    RunFiles,
    /// The body of a saved plan.
    Plan,
}

impl FrameSort {
    fn number(self) -> u8 {
        match self {
            Self::Entries => 1,
            Self::End => 2,
            Self::Snapshot => 3,
            Self::Revision => 4,
            Self::RunFiles => 5,
            Self::Plan => 6,
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        let all =
            [Self::Entries, Self::End, Self::Snapshot, Self::Revision, Self::RunFiles, Self::Plan];
        all.into_iter().find(|sort| sort.number() == number)
    }
}

/// Where a frame stands and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) sort: FrameSort,
    /// Its number in the file, from 0.
    pub(super) number: u32,
    /// The number of its first journal record, if it holds any.
    pub(super) first: u64,
}

/// Returns a frame ready to be written.
pub(super) fn build(
    sealer: &Sealer,
    preamble: &[u8; PREAMBLE_BYTES],
    label: Label,
    body: Vec<u8>,
) -> io::Result<Vec<u8>> {
    let (packed, mut body) = pack(body);
    let length = u32::try_from(body.len() + TAG_BYTES)
        .map_err(|_| io::Error::new(io::ErrorKind::FileTooLarge, "a frame of more than 4 GiB"))?;
    let nonce = sealer.nonce()?;
    let mut header = [0; HEADER_BYTES];
    header[..4].copy_from_slice(&MAGIC);
    header[4] = label.sort.number();
    header[5] = u8::from(packed);
    header[8..12].copy_from_slice(&label.number.to_le_bytes());
    header[12..16].copy_from_slice(&length.to_le_bytes());
    header[16..24].copy_from_slice(&label.first.to_le_bytes());
    header[24..CHECKED_BYTES].copy_from_slice(&nonce);
    let check = header_check(preamble, &header[..CHECKED_BYTES]);
    header[CHECKED_BYTES..].copy_from_slice(&check);
    sealer.seal(nonce, &[preamble.as_slice(), &header].concat(), &mut body)?;
    Ok([header.as_slice(), &body].concat())
}

fn header_check(preamble: &[u8], content: &[u8]) -> [u8; HEADER_BYTES - CHECKED_BYTES] {
    let mut check = [0; HEADER_BYTES - CHECKED_BYTES];
    check.copy_from_slice(&checksum(&[preamble, content])[..HEADER_BYTES - CHECKED_BYTES]);
    check
}

/// Returns a body compressed if that makes it shorter, and whether it did.
pub(crate) fn pack(body: Vec<u8>) -> (bool, Vec<u8>) {
    if body.len() < PACK_MIN {
        return (false, body);
    }
    let packed = lz4_flex::compress_prepend_size(&body);
    if packed.len() < body.len() { (true, packed) } else { (false, body) }
}

/// Returns a body as it was before [`pack`]; `None` if it is damaged.
pub(crate) fn unpack(body: Vec<u8>, packed: bool) -> Option<Vec<u8>> {
    if !packed {
        return Some(body);
    }
    let size = u32::from_le_bytes(*body.first_chunk()?) as usize;
    if size > body.len().saturating_mul(PACK_RATIO_MAX) {
        return None;
    }
    lz4_flex::decompress_size_prepended(&body).ok()
}

/// A header that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) label: Label,
    packed: bool,
    length: usize,
    nonce: [u8; NONCE_BYTES],
    bytes: [u8; HEADER_BYTES],
}

impl Header {
    /// Reads the header at the beginning of some bytes; `None` if none stands there.
    pub(super) fn read(preamble: &[u8], bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; HEADER_BYTES] = bytes.first_chunk()?;
        let (content, check) = bytes.split_at(CHECKED_BYTES);
        if content[..4] != MAGIC || header_check(preamble, content) != *check {
            return None;
        }
        let label = Label {
            sort: FrameSort::from_number(content[4])?,
            number: u32::from_le_bytes(*content[8..].first_chunk()?),
            first: u64::from_le_bytes(*content[16..].first_chunk()?),
        };
        Some(Self {
            label,
            packed: content[5] == 1,
            length: usize::try_from(u32::from_le_bytes(*content[12..].first_chunk()?)).ok()?,
            nonce: *content[24..].first_chunk()?,
            bytes: *bytes,
        })
    }

    /// Returns the length of the whole frame.
    pub(super) fn frame_bytes(&self) -> usize {
        HEADER_BYTES.saturating_add(self.length)
    }

    /// Returns the body of a frame that lies wholly in `frame`; `None` if it is torn or damaged.
    pub(super) fn open(&self, sealer: &Sealer, preamble: &[u8], frame: &[u8]) -> Option<Vec<u8>> {
        let content = frame.get(HEADER_BYTES..self.frame_bytes())?;
        let body = sealer.open(self.nonce, &[preamble, &self.bytes].concat(), content)?;
        unpack(body, self.packed)
    }
}

/// Returns whether the header of a frame stands anywhere in some bytes.
pub(super) fn any_header(preamble: &[u8], bytes: &[u8]) -> bool {
    let starts = 0..bytes.len().saturating_sub(HEADER_BYTES - 1);
    starts
        .filter(|at| bytes[*at..].starts_with(&MAGIC))
        .any(|at| Header::read(preamble, &bytes[at..]).is_some())
}
