//! Marks: what must be remembered about a value wherever it flows.

use super::Value;
use crate::path::Path;
use std::ops::{BitOr, BitOrAssign};

/// A set of marks on one node of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks(u8);

/// Marks and where in a value they stand.
pub type MarkedPath = (Path, Marks);

impl Marks {
    /// No mark.
    pub const NONE: Self = Self(0);
    /// Must never be shown, logged or stored in the clear.
    pub const SENSITIVE: Self = Self(1);
    /// Must never be stored at all.
    pub const EPHEMERAL: Self = Self(2);

    /// Returns whether all of `other` are among these.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns these without `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the marks as bits, for the versioned wire form.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Returns the marks of these bits; `None` if a bit is not known to this version.
    pub fn from_bits(bits: u8) -> Option<Self> {
        (bits & !3 == 0).then_some(Self(bits))
    }
}

impl BitOr for Marks {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl Value {
    /// Returns the marks on this very node, not on what it contains.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Returns the union of the marks on this node and on everything inside.
    pub fn deep_marks(&self) -> Marks {
        self.marks | self.summary().marks
    }

    /// Returns whether this node or anything inside is sensitive.
    pub fn has_sensitive(&self) -> bool {
        self.deep_marks().contains(Marks::SENSITIVE)
    }

    /// Returns this value with `marks` added to its own node.
    #[must_use]
    pub fn with_marks(mut self, marks: Marks) -> Self {
        self.marks |= marks;
        self
    }

    /// Returns this value marked sensitive.
    #[must_use]
    pub fn sensitive(self) -> Self {
        self.with_marks(Marks::SENSITIVE)
    }

    /// Returns this value without the marks of its own node, and those marks.
    pub fn unmark(mut self) -> (Self, Marks) {
        let marks = std::mem::take(&mut self.marks);
        (self, marks)
    }
}
