//! Compression by DEFLATE (RFC 1951) whose bytes are those of Terraform and its providers.
//!
//! Any compressor would give bytes that unpack to the same text, but `base64gzip`, archives and
//! cloud-init's parts show the packed ones: were they others, everything made from them would be
//! planned anew. So the choices that the format leaves open are made as Go's library makes them at
//! the two levels that are in use: which matches are taken ([`matches`]), where blocks end and in which of the three forms
//! they are written (`block`), and which of the optimal codes is used (`huffman`).
//! Unpacking is not here.

mod bits;
mod block;
mod huffman;
mod matches;

use bits::Bits;

/// How hard repetitions are searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As `gzip` does by default, Go's level 6.
    Gzip,
    /// As the members of a zip archive have it, Go's level 5.
    Zip,
}

/// Packs a text that is written at once and then closed.
pub fn deflate(bytes: &[u8], effort: Effort) -> Vec<u8> {
    let mut out = packed(bytes, effort);
    out.stored(&[], true);
    out.finish()
}

/// Packs a text that is written at once, then flushed, then closed.
pub fn deflate_flushed(bytes: &[u8], effort: Effort) -> Vec<u8> {
    let mut out = packed(bytes, effort);
    // An empty stored block is what a flush leaves, and another one, marked as the last, the end.
    out.stored(&[], false);
    out.stored(&[], true);
    out.finish()
}

/// Packs a text as a gzip member: no name, no time, no flags, no word on the system.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_member(bytes, &deflate(bytes, Effort::Gzip))
}

/// As [`gzip`], flushed before it is closed.
pub fn gzip_flushed(bytes: &[u8]) -> Vec<u8> {
    gzip_member(bytes, &deflate_flushed(bytes, Effort::Gzip))
}

/// Returns the CRC-32 of bytes.
pub fn checksum(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let shifted = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
    let table: Vec<u32> = (0..256).map(|byte| (0..8).fold(byte, shifted)).collect();
    let next = |crc: u32, byte: &u8| crc >> 8 ^ table[usize::from(crc.to_le_bytes()[0] ^ byte)];
    !bytes.iter().fold(u32::MAX, next)
}

fn packed(bytes: &[u8], effort: Effort) -> Bits {
    let depth = match effort {
        Effort::Gzip => 128,
        Effort::Zip => 32,
    };
    let mut out = Bits::default();
    matches::find(bytes, depth, |tokens, covered| block::write(&mut out, tokens, covered));
    out
}

fn gzip_member(bytes: &[u8], packed: &[u8]) -> Vec<u8> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let length = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or(0);
    let trailer = [checksum(bytes).to_le_bytes(), length.to_le_bytes()].concat();
    [&HEADER[..], packed, &trailer].concat()
}
