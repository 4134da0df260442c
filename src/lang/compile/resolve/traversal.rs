//! A traversal taken apart: its root, the names behind it, and where they stand.

use crate::{
    index::number,
    syntax::tree::{ByteRange, Step, StepKind, Tree},
};
use infra_model::{source::Span, text::Text};
use std::fmt;

/// A traversal taken apart.
pub(super) struct Traversal<'t> {
    pub(super) tree: &'t Tree,
    pub(super) range: ByteRange,
    pub(super) span: Span,
    pub(super) root: &'t Text,
    pub(super) steps: &'t [Step],
}

impl<'t> Traversal<'t> {
    /// Returns the name of an attribute step.
    pub(super) fn name(&self, index: usize) -> Option<&'t Text> {
        match self.steps.get(index)?.kind {
            StepKind::Attribute(name) => Some(self.tree.symbol(name)),
            _ => None,
        }
    }

    /// Returns the place of the root and its first steps.
    pub(super) fn head(&self, steps: usize) -> Span {
        let end = self.steps.get(..steps).and_then(|s| s.last()).map(|s| s.range.end);
        let start = self.range.start;
        let root_end = start + number(self.root.len());
        self.tree.at(ByteRange { start, end: end.unwrap_or(root_end) })
    }
}

/// The root and first steps of a traversal as text.
pub(super) struct Named<'a, 't>(pub(super) &'a Traversal<'t>, pub(super) usize);

impl fmt::Display for Named<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.root)?;
        for index in 0..self.1 {
            write!(f, ".{}", self.0.name(index).map_or("", |name| &**name))?;
        }
        Ok(())
    }
}
