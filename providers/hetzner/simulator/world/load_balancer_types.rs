//! Types of load balancers, as they are listed.

use super::{
    World,
    call::{Answer, Call, Reply},
    locations::offered,
    refusal::Refusal,
    route::Route,
};
use serde_json::json;

/// The operations of this family.
pub(crate) const ROUTES: &[Route] =
    &[Route::get("/load_balancer_types", list), Route::get("/load_balancer_types/{id}", get)];

fn list(world: &mut World, call: &Call) -> Answer {
    let types = world.catalogue.load_balancer_types.iter();
    let items = types.map(|of| (of.id, of.name, of.answer()));
    offered(world, call, "load_balancer_types", items)
}

fn get(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let found = world.catalogue.load_balancer_types.iter().find(|of| of.id == id);
    let found = found.ok_or_else(|| Refusal::missing("load balancer type"))?;
    Ok(Reply::ok(json!({ "load_balancer_type": found.answer() })))
}
