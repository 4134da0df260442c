//! `terraform` blocks of override files.

use super::Merger;
use crate::syntax::tree::{Attribute, Block, Body};

impl Merger<'_> {
    /// Takes what the block says out of all blocks before, and reads it as one more of them.
    pub(super) fn settings(&mut self, block: Block) {
        let required: Vec<Attribute> = block
            .body
            .blocks
            .iter()
            .filter(|inner| &*inner.kind.name == "required_providers")
            .flat_map(|inner| inner.body.attributes.clone())
            .collect();
        let has_place =
            block.body.blocks.iter().any(|b| matches!(&*b.kind.name, "backend" | "cloud"));
        let earlier = self.base.iter_mut().flat_map(|file| &mut file.body.blocks);
        for base in earlier.chain(&mut self.rest).filter(|base| &*base.kind.name == "terraform") {
            withdraw(&mut base.body, &block.body, &required);
            if has_place {
                base.body.blocks.retain(|b| !matches!(&*b.kind.name, "backend" | "cloud"));
            }
        }
        self.rest.push(block);
    }
}

/// Removes from a body the arguments, and from its required providers the names, that come anew.
fn withdraw(base: &mut Body, over: &Body, required: &[Attribute]) {
    base.attributes.retain(|old| over.attribute(&old.name.name).is_none());
    for inner in base.blocks.iter_mut().filter(|b| &*b.kind.name == "required_providers") {
        inner
            .body
            .attributes
            .retain(|old| required.iter().all(|new| new.name.name != old.name.name));
    }
}
