//! Snapshots of boxes: made by somebody, or by the box's plan.

use super::StorageBox;
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    clock,
    deed::{Deed, When},
    input::Input,
    kind::Kind,
    labels::Labels,
    page::{SORTS, whole},
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};

/// The operations of this file.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/storage_boxes/{id}/snapshots", list),
    Route::act("/storage_boxes/{id}/snapshots", Kind::StorageBox, create),
    Route::get("/storage_boxes/{id}/snapshots/{snapshot_id}", get),
    Route::put("/storage_boxes/{id}/snapshots/{snapshot_id}", Kind::StorageBox, update),
    Route::delete("/storage_boxes/{id}/snapshots/{snapshot_id}", Kind::StorageBox, delete),
];

const DESCRIPTION_MAX: usize = 1000;

/// A snapshot of a box; its name is the time at which it was made.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    head: Head,
    storage_box: u64,
    description: String,
    pub(super) is_automatic: bool,
    /// Zero until it is made.
    pub(super) size: u64,
    pub(super) size_filesystem: u64,
}

impl Resource for Snapshot {
    const KIND: Kind = Kind::StorageBoxSnapshot;

    stored_in!(box_snapshots);

    fn answer(&self, _world: &World) -> Value {
        json!({
            "id": self.head.id,
            "storage_box": self.storage_box,
            "name": self.head.name,
            "description": self.description,
            "labels": self.head.labels,
            "stats": { "size": self.size, "size_filesystem": self.size_filesystem },
            "is_automatic": self.is_automatic,
            "created": clock::rfc3339(self.head.created_ms),
        })
    }
}

impl Snapshot {
    /// Returns a snapshot that is to be made.
    fn new(mut head: Head, storage_box: u64, is_automatic: bool) -> Self {
        head.name = clock::rfc3339(head.created_ms).replace(':', "-").replace('Z', "");
        let (description, size, size_filesystem) = (String::new(), 0, 0);
        Self { head, storage_box, description, is_automatic, size, size_filesystem }
    }
}

/// Returns the snapshots of a box, the oldest first.
pub(super) fn of(world: &World, storage_box: u64) -> impl Iterator<Item = &Snapshot> {
    world.box_snapshots.values().filter(move |of| of.storage_box == storage_box)
}

/// Adds a snapshot that a plan made at a time.
pub(super) fn add_automatic(world: &mut World, storage_box: u64, at_ms: u64) {
    let mut head = world.head("", Labels::new());
    head.created_ms = at_ms;
    let id = world.insert(Snapshot::new(head, storage_box, true));
    fill(world, storage_box, id);
}

/// Notes what a snapshot holds; how much of it is its own is invented.
fn fill(world: &mut World, storage_box: u64, id: u64) {
    let data = world.storage_boxes.get(&storage_box).map_or(0, |of| of.data);
    world.alter(id, |of: &mut Snapshot| {
        of.size_filesystem = data;
        of.size = data.div_ceil(10);
    });
}

fn list(world: &mut World, call: &Call) -> Answer {
    let storage_box = world.of::<StorageBox>(call)?.head().id;
    let is_meant = |is_automatic: bool| {
        call.query("is_automatic").is_none_or(|text| text == is_automatic.to_string())
    };
    let keep = |of: &Snapshot| of.storage_box == storage_box && is_meant(of.is_automatic);
    let keep_gone = |of: &Value| {
        of["storage_box"] == storage_box && is_meant(of["is_automatic"].as_bool().unwrap_or(false))
    };
    let rows = standard::rows(world, call, keep, keep_gone)?;
    whole(call, ("snapshots", SORTS), rows, |row| world.show::<Snapshot>(row.id))
}

fn create(world: &mut World, call: &Call) -> Answer {
    let storage_box = call.id()?;
    let mut input = call.input()?;
    let description = read_description(&mut input).unwrap_or_default();
    let labels = input.labels().unwrap_or_default();
    input.done()?;
    let limit = world.find::<StorageBox>(storage_box)?.sort.snapshots_max;
    if of(world, storage_box).filter(|of| !of.is_automatic).count() as u64 >= limit {
        return Err(Refusal::limit("snapshot_limit"));
    }
    world.has_room_for::<Snapshot>()?;
    let head = world.head("", labels);
    let id = world.insert(Snapshot { description, ..Snapshot::new(head, storage_box, false) });
    let deed = Deed::new("create_snapshot").on(Kind::StorageBox, storage_box);
    let deed = deed.on(Kind::StorageBoxSnapshot, id);
    let deed = deed.done(move |world| fill(world, storage_box, id));
    let deed = deed.when(When::Failed, move |world| drop(world.remove::<Snapshot>(id)));
    let action = world.begin(deed);
    let shown = json!({ "id": id, "storage_box": storage_box });
    Ok(Reply::created(json!({ "snapshot": shown, "action": world.action(action) })))
}

fn get(world: &mut World, call: &Call) -> Answer {
    let id = snapshot_of(world, call)?;
    Ok(standard::single::<Snapshot>(world, id))
}

fn update(world: &mut World, call: &Call) -> Answer {
    let id = snapshot_of(world, call)?;
    let mut input = call.input()?;
    let (description, labels) = (read_description(&mut input), input.labels());
    input.done()?;
    world.alter(id, |of: &mut Snapshot| {
        if let Some(description) = description {
            of.description = description;
        }
        if let Some(labels) = labels {
            of.head.labels = labels;
        }
    });
    Ok(standard::single::<Snapshot>(world, id))
}

fn delete(world: &mut World, call: &Call) -> Answer {
    let id = snapshot_of(world, call)?;
    let deed = Deed::new("delete_snapshot").on(Kind::StorageBox, call.id()?);
    let deed = deed.on(Kind::StorageBoxSnapshot, id);
    let action = world.begin(deed.done(move |world| drop(world.remove::<Snapshot>(id))));
    standard::acted(world, action)
}

/// Returns the snapshot of a call, if it is one of the box.
fn snapshot_of(world: &World, call: &Call) -> Result<u64, Refusal> {
    let (storage_box, id) = (call.id()?, call.number("snapshot_id")?);
    world.find::<StorageBox>(storage_box)?;
    let snapshot = world.find::<Snapshot>(id)?;
    if snapshot.storage_box != storage_box {
        return Err(Refusal::not_found(Kind::StorageBoxSnapshot, id));
    }
    Ok(id)
}

/// Reads a description, of a snapshot or of a subaccount.
pub(super) fn read_description(input: &mut Input<'_>) -> Option<String> {
    let text = input.text("description")?;
    if text.chars().count() > DESCRIPTION_MAX {
        input.refuse("description", format!("must have at most {DESCRIPTION_MAX} characters"));
    }
    Some(text)
}
