//! What the traversals of all files stand for.

use crate::{evaluate::Target, syntax::tree::ExprId};
use infra_model::source::SourceId;

/// A reference from one block of a module to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reference {
    /// A variable.
    Variable(u32),
    /// A local value.
    Local(u32),
    /// A resource.
    Resource(u32),
    /// A module call as a whole.
    Call(u32),
    /// One output of a module call, by the index of the output in the called module.
    Output(u32, u32),
}

/// Targets by file and expression.
#[derive(Clone, Debug, Default)]
pub(crate) struct Targets {
    files: Vec<Vec<(ExprId, Target)>>,
}

impl Targets {
    /// Returns room for this number of files.
    pub(crate) fn new(files: usize) -> Self {
        Self { files: vec![Vec::new(); files] }
    }

    /// Remembers what a traversal stands for.
    pub(crate) fn add(&mut self, source: SourceId, id: ExprId, target: Target) {
        if let Some(file) = self.files.get_mut(source.0 as usize) {
            file.push((id, target));
        }
    }

    /// Makes ready for [`Self::get`].
    pub(crate) fn finish(&mut self) {
        for file in &mut self.files {
            file.sort_unstable_by_key(|(id, _)| *id);
            file.dedup_by_key(|(id, _)| *id);
            file.shrink_to_fit();
        }
    }

    /// Returns what a traversal stands for.
    pub(crate) fn get(&self, source: SourceId, id: ExprId) -> Target {
        let found = self.files.get(source.0 as usize).and_then(|file| {
            file.binary_search_by_key(&id, |(id, _)| *id).ok().map(|index| file[index].1)
        });
        found.unwrap_or(Target::Undeclared)
    }
}
