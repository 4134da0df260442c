//! Recorded needs after a move: they name the places of today, as the store will have them once the
//! moves are written.

use super::HeldSet;
use infra_model::address::Address;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What has left a place: where it was, and where it is now, by the block where it was.
#[derive(Clone, Debug, Default)]
pub(super) struct Renamed {
    exact: BTreeMap<Address, Address>,
    blocks: BTreeMap<Address, Vec<(Address, Address)>>,
}

impl Renamed {
    /// Notes a move.
    pub(super) fn add(&mut self, from: &Address, to: &Address) {
        self.exact.insert(from.clone(), to.clone());
        self.blocks.entry(from.block()).or_default().push((from.clone(), to.clone()));
    }

    /// Returns needs with the places of today; `None` if nothing of it was moved.
    fn of(&self, needs: &[Address]) -> Option<Arc<[Address]>> {
        let mut now: BTreeSet<Address> = BTreeSet::new();
        let mut differs = false;
        for need in needs {
            if let Some(to) = self.exact.get(need) {
                differs = true;
                now.insert(to.clone());
                continue;
            }
            now.insert(need.clone());
            if !need.is_wild() {
                continue;
            }
            let moved = self.blocks.get(&need.block()).into_iter().flatten();
            let left = moved.filter(|(from, to)| need.covers(from) && !need.covers(to));
            for (_, to) in left {
                differs = true;
                now.insert(to.clone());
            }
        }
        differs.then(|| now.into_iter().collect())
    }
}

impl HeldSet {
    /// Gives everything recorded the needs of today, after `moved` blocks were followed.
    pub(in super::super) fn follow_moves(&mut self) {
        let renamed = std::mem::take(&mut self.renamed);
        if renamed.exact.is_empty() {
            return;
        }
        for held in &mut self.all {
            for object in held.instance.objects.values_mut() {
                if let Some(needs) = renamed.of(&object.needs) {
                    Arc::make_mut(object).needs = needs;
                }
            }
            for intent in &mut held.instance.open {
                if let Some(needs) = renamed.of(&intent.needs) {
                    intent.needs = needs;
                }
            }
        }
    }

    /// Returns needs with the places of today, after what moved by itself (`a` to `a[0]`) as well.
    pub(in super::super) fn needs_of_today(&self, needs: &Arc<[Address]>) -> Arc<[Address]> {
        self.renamed.of(needs).unwrap_or_else(|| Arc::clone(needs))
    }
}
