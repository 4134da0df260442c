//! ISOs, as they are listed.

use super::{
    World,
    call::{Answer, Call, Reply},
    locations::offered,
    refusal::Refusal,
    route::Route,
};
use serde_json::json;

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[Route::get("/isos", list), Route::get("/isos/{id}", get)];

fn list(world: &mut World, call: &Call) -> Answer {
    let isos = world.catalogue.isos.iter();
    let isos = isos.filter(|iso| call.passes("architecture", iso.architecture));
    offered(world, call, "isos", isos.map(|iso| (iso.id, iso.name, iso.answer())))
}

fn get(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let iso = world.catalogue.isos.iter().find(|iso| iso.id == id);
    let iso = iso.ok_or_else(|| Refusal::missing("iso"))?;
    Ok(Reply::ok(json!({ "iso": iso.answer() })))
}
