//! Places in tables and texts as the trees and tables hold them: in four bytes.
//!
//! Not a check: a file that is too large for four bytes is refused where it is read, and no table
//! is longer than the files that it was made from.

/// Returns a place as the tables hold it.
pub(crate) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
