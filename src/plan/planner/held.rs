//! What is recorded, as the planner works on it: under its new address, upgraded, observed.

use infra_model::{
    address::{Address, Generation, ProviderAddress},
    ask::Recorded,
    journal::Intent,
    observed::Observed,
    snapshot::{Instance, Object, Snapshot},
};
use needs::Renamed;
use std::{collections::BTreeMap, sync::Arc};

mod needs;

/// Numbers the held instances of a planner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HeldId(pub(super) usize);

/// A recorded instance.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// Where it is now.
    pub(super) address: Address,
    /// Where it was recorded, if it moved.
    pub(super) moved_from: Option<Address>,
    /// Its objects, upgraded, and what was found or imported.
    pub(super) instance: Instance,
    /// Its objects as they are recorded.
    pub(super) recorded: BTreeMap<Generation, Arc<Object>>,
    /// Who is asked about it.
    pub(super) refresh_by: Option<ProviderAddress>,
    /// It was put into a question.
    pub(super) asked: bool,
    /// What was said of its objects; on its own, since a node of the map has room for eleven.
    seen: BTreeMap<Generation, Box<Observed>>,
    /// Lookups of creates that are still to be answered: indices of open intents.
    pub(super) lookups: Vec<usize>,
    /// Those lookups were put into a question.
    pub(super) find_asked: bool,
    /// Creates whose object is taken into the record.
    pub(super) adopted: Vec<Intent>,
    /// Creates that did not happen.
    pub(super) absent: Vec<Intent>,
    /// Updates and deletes that refresh settles.
    pub(super) unsettled: Vec<Intent>,
    /// An intent is in flight or uncertain: the address is blocked.
    pub(super) stuck: bool,
    /// The record cannot be understood; this was reported.
    pub(super) broken: bool,
    /// An instance of the configuration has this address.
    pub(super) claimed: bool,
    /// The object comes from an import block.
    pub(super) imported: bool,
    /// The configuration forbids its destruction.
    pub(super) protected: bool,
    /// All that is to be done with it is decided.
    pub(super) decided: bool,
}

impl Held {
    fn of(address: &Address, instance: &Instance) -> Self {
        Self {
            address: address.clone(),
            moved_from: None,
            instance: instance.clone(),
            recorded: instance.objects.clone(),
            refresh_by: None,
            asked: false,
            seen: BTreeMap::new(),
            lookups: Vec::new(),
            find_asked: false,
            adopted: Vec::new(),
            absent: Vec::new(),
            unsettled: Vec::new(),
            stuck: false,
            broken: false,
            claimed: false,
            imported: false,
            protected: false,
            decided: false,
        }
    }

    /// Returns its objects as the parts of a question.
    pub(super) fn questions(&self) -> impl Iterator<Item = Recorded> {
        let unseen = self.instance.objects.iter().filter(|(g, _)| !self.seen.contains_key(g));
        unseen.map(|(generation, object)| Recorded {
            address: self.address.clone(),
            generation: *generation,
            object: object.clone(),
        })
    }

    /// Returns whether its current object was confirmed to be gone.
    pub(super) fn is_gone(&self) -> bool {
        let current = self.instance.current();
        current.is_some_and(|(generation, _)| self.seen(generation) == Some(&Observed::Gone))
    }

    /// Returns whether one of its objects could not be asked for.
    pub(super) fn not_askable(&self) -> bool {
        self.seen.values().any(|seen| matches!(**seen, Observed::NotAskable(_)))
    }

    /// Returns what was said of one of its objects.
    pub(super) fn seen(&self, generation: Generation) -> Option<&Observed> {
        self.seen.get(&generation).map(|seen| &**seen)
    }

    /// Takes what was said of one of its objects.
    pub(super) fn see(&mut self, generation: Generation, observed: Observed) {
        self.seen.insert(generation, Box::new(observed));
    }
}

/// All recorded instances by address.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldSet {
    pub(super) all: Vec<Held>,
    by_address: BTreeMap<Address, HeldId>,
    /// What was moved and is not followed yet in the needs of others.
    renamed: Renamed,
}

impl HeldSet {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let all: Vec<Held> = snapshot.instances.iter().map(|(a, i)| Held::of(a, i)).collect();
        let numbered = all.iter().enumerate();
        let by_address = numbered.map(|(i, held)| (held.address.clone(), HeldId(i))).collect();
        Self { all, by_address, renamed: Renamed::default() }
    }

    pub(super) fn get(&self, id: HeldId) -> &Held {
        &self.all[id.0]
    }

    pub(super) fn get_mut(&mut self, id: HeldId) -> &mut Held {
        &mut self.all[id.0]
    }

    pub(super) fn find(&self, address: &Address) -> Option<HeldId> {
        self.by_address.get(address).copied()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = HeldId> + use<> {
        (0..self.all.len()).map(HeldId)
    }

    /// Gives an instance a new address, which must be free.
    pub(super) fn rename(&mut self, id: HeldId, to: Address) {
        debug_assert!(!self.by_address.contains_key(&to), "an address is held once");
        let held = &mut self.all[id.0];
        let from = std::mem::replace(&mut held.address, to.clone());
        self.by_address.remove(&from);
        let known = held.adopted.iter_mut().chain(&mut held.absent).chain(&mut held.unsettled);
        for intent in held.instance.open.iter_mut().chain(known) {
            intent.address = to.clone();
        }
        self.renamed.add(&from, &to);
        held.moved_from.get_or_insert(from);
        self.by_address.insert(to, id);
    }

    /// Adds an instance that is not recorded yet, for an import.
    pub(super) fn add(&mut self, address: &Address) -> HeldId {
        if let Some(found) = self.find(address) {
            return found;
        }
        let id = HeldId(self.all.len());
        self.all.push(Held::of(address, &Instance::default()));
        self.by_address.insert(address.clone(), id);
        id
    }
}
