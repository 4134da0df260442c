//! What keeps the order of objects right when one of them leaves or moves.

use super::{
    FoldProblem, Folder,
    links::{Links, needs},
};
use crate::{
    address::{Address, Generation},
    snapshot::Snapshot,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

impl Folder {
    /// Removes an object, or everything at the address.
    pub(super) fn forget(&mut self, address: &Address, generation: Option<Generation>) {
        if !self.snapshot.instances.contains_key(address) {
            return;
        }
        let mut freed: Vec<Address> = Vec::new();
        let mut objects_left = true;
        self.change(address, |instance| {
            let before = instance.objects.len();
            instance.objects.retain(|at, object| {
                let gone = generation.is_none_or(|generation| generation == *at);
                if gone {
                    freed.extend(object.needs.iter().cloned());
                }
                !gone
            });
            instance.deposed.retain(|at| instance.objects.contains_key(at));
            if generation.is_none() {
                instance.open.clear();
            }
            objects_left = !instance.objects.is_empty() || before == 0;
        });
        if !objects_left {
            self.splice(address, &freed);
        }
    }

    /// Gives what `gone` was made from to whatever was made from `gone`.
    ///
    /// What is itself gone was spliced before, so it is not handed on: lists do not grow.
    fn splice(&mut self, gone: &Address, freed: &[Address]) {
        let freed: Vec<&Address> = freed
            .iter()
            .filter(|need| need.is_wild() || self.snapshot.instances.contains_key(need))
            .collect();
        if freed.is_empty() {
            return;
        }
        for dependent in self.dependents(gone) {
            self.rewrite_needs(&dependent, |needs| {
                if needs.iter().any(|need| need.covers(gone)) {
                    needs
                        .extend(freed.iter().filter(|need| **need != &dependent).copied().cloned());
                }
            });
        }
    }

    /// Gives an instance another address, and those that were made from it the new one.
    pub(super) fn rename(&mut self, from: &Address, to: &Address) -> Result<(), FoldProblem> {
        if self.snapshot.instances.contains_key(to) {
            return Err(FoldProblem::Occupied(to.clone()));
        }
        let Some(mut instance) = self.snapshot.instances.get(from).cloned() else {
            return Err(FoldProblem::NoObject(from.clone(), Generation(0)));
        };
        let dependents = self.dependents(from);
        self.replace(from, None);
        for intent in &mut instance.open {
            intent.address = to.clone();
        }
        self.replace(to, Some(instance));
        for dependent in dependents {
            let dependent = if dependent == *from { to } else { &dependent };
            self.rewrite_needs(dependent, |needs| {
                let named = needs.iter().any(|need| need.covers(from));
                needs.retain(|need| need != from);
                if named && !needs.iter().any(|need| need.covers(to)) {
                    needs.insert(to.clone());
                }
            });
        }
        Ok(())
    }

    /// Drops the needs that name nothing which is recorded.
    pub(super) fn drop_dangling(&mut self) {
        let dangling = dangling(&self.snapshot);
        for (address, gone) in dangling {
            self.rewrite_needs(&address, |needs| needs.retain(|need| !gone.contains(need)));
        }
    }

    fn dependents(&mut self, address: &Address) -> Vec<Address> {
        let links = self.links.get_or_insert_with(|| Links::of(&self.snapshot));
        links.dependents(address)
    }

    /// Rewrites the needs of all objects and open intents of an instance.
    fn rewrite_needs(&mut self, address: &Address, rewrite: impl Fn(&mut BTreeSet<Address>)) {
        self.change(address, |instance| {
            for object in instance.objects.values_mut() {
                if let Some(needs) = rewritten(&object.needs, &rewrite) {
                    Arc::make_mut(object).needs = needs;
                }
            }
            for intent in &mut instance.open {
                if let Some(needs) = rewritten(&intent.needs, &rewrite) {
                    intent.needs = needs;
                }
            }
        });
    }
}

/// Returns the needs after a rewriting, sorted; `None` if nothing changed.
fn rewritten(
    needs: &Arc<[Address]>,
    rewrite: impl Fn(&mut BTreeSet<Address>),
) -> Option<Arc<[Address]>> {
    let before: BTreeSet<Address> = needs.iter().cloned().collect();
    let mut after = before.clone();
    rewrite(&mut after);
    (after != before).then(|| after.into_iter().collect())
}

/// Returns the instances with needs that name nothing, and those needs.
fn dangling(snapshot: &Snapshot) -> Vec<(Address, BTreeSet<Address>)> {
    let mut wild = Wild { snapshot, blocks: None, known: BTreeMap::new() };
    let mut found = Vec::new();
    for (address, instance) in &snapshot.instances {
        let gone: BTreeSet<Address> =
            needs(instance).filter(|need| !wild.names_anything(need)).cloned().collect();
        if !gone.is_empty() {
            found.push((address.clone(), gone));
        }
    }
    found
}

/// Answers whether a need names anything; wildcards are answered from the blocks that have instances.
struct Wild<'a> {
    snapshot: &'a Snapshot,
    blocks: Option<BTreeMap<Address, Vec<&'a Address>>>,
    known: BTreeMap<Address, bool>,
}

impl Wild<'_> {
    fn names_anything(&mut self, need: &Address) -> bool {
        if !need.is_wild() {
            return self.snapshot.instances.contains_key(need);
        }
        if let Some(known) = self.known.get(need) {
            return *known;
        }
        let snapshot = self.snapshot;
        let blocks = self.blocks.get_or_insert_with(|| {
            let mut blocks: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
            for address in snapshot.instances.keys() {
                blocks.entry(address.block()).or_default().push(address);
            }
            blocks
        });
        let found = blocks.get(&need.block()).is_some_and(|all| all.iter().any(|a| need.covers(a)));
        self.known.insert(need.clone(), found);
        found
    }
}
