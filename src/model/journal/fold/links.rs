//! Who was made from what, the other way round: the instances whose needs name an address.

use crate::{
    address::Address,
    snapshot::{Instance, Snapshot},
};
use std::collections::{BTreeMap, BTreeSet};

type Dependents = BTreeSet<Address>;

/// The index; needs with a wildcard lie apart, below the block that they name.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    exact: BTreeMap<Address, Dependents>,
    wild: BTreeMap<Address, BTreeMap<Address, Dependents>>,
}

impl Links {
    /// Returns the index of a snapshot.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut links = Self::default();
        for (address, instance) in &snapshot.instances {
            links.add(address, instance);
        }
        links
    }

    /// Enters the needs of an instance.
    pub(super) fn add(&mut self, address: &Address, instance: &Instance) {
        for need in needs(instance) {
            let dependents = if need.is_wild() {
                self.wild.entry(need.block()).or_default().entry(need.clone()).or_default()
            } else if let Some(dependents) = self.exact.get_mut(need) {
                dependents
            } else {
                self.exact.entry(need.clone()).or_default()
            };
            dependents.insert(address.clone());
        }
    }

    /// Takes the needs of an instance out again.
    pub(super) fn remove(&mut self, address: &Address, instance: &Instance) {
        for need in needs(instance) {
            if need.is_wild() {
                let dependents = self.wild.get_mut(&need.block()).and_then(|w| w.get_mut(need));
                dependents.map(|dependents| dependents.remove(address));
            } else if let Some(dependents) = self.exact.get_mut(need) {
                dependents.remove(address);
                if dependents.is_empty() {
                    self.exact.remove(need);
                }
            }
        }
    }

    /// Returns the instances whose needs name an address, by itself or by a wildcard.
    pub(super) fn dependents(&self, address: &Address) -> Vec<Address> {
        let exact = self.exact.get(address).into_iter().flatten();
        let wild = self.wild.get(&address.block()).into_iter().flatten();
        let wild = wild.filter(|(need, _)| need.covers(address)).flat_map(|(_, found)| found);
        let found: BTreeSet<&Address> = exact.chain(wild).collect();
        found.into_iter().cloned().collect()
    }
}

/// Returns what the objects and open intents of an instance are made from.
pub(super) fn needs(instance: &Instance) -> impl Iterator<Item = &Address> {
    let objects = instance.objects.values().flat_map(|object| object.needs.iter());
    objects.chain(instance.open.iter().flat_map(|intent| intent.needs.iter()))
}

#[cfg(test)]
impl Links {
    /// Returns whether both say the same, entries without dependents aside.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let wild = |links: &Self| -> Vec<(Address, Dependents)> {
            let all = links.wild.values().flatten().filter(|(_, found)| !found.is_empty());
            all.map(|(need, found)| (need.clone(), found.clone())).collect()
        };
        self.exact == other.exact && wild(self) == wild(other)
    }
}
