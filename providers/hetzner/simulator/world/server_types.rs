//! Types of servers, as they are listed: what is gone everywhere is in no list.

use super::{
    World,
    call::{Answer, Call, Reply},
    catalogue::ServerType,
    locations::offered,
    refusal::Refusal,
    route::Route,
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] =
    &[Route::get("/server_types", list), Route::get("/server_types/{id}", get)];

fn list(world: &mut World, call: &Call) -> Answer {
    let now_ms = world.now_ms();
    let types = world.catalogue.server_types.iter().filter(|of| !of.is_gone(now_ms));
    let items = types.map(|of| (of.id, of.name.as_str(), show(world, of)));
    offered(world, call, "server_types", items)
}

fn get(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let found = world.catalogue.server_types.iter().find(|of| of.id == id);
    let found = found.ok_or_else(|| Refusal::missing("server type"))?;
    Ok(Reply::ok(json!({ "server_type": show(world, found) })))
}

/// Returns a type as the API shows it.
pub(crate) fn show(world: &World, of: &ServerType) -> Value {
    of.answer(|location| world.catalogue.location(location).map_or(0, |at| at.id))
}
