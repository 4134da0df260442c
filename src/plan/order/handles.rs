//! From an address to the step that stands for it: its own, a join, or none.

use super::{Draft, Item};
use infra_model::address::{Address, InstanceKey, ModuleStep};
use std::collections::BTreeMap;

/// The items by address and by block.
pub(super) struct Index<'a> {
    current: BTreeMap<&'a Address, usize>,
    blocks: BTreeMap<Address, Vec<usize>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(items: &'a [Item]) -> Self {
        let mut index = Self { current: BTreeMap::new(), blocks: BTreeMap::new() };
        for (at, item) in items.iter().enumerate() {
            if item.deposed.is_none() {
                index.current.insert(&item.address, at);
            }
            index.blocks.entry(block_of(&item.address)).or_default().push(at);
        }
        index
    }

    /// Returns the current item of an address without wildcards.
    pub(super) fn current(&self, address: &Address) -> Option<usize> {
        self.current.get(address).copied()
    }

    /// Returns all items, deposed ones included, that an address stands for.
    pub(super) fn all<'s>(
        &'s self,
        address: &'s Address,
        items: &'s [Item],
    ) -> impl Iterator<Item = usize> + 's {
        let block = self.blocks.get(&block_of(address)).into_iter().flatten().copied();
        block.filter(|at| address.covers(&items[*at].address))
    }
}

pub(super) fn is_wild(address: &Address) -> bool {
    let any = |key: &InstanceKey| *key == InstanceKey::Any;
    any(&address.key) || address.module.steps().iter().any(|step| any(&step.key))
}

fn block_of(address: &Address) -> Address {
    let steps = address.module.steps().iter();
    let any = steps.map(|s| ModuleStep { name: s.name.clone(), key: InstanceKey::Any });
    Address { module: any.collect(), key: InstanceKey::Any, ..address.clone() }
}

/// Returns one node that comes after all of `nodes`: none, the only one, or a new join.
pub(super) fn bundle(
    draft: &mut Draft,
    mut nodes: Vec<u32>,
    address: &Address,
    like: &Item,
) -> Option<u32> {
    nodes.sort_unstable();
    nodes.dedup();
    match nodes.as_slice() {
        [] => None,
        [only] => Some(*only),
        _ => {
            let join = draft.join(address, like);
            for node in nodes {
                draft.graph.edge(node, join);
            }
            Some(join)
        }
    }
}
