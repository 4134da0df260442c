//! Placement groups: every server of one is on another host.

use super::{
    World,
    call::{Answer, Call, Reply},
    clock,
    kind::Kind,
    page::SORTS,
    refusal::Refusal,
    route::Route,
    servers::Server,
    standard,
    store::{Head, Resource, needed_name, stored_in},
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/placement_groups", list),
    Route::post("/placement_groups", create),
    Route::get("/placement_groups/{id}", standard::get::<PlacementGroup>),
    Route::put("/placement_groups/{id}", Kind::PlacementGroup, standard::update::<PlacementGroup>),
    Route::delete("/placement_groups/{id}", Kind::PlacementGroup, delete),
];

const NAME_MAX: usize = 128;

/// How many servers are in a group; not verified against the live API.
pub(crate) const SERVERS_MAX: usize = 10;

/// A placement group; its members are told by the servers.
#[derive(Clone, Debug)]
pub(crate) struct PlacementGroup {
    head: Head,
}

impl Resource for PlacementGroup {
    const KIND: Kind = Kind::PlacementGroup;

    stored_in!(placement_groups);

    fn answer(&self, world: &World) -> Value {
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "labels": self.head.labels,
            "type": "spread",
            "created": clock::rfc3339(self.head.created_ms),
            "servers": world.members_of_group(self.head.id),
        })
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let is_meant = call.passes("type", "spread");
    standard::list_where(world, call, SORTS, |_: &PlacementGroup| is_meant)
}

fn create(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    let labels = input.labels().unwrap_or_default();
    input.needed_choice("type", &["spread"]);
    input.done()?;
    world.name_is_free::<PlacementGroup>(&name, None)?;
    world.has_room_for::<PlacementGroup>()?;
    let head = world.head(&name, labels);
    let id = world.insert(PlacementGroup { head });
    let group = world.show::<PlacementGroup>(id);
    Ok(Reply::created(json!({ "placement_group": group, "action": null })))
}

/// Deletes a group; its servers go on without one.
fn delete(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    for server in world.members_of_group(id) {
        world.alter(server, |server: &mut Server| server.placement_group = None);
    }
    standard::delete::<PlacementGroup>(world, call)
}

impl World {
    /// Refuses one server more than a group takes.
    pub(crate) fn group_has_room(&self, group: u64) -> Result<(), Refusal> {
        if self.members_of_group(group).len() >= SERVERS_MAX {
            return Err(Refusal::limit("placement_group_server_limit"));
        }
        Ok(())
    }
}
