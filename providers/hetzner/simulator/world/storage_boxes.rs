//! Storage boxes; their snapshots and subaccounts are in the files beside.
//!
//! Every action on something in a box locks the whole box. Passwords are judged and forgotten.

mod access;
mod change;
mod folders;
mod password;
mod plan;
mod snapshots;
mod subaccounts;

use self::{
    access::{Access, BOX},
    plan::Plan,
};
pub(crate) use self::{
    snapshots::{ROUTES as SNAPSHOT_ROUTES, Snapshot},
    subaccounts::{ROUTES as SUBACCOUNT_ROUTES, Subaccount},
};
use super::{
    World,
    call::{Answer, Call, Reply},
    catalogue::{Location, StorageBoxType},
    clock,
    deed::Deed,
    input::Input,
    kind::Kind,
    page::{Sorts, page},
    refusal::Refusal,
    route::Route,
    ssh_keys, standard,
    store::{Head, Resource, needed_name, stored_in},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The operations of boxes themselves.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/storage_boxes", list),
    Route::post("/storage_boxes", create),
    Route::get("/storage_boxes/{id}", standard::get::<StorageBox>),
    Route::put("/storage_boxes/{id}", Kind::StorageBox, standard::update::<StorageBox>),
    Route::delete("/storage_boxes/{id}", Kind::StorageBox, delete),
    Route::get("/storage_boxes/{id}/folders", folders::list),
    Route::act(
        "/storage_boxes/{id}/actions/change_protection",
        Kind::StorageBox,
        change::protection,
    ),
    Route::act("/storage_boxes/{id}/actions/change_type", Kind::StorageBox, change::sort),
    Route::act("/storage_boxes/{id}/actions/reset_password", Kind::StorageBox, change::password),
    Route::act(
        "/storage_boxes/{id}/actions/update_access_settings",
        Kind::StorageBox,
        change::access,
    ),
    Route::act(
        "/storage_boxes/{id}/actions/rollback_snapshot",
        Kind::StorageBox,
        change::roll_back,
    ),
    Route::act(
        "/storage_boxes/{id}/actions/enable_snapshot_plan",
        Kind::StorageBox,
        change::enable_plan,
    ),
    Route::act(
        "/storage_boxes/{id}/actions/disable_snapshot_plan",
        Kind::StorageBox,
        change::disable_plan,
    ),
];

const NAME_MAX: usize = 128;

const SORTS: Sorts = &[
    super::page::SORTS[0],
    super::page::SORTS[1],
    super::page::SORTS[2],
    ("stats.size", |a, b| a.size.cmp(&b.size)),
    ("stats.size_filesystem", |a, b| a.size.cmp(&b.size)),
];

/// A storage box.
#[derive(Clone, Debug)]
pub(crate) struct StorageBox {
    head: Head,
    sort: StorageBoxType,
    /// The name of its location.
    location: String,
    access: Access,
    plan: Option<Plan>,
    is_protected: bool,
    is_active: bool,
    /// How many bytes somebody has written into it.
    data: u64,
    /// How often what it held was overwritten.
    data_epoch: u64,
    folders: BTreeSet<String>,
    last_subaccount: u64,
}

impl StorageBox {
    fn username(&self) -> String {
        format!("u{}", self.head.id)
    }

    fn server(&self) -> String {
        format!("{}.your-storagebox.de", self.username())
    }

    fn system(&self) -> String {
        format!("{}-BX{}", self.location.to_uppercase(), 100 + self.head.id % 400)
    }

    /// Returns the bytes of its data and of its snapshots.
    fn sizes(&self, world: &World) -> (u64, u64) {
        (self.data, snapshots::of(world, self.head.id).map(|snapshot| snapshot.size).sum())
    }
}

impl Resource for StorageBox {
    const KIND: Kind = Kind::StorageBox;

    stored_in!(storage_boxes);

    fn answer(&self, world: &World) -> Value {
        let (data, snapshots) = self.sizes(world);
        let location = world.catalogue.location(&self.location);
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "storage_box_type": self.sort.answer(),
            "location": location.map(Location::answer),
            "access_settings": self.access.answer(),
            "snapshot_plan": self.plan.as_ref().map(Plan::answer),
            "protection": { "delete": self.is_protected },
            "labels": self.head.labels,
            "status": if self.is_active { "active" } else { "initializing" },
            "username": self.is_active.then(|| self.username()),
            "server": self.is_active.then(|| self.server()),
            "system": self.is_active.then(|| self.system()),
            "stats": { "size": data + snapshots, "size_data": data, "size_snapshots": snapshots },
            "created": clock::rfc3339(self.head.created_ms),
        })
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let mut rows = standard::rows::<StorageBox>(world, call, |_| true, |_| true)?;
    for row in &mut rows {
        let sizes = world.storage_boxes.get(&row.id).map(|of| of.sizes(world));
        row.size = sizes.map_or(0, |(data, snapshots)| data + snapshots);
    }
    page(world, call, ("storage_boxes", SORTS), rows, |row| world.show::<StorageBox>(row.id))
}

