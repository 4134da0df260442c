//! Steps that could begin, by what limits them: provider instance and kind.

use infra_model::address::{KindName, Mode, ProviderAddress};
use infra_plan::plan::{Step, Work};
use std::collections::{BTreeMap, BTreeSet};

/// What is counted and batched together.
pub(super) type Lane = (ProviderAddress, KindName, Mode);

/// Ready steps; a step is in exactly one place.
#[derive(Debug, Default)]
pub(super) struct Queues {
    lanes: BTreeMap<Lane, BTreeSet<usize>>,
    joins: Vec<usize>,
    /// Steps whose intent is open and whose rest is over.
    repeats: Vec<usize>,
    /// Steps for which the outside is asked something before they begin.
    asking: BTreeSet<usize>,
    in_flight: BTreeMap<ProviderAddress, usize>,
    all_in_flight: usize,
}

impl Queues {
    pub(super) fn push(&mut self, at: usize, step: &Step) {
        if step.work == Work::Join {
            self.joins.push(at);
        } else {
            let lane = (step.provider.clone(), step.kind.clone(), step.address.mode);
            self.lanes.entry(lane).or_default().insert(at);
        }
    }

    pub(super) fn push_repeat(&mut self, at: usize) {
        self.repeats.push(at);
    }

    pub(super) fn take_repeats(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.repeats)
    }

    pub(super) fn pop_join(&mut self) -> Option<usize> {
        self.joins.pop()
    }

    /// Returns the lanes that have something ready.
    pub(super) fn lanes(&self) -> Vec<Lane> {
        self.lanes.iter().filter(|(_, ready)| !ready.is_empty()).map(|(l, _)| l.clone()).collect()
    }

    /// Takes the first ready step of a lane.
    pub(super) fn pop(&mut self, lane: &Lane) -> Option<usize> {
        self.lanes.get_mut(lane)?.pop_first()
    }

    /// Notes that the outside is asked something for a step; it counts as a call in flight.
    pub(super) fn asks(&mut self, at: usize, provider: &ProviderAddress) {
        self.asking.insert(at);
        self.began(provider);
    }

    /// Notes that the answer is there.
    pub(super) fn answered(&mut self, at: usize, provider: &ProviderAddress) {
        self.asking.remove(&at);
        self.ended(provider);
    }

    /// Takes everything that is ready, and what is only asked for.
    pub(super) fn drain(&mut self) -> Vec<usize> {
        let asking = std::mem::take(&mut self.asking);
        let lanes = self.lanes.values_mut().flat_map(std::mem::take);
        let ready: BTreeSet<usize> = lanes.chain(self.joins.drain(..)).chain(asking).collect();
        ready.into_iter().collect()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.all_in_flight
    }

    pub(super) fn in_flight_of(&self, provider: &ProviderAddress) -> usize {
        self.in_flight.get(provider).copied().unwrap_or(0)
    }

    pub(super) fn began(&mut self, provider: &ProviderAddress) {
        self.all_in_flight += 1;
        *self.in_flight.entry(provider.clone()).or_default() += 1;
    }

    pub(super) fn ended(&mut self, provider: &ProviderAddress) {
        debug_assert!(self.in_flight_of(provider) > 0, "a call ends after it began");
        self.all_in_flight = self.all_in_flight.saturating_sub(1);
        if let Some(count) = self.in_flight.get_mut(provider) {
            *count = count.saturating_sub(1);
        }
    }
}
