//! Subaccounts of boxes: users with a home of their own.

use super::{
    StorageBox,
    access::{self, Access, SUBACCOUNT},
    folders, password as policy,
    snapshots::read_description,
};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    clock,
    deed::{Deed, When},
    kind::Kind,
    page::{TIMES, whole},
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, new_name, stored_in},
};
use serde_json::{Value, json};

/// The operations of this file.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/storage_boxes/{id}/subaccounts", list),
    Route::act("/storage_boxes/{id}/subaccounts", Kind::StorageBox, create),
    Route::get("/storage_boxes/{id}/subaccounts/{subaccount_id}", get),
    Route::put("/storage_boxes/{id}/subaccounts/{subaccount_id}", Kind::StorageBox, update),
    Route::delete("/storage_boxes/{id}/subaccounts/{subaccount_id}", Kind::StorageBox, delete),
    Route::act(
        "/storage_boxes/{id}/subaccounts/{subaccount_id}/actions/change_home_directory",
        Kind::StorageBox,
        change_home,
    ),
    Route::act(
        "/storage_boxes/{id}/subaccounts/{subaccount_id}/actions/reset_subaccount_password",
        Kind::StorageBox,
        reset_password,
    ),
    Route::act(
        "/storage_boxes/{id}/subaccounts/{subaccount_id}/actions/update_access_settings",
        Kind::StorageBox,
        update_access,
    ),
];

const NAME_MAX: usize = 50;

/// A subaccount.
#[derive(Clone, Debug)]
pub(crate) struct Subaccount {
    head: Head,
    storage_box: u64,
    username: String,
    home: String,
    access: Access,
    description: String,
}

impl Resource for Subaccount {
    const KIND: Kind = Kind::StorageBoxSubaccount;

    stored_in!(subaccounts);

    fn answer(&self, _world: &World) -> Value {
        json!({
            "id": self.head.id,
            "storage_box": self.storage_box,
            "name": self.head.name,
            "home_directory": self.home,
            "access_settings": self.access.answer(),
            "description": self.description,
            "labels": self.head.labels,
            "username": self.username,
            "server": format!("{}.your-storagebox.de", self.username),
            "created": clock::rfc3339(self.head.created_ms),
        })
    }
}

/// Returns the subaccounts of a box.
pub(super) fn of(world: &World, storage_box: u64) -> impl Iterator<Item = &Subaccount> {
    world.subaccounts.values().filter(move |of| of.storage_box == storage_box)
}

fn list(world: &mut World, call: &Call) -> Answer {
    let storage_box = world.of::<StorageBox>(call)?.head().id;
    let keep =
        |of: &Subaccount| of.storage_box == storage_box && call.passes("username", &of.username);
    let keep_gone = |of: &Value| {
        of["storage_box"] == storage_box
            && call.passes("username", of["username"].as_str().unwrap_or_default())
    };
    let rows = standard::rows(world, call, keep, keep_gone)?;
    whole(call, ("subaccounts", TIMES), rows, |row| world.show::<Subaccount>(row.id))
}

fn create(world: &mut World, call: &Call) -> Answer {
    let storage_box = call.id()?;
    let mut input = call.input()?;
    let home = folders::read_home(&mut input);
    policy::read(&mut input);
    let changes = input.nested("access_settings", |input| access::read(input, &SUBACCOUNT));
    let name = new_name(&mut input, NAME_MAX);
    let description = read_description(&mut input).unwrap_or_default();
    let labels = input.labels().unwrap_or_default();
    input.done()?;
    if let Some(name) = &name {
        is_free(world, storage_box, name, None)?;
    }
    let limit = world.find::<StorageBox>(storage_box)?.sort.subaccounts_max;
    if of(world, storage_box).count() as u64 >= limit {
        return Err(Refusal::limit("subaccounts_limit"));
    }
    world.has_room_for::<Subaccount>()?;
    let parent = world.find_mut::<StorageBox>(storage_box)?;
    parent.last_subaccount += 1;
    let username = format!("{}-sub{}", parent.username(), parent.last_subaccount);
    folders::make(parent, &home);
    let mut access = Access::of(&SUBACCOUNT);
    access.change(&changes.unwrap_or_default());
    let head = world.head(name.as_deref().unwrap_or(&username), labels);
    let id = world.insert(Subaccount { head, storage_box, username, home, access, description });
    let deed = deed("create_subaccount", storage_box, id);
    let deed = deed.when(When::Failed, move |world| drop(world.remove::<Subaccount>(id)));
    let action = world.begin(deed);
    let shown = json!({ "id": id, "storage_box": storage_box });
    Ok(Reply::created(json!({ "subaccount": shown, "action": world.action(action) })))
}

