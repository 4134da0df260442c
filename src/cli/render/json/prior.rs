//! The state that a plan starts from: as recorded, with what was found since and with moves done.

use infra_model::{
    address::{Address, Mode},
    journal::Record,
    snapshot::Snapshot,
};
use infra_plan::plan::{Action, Change, Plan, PlanMode};
use std::{collections::BTreeSet, sync::Arc};

/// Returns the recorded state as it was found while planning.
pub(super) fn refreshed(plan: &Plan, recorded: &Snapshot) -> Snapshot {
    let mut snapshot = recorded.clone();
    // Two may have changed places: all leave before any arrives.
    let mut moved = Vec::new();
    for record in &plan.records {
        if let Record::Moved { from, to } = record {
            moved.extend(snapshot.instances.remove(from).map(|instance| (to.clone(), instance)));
        }
    }
    snapshot.instances.extend(moved);
    for drift in plan.drift.iter().filter(|drift| drift.observed.is_none()) {
        snapshot.instances.remove(&drift.address);
    }
    for change in plan.changes.iter().filter(|change| change.address.mode == Mode::Managed) {
        observe(&mut snapshot, change);
    }
    if plan.mode != PlanMode::Destroy {
        // Data that is read during apply, or not any more, is not known before.
        let read: BTreeSet<&Address> =
            plan.changes.iter().filter(|c| c.action == Action::NoOp).map(|c| &c.address).collect();
        snapshot
            .instances
            .retain(|address, _| address.mode != Mode::Data || read.contains(address));
    }
    for record in &plan.records {
        // What was read for good while planning.
        if let Record::Recorded { address, generation, object } = record
            && address.mode == Mode::Data
        {
            let instance = snapshot.instances.entry(address.clone()).or_default();
            instance.objects = [(*generation, object.clone())].into();
        }
    }
    snapshot
}

/// Puts the value that was found in the place of the recorded one.
fn observe(snapshot: &mut Snapshot, change: &Change) {
    let Some(value) = &change.prior else { return };
    let Some(instance) = snapshot.instances.get_mut(&change.address) else { return };
    let generation = match change.deposed {
        Some(generation) => Some(generation),
        None => instance.objects.keys().next_back().copied(),
    };
    let object = generation.and_then(|generation| instance.objects.get_mut(&generation));
    if let Some(object) = object.filter(|object| object.value != *value) {
        Arc::make_mut(object).value = value.clone();
    }
}