fn create(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    let sort = read_sort(world, &mut input);
    let location = read_location(world, &mut input);
    password::read(&mut input);
    let labels = input.labels().unwrap_or_default();
    for (at, key) in input.texts("ssh_keys").unwrap_or_default().iter().enumerate() {
        if ssh_keys::fingerprint(key).is_none() {
            input.refuse(&format!("ssh_keys.{at}"), "is not a public SSH key");
        }
    }
    let changes = input.nested("access_settings", |input| access::read(input, &BOX));
    input.done()?;
    world.name_is_free::<StorageBox>(&name, None)?;
    world.has_room_for::<StorageBox>()?;
    let Some(sort) = sort else { return Err(Refusal::missing("storage box type")) };
    if !sort.is_in(&location) {
        return Err(Refusal::unavailable(format!("{} is not available in {location}", sort.name)));
    }
    let mut access = Access::of(&BOX);
    access.change(&changes.unwrap_or_default());
    let head = world.head(&name, labels);
    let id = world.insert(StorageBox {
        head,
        sort,
        location,
        access,
        plan: None,
        is_protected: false,
        is_active: false,
        data: 0,
        data_epoch: 0,
        folders: BTreeSet::new(),
        last_subaccount: 0,
    });
    let deed = Deed::new("create").on(Kind::StorageBox, id);
    let deed = deed.done(move |world| world.alter(id, |of: &mut StorageBox| of.is_active = true));
    let action = world.begin(deed);
    let (shown, action) = (world.show::<StorageBox>(id), world.action(action));
    Ok(Reply::created(json!({ "storage_box": shown, "action": action })))
}

/// Reads the type that a box shall have.
fn read_sort(world: &World, input: &mut Input<'_>) -> Option<StorageBoxType> {
    let text = input.needed_reference("storage_box_type");
    let sort = world.catalogue.storage_box_type(&text).cloned();
    if sort.is_none() && !text.is_empty() {
        input.refuse("storage_box_type", "is not a storage box type");
    }
    sort
}

fn read_location(world: &World, input: &mut Input<'_>) -> String {
    let text = input.needed_reference("location");
    let name = world.catalogue.location(&text).map(|location| location.name);
    if name.is_none() && !text.is_empty() {
        input.refuse("location", "is not a location");
    }
    name.unwrap_or_default().to_owned()
}

fn delete(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let is_protected = world.find::<StorageBox>(id)?.is_protected;
    world.is_unprotected(Kind::StorageBox, is_protected, "deletion")?;
    let deed = Deed::new("delete").on(Kind::StorageBox, id).done(move |world| {
        let snapshots: Vec<u64> = snapshots::of(world, id).map(|of| of.head().id).collect();
        for snapshot in snapshots {
            world.remove::<Snapshot>(snapshot);
        }
        let accounts: Vec<u64> = subaccounts::of(world, id).map(|of| of.head().id).collect();
        for account in accounts {
            world.remove::<Subaccount>(account);
        }
        world.remove::<StorageBox>(id);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

/// The types of storage boxes, as they are listed.
pub(crate) const TYPE_ROUTES: &[Route] = &[
    Route::get("/storage_box_types", list_types),
    Route::get("/storage_box_types/{id}", get_type),
];

fn list_types(world: &mut World, call: &Call) -> Answer {
    let types = world.catalogue.storage_box_types.iter();
    let items = types.map(|of| (of.id, of.name, of.answer()));
    super::locations::offered(world, call, "storage_box_types", items)
}

fn get_type(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let found = world.catalogue.storage_box_types.iter().find(|of| of.id == id);
    let found = found.ok_or_else(|| Refusal::missing("storage box type"))?;
    Ok(Reply::ok(json!({ "storage_box_type": found.answer() })))
}

impl World {
    /// Says how many bytes a storage box holds.
    pub fn set_box_data(&mut self, id: u64, bytes: u64) {
        self.alter(id, |of: &mut StorageBox| of.data = bytes);
    }

    /// Returns how often what a storage box held was overwritten, if it is there.
    pub fn data_epoch(&self, id: u64) -> Option<u64> {
        self.storage_boxes.get(&id).map(|of| of.data_epoch)
    }
}