/// Refuses a name that another one of the box has; that the API does so was not verified.
fn is_free(
    world: &World,
    storage_box: u64,
    name: &str,
    except: Option<u64>,
) -> Result<(), Refusal> {
    let is_other = |of: &Subaccount| of.head.name == name && Some(of.head.id) != except;
    if of(world, storage_box).any(is_other) {
        return Err(Refusal::taken(Kind::StorageBoxSubaccount, "name"));
    }
    Ok(())
}

fn get(world: &mut World, call: &Call) -> Answer {
    let id = subaccount_of(world, call)?;
    Ok(standard::single::<Subaccount>(world, id))
}

fn update(world: &mut World, call: &Call) -> Answer {
    let id = subaccount_of(world, call)?;
    let mut input = call.input()?;
    let name = new_name(&mut input, NAME_MAX);
    let (description, labels) = (read_description(&mut input), input.labels());
    input.done()?;
    if let Some(name) = &name {
        is_free(world, call.id()?, name, Some(id))?;
    }
    world.alter(id, |of: &mut Subaccount| {
        if let Some(name) = name {
            of.head.name = name;
        }
        if let Some(description) = description {
            of.description = description;
        }
        if let Some(labels) = labels {
            of.head.labels = labels;
        }
    });
    Ok(standard::single::<Subaccount>(world, id))
}

fn delete(world: &mut World, call: &Call) -> Answer {
    let id = subaccount_of(world, call)?;
    let deed = deed("delete_subaccount", call.id()?, id);
    let action = world.begin(deed.done(move |world| drop(world.remove::<Subaccount>(id))));
    standard::acted(world, action)
}

fn change_home(world: &mut World, call: &Call) -> Answer {
    let (storage_box, id) = (call.id()?, subaccount_of(world, call)?);
    let mut input = call.input()?;
    let home = folders::read_home(&mut input);
    input.done()?;
    let deed = deed("change_home_directory", storage_box, id).done(move |world| {
        world.alter(storage_box, |of: &mut StorageBox| folders::make(of, &home));
        world.alter(id, |of: &mut Subaccount| of.home = home);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

fn reset_password(world: &mut World, call: &Call) -> Answer {
    let id = subaccount_of(world, call)?;
    let mut input = call.input()?;
    policy::read(&mut input);
    input.done()?;
    let action = world.begin(deed("reset_subaccount_password", call.id()?, id));
    standard::acted(world, action)
}

fn update_access(world: &mut World, call: &Call) -> Answer {
    let id = subaccount_of(world, call)?;
    let mut input = call.input()?;
    let changes = access::read(&mut input, &SUBACCOUNT);
    input.done()?;
    let deed = deed("update_access_settings", call.id()?, id).done(move |world| {
        world.alter(id, |of: &mut Subaccount| of.access.change(&changes));
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

/// Returns the subaccount of a call, if it is one of the box.
fn subaccount_of(world: &World, call: &Call) -> Result<u64, Refusal> {
    let (storage_box, id) = (call.id()?, call.number("subaccount_id")?);
    world.find::<StorageBox>(storage_box)?;
    let subaccount = world.find::<Subaccount>(id)?;
    if subaccount.storage_box != storage_box {
        return Err(Refusal::not_found(Kind::StorageBoxSubaccount, id));
    }
    Ok(id)
}

fn deed(command: &'static str, storage_box: u64, id: u64) -> Deed {
    Deed::new(command).on(Kind::StorageBox, storage_box).on(Kind::StorageBoxSubaccount, id)
}
