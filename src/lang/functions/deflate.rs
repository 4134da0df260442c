//! Compression by DEFLATE (RFC 1951) whose bytes are those of Terraform.
//!
//! Any compressor would give bytes that unpack to the same text, but `base64gzip` shows the packed
//! ones: were they others than Terraform's, everything made from them would be planned anew.
//! So the choices that the format leaves open are made as Go's library makes them at its default
//! level: which matches are taken ([`matches`]), where blocks end and in which of the three forms
//! they are written ([`block`]), and which of the optimal codes is used ([`huffman`]).
//! The text is written at once, then flushed, then closed. Unpacking is not here.

mod bits;
mod block;
mod huffman;
mod matches;
#[cfg(test)]
mod tests;

use bits::Bits;

/// Packs a text.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Bits::default();
    matches::find(bytes, |tokens, covered| block::write(&mut out, tokens, covered));
    // An empty stored block is what a flush leaves, and another one, marked as the last, the end.
    out.stored(&[], false);
    out.stored(&[], true);
    out.finish()
}
