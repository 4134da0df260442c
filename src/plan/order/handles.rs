//! From an address to the step that stands for it: its own, a join, or none.

use super::{Draft, Item};
use infra_model::address::Address;
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
            index.blocks.entry(item.address.block()).or_default().push(at);
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
        let block = self.blocks.get(&address.block()).into_iter().flatten().copied();
        block.filter(|at| address.covers(&items[*at].address))
    }
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
