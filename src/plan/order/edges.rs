//! The edges of the order, from new needs and from recorded ones.

use super::{
    Draft, Item, chains,
    handles::{Index, bundle},
};
use crate::plan::Action;
use infra_model::address::{Address, ProviderAddress};
use std::collections::BTreeMap;

/// Adds them, and returns the addresses that recorded needs lead around in a circle.
pub(super) fn add(draft: &mut Draft, items: &[Item]) -> Vec<Address> {
    let index = Index::of(items);
    let settled = makes(draft, items, &index);
    destroys(draft, items, &index);
    let circular = chains::add(draft, items, &index);
    outlasts(draft, items, &index);
    connects(draft, items, (&index, &settled));
    circular
}

/// What destroys an object goes through a provider instance, whose configuration has to be final.
fn connects(draft: &mut Draft, items: &[Item], (index, settled): (&Index<'_>, &[Option<u32>])) {
    let mut known: BTreeMap<&ProviderAddress, Option<u32>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let Some(destroys) = draft.own[at].destroys else { continue };
        let handle = *known.entry(&item.old_provider).or_insert_with(|| {
            let all = item.provider_needs.iter().flat_map(|need| index.all(need, items));
            let all = all.filter_map(|of| settled[of]).collect();
            bundle(draft, all, &item.address, item)
        });
        draft.wishes.extend(handle.map(|before| (before, destroys)));
    }
}

/// What was replaced by something that failed may be all that works: where a new object comes before
/// the old one goes, it goes after the new one too.
fn outlasts(draft: &mut Draft, items: &[Item], index: &Index<'_>) {
    for (at, item) in items.iter().enumerate().filter(|(_, item)| item.deposed.is_some()) {
        let (Some(destroys), Some(current)) =
            (draft.own[at].destroys, index.current(&item.address))
        else {
            continue;
        };
        let is_first =
            items[current].action == Action::Replace && items[current].create_before_destroy;
        if let Some(makes) = draft.own[current].makes.filter(|_| is_first) {
            draft.graph.edge(makes, destroys);
        }
    }
}

/// Everything is made after what it needs. What no step touches hands on what it waits for itself.
fn makes(draft: &mut Draft, items: &[Item], index: &Index<'_>) -> Vec<Option<u32>> {
    let mut settled: Vec<Option<u32>> = vec![None; items.len()];
    let mut wild: BTreeMap<&Address, Option<u32>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let own = draft.own[at];
        if let (Some(makes), Some(destroys)) = (own.makes, own.destroys) {
            let (first, second) =
                if item.create_before_destroy { (makes, destroys) } else { (destroys, makes) };
            draft.graph.edge(first, second);
        }
        let passes = matches!(item.action, Action::NoOp | Action::Adopt);
        if own.makes.is_none() && !passes {
            continue;
        }
        let mut before = Vec::new();
        for need in item.needs.iter() {
            let handle = if need.is_wild() {
                *wild.entry(need).or_insert_with(|| {
                    let all = index.all(need, items).filter_map(|of| settled[of]).collect();
                    bundle(draft, all, need, item)
                })
            } else {
                index.current(need).and_then(|of| settled[of])
            };
            before.extend(handle);
        }
        settled[at] = match own.makes {
            Some(makes) => {
                before.sort_unstable();
                before.dedup();
                for node in before.into_iter().filter(|node| *node != makes) {
                    draft.graph.edge(node, makes);
                }
                Some(makes)
            }
            None => bundle(draft, before, &item.address, item),
        };
    }
    settled
}

/// What was made from something that is destroyed.
#[derive(Default)]
struct Users {
    /// Steps that destroy users.
    ends: Vec<u32>,
    /// Steps after which users no longer use it.
    turns: Vec<u32>,
}

/// Everything is destroyed after what was made from it is destroyed or has turned elsewhere.
fn destroys(draft: &mut Draft, items: &[Item], index: &Index<'_>) {
    let mut users: BTreeMap<&Address, Users> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let own = draft.own[at];
        if own.makes.is_none() && own.destroys.is_none() {
            continue;
        }
        for need in item.old_needs.iter() {
            let of = users.entry(need).or_default();
            of.ends.extend(own.destroys);
            of.turns.extend(own.makes);
        }
    }
    for (need, users) in users {
        let Some(first) = index.all(need, items).next() else { continue };
        let like = &items[first];
        let many = need.is_wild();
        let ends = if many { draft_join(draft, users.ends, need, like) } else { users.ends };
        let turns = if many { wish_join(draft, users.turns, need, like) } else { users.turns };
        for of in index.all(need, items).collect::<Vec<_>>() {
            let Some(destroys) = draft.own[of].destroys else { continue };
            for end in ends.iter().filter(|end| **end != destroys) {
                draft.graph.edge(*end, destroys);
            }
            let makes = draft.own[of].makes;
            let anew = makes.is_some() && !items[of].create_before_destroy;
            if anew {
                // Its users can only turn to the new one, which comes after this.
                continue;
            }
            let turned = turns.iter().filter(|turn| **turn != destroys && Some(**turn) != makes);
            draft.wishes.extend(turned.map(|turn| (*turn, destroys)));
        }
    }
}

fn draft_join(draft: &mut Draft, nodes: Vec<u32>, need: &Address, like: &Item) -> Vec<u32> {
    bundle(draft, nodes, need, like).into_iter().collect()
}

fn wish_join(draft: &mut Draft, nodes: Vec<u32>, need: &Address, like: &Item) -> Vec<u32> {
    if nodes.len() < 2 {
        return nodes;
    }
    let join = draft.join(need, like);
    draft.wishes.extend(nodes.into_iter().map(|node| (node, join)));
    vec![join]
}
