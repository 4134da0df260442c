//! What changes a box itself.

use super::{
    Snapshot, StorageBox,
    access::{self, BOX},
    password as policy,
    plan::Plan,
    read_sort, snapshots,
};
use crate::world::{
    World,
    call::{Answer, Call},
    deed::Deed,
    kind::Kind,
    refusal::Refusal,
    standard,
    store::Resource as _,
};

pub(super) fn protection(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let is_protected = input.flag("delete");
    input.done()?;
    standard::protect(world, call.id()?, is_protected, |of: &mut StorageBox| &mut of.is_protected)
}

pub(super) fn sort(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let sort = read_sort(world, &mut input);
    let (data, snapshots) = world.of::<StorageBox>(call)?.sizes(world);
    if sort.as_ref().is_some_and(|sort| sort.size < data + snapshots) {
        input.refuse("storage_box_type", "is smaller than what is in use");
    }
    input.done()?;
    act(world, call, "change_type", move |of| of.sort = sort.unwrap_or_else(|| of.sort.clone()))
}

pub(super) fn password(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    policy::read(&mut input);
    input.done()?;
    act(world, call, "reset_password", |_| {})
}

pub(super) fn access(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let changes = access::read(&mut input, &BOX);
    input.done()?;
    act(world, call, "update_access_settings", move |of| of.access.change(&changes))
}

pub(super) fn enable_plan(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let limit = world.of::<StorageBox>(call)?.sort.automatic_snapshots_max;
    let plan = Plan::read(&mut input, limit, world.now_ms());
    input.done()?;
    act(world, call, "enable_snapshot_plan", move |of| of.plan = Some(plan))
}

pub(super) fn disable_plan(world: &mut World, call: &Call) -> Answer {
    act(world, call, "disable_snapshot_plan", |of| of.plan = None)
}

/// Brings a box back to a snapshot: newer ones are gone, and so is what was written since.
pub(super) fn roll_back(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let text = input.needed_reference("snapshot");
    input.done()?;
    let is_meant = |of: &&Snapshot| of.head().name == text || of.head().id.to_string() == text;
    let found = snapshots::of(world, id).find(is_meant);
    let found = found.ok_or_else(|| Refusal::not_found(Kind::StorageBoxSnapshot, &text))?;
    let (snapshot, created_ms, data) =
        (found.head().id, found.head().created_ms, found.size_filesystem);
    let deed = Deed::new("rollback_snapshot").on(Kind::StorageBox, id);
    let deed = deed.on(Kind::StorageBoxSnapshot, snapshot).done(move |world| {
        let newer = snapshots::of(world, id)
            .filter(|of| (of.head().created_ms, of.head().id) > (created_ms, snapshot));
        let newer: Vec<u64> = newer.map(|of| of.head().id).collect();
        for snapshot in newer {
            world.remove::<Snapshot>(snapshot);
        }
        world.alter(id, |of: &mut StorageBox| {
            of.data = data;
            of.data_epoch += 1;
        });
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

/// Begins an action that changes the box of a call.
fn act(
    world: &mut World,
    call: &Call,
    command: &'static str,
    change: impl FnOnce(&mut StorageBox) + Send + 'static,
) -> Answer {
    standard::change(world, call.id()?, command, change)
}
