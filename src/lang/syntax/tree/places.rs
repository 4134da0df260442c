//! Where the ranges of a tree lie, if it is not over one file as it stands.
//!
//! A tree may be made from several files (an override and what it overrides), and from strings of
//! JSON that have escapes: their meaning is read as text behind the file's. Such texts follow each
//! other, so that ranges stay plain; here each is led back to the bytes it stands for.

use super::ByteRange;
use infra_model::source::{SourceId, Span};
use std::sync::Arc;

/// The texts behind the first file's, in their order.
#[derive(Clone, Debug, Default)]
pub(in crate::syntax) struct Places {
    pieces: Vec<Piece>,
}

/// A text that begins at an offset of the tree.
#[derive(Clone, Debug)]
struct Piece {
    start: u32,
    source: SourceId,
    escapes: Escapes,
}

/// How the offsets of a text become those of its file: pairs of both, the steps between which are
/// equal in text and file.
pub(in crate::syntax) type Escapes = Arc<[(u32, u32)]>;

impl Places {
    /// Adds a text; its offsets are from its own start.
    pub(in crate::syntax) fn add(&mut self, start: u32, source: SourceId, escapes: Escapes) {
        self.pieces.push(Piece { start, source, escapes });
    }

    /// Adds the texts of another tree, whose first stands at an offset now.
    pub(super) fn append(&mut self, at: u32, source: SourceId, other: &Self) {
        self.add(at, source, Arc::from([(0, 0)]));
        for piece in &other.pieces {
            self.pieces.push(Piece { start: piece.start + at, ..piece.clone() });
        }
    }

    /// Returns the place of a range; `first` is the file that the tree begins with.
    #[inline]
    pub(super) fn span(&self, first: SourceId, range: ByteRange) -> Span {
        if self.pieces.is_empty() {
            return Span::new(first, range.start, range.end);
        }
        let behind = self.pieces.partition_point(|piece| piece.start <= range.start);
        let Some(piece) = behind.checked_sub(1).map(|index| &self.pieces[index]) else {
            return Span::new(first, range.start, range.end);
        };
        let start = piece.in_file(range.start);
        Span::new(piece.source, start, piece.in_file(range.end).max(start))
    }
}

impl Piece {
    fn in_file(&self, offset: u32) -> u32 {
        let inside = offset - self.start;
        let behind = self.escapes.partition_point(|(text, _)| *text <= inside);
        let (text, file) = behind.checked_sub(1).map_or((0, 0), |index| self.escapes[index]);
        file + (inside - text)
    }
}
