//! Locations; and datacenters, which the API does not have any more.

use super::{
    World,
    call::{Answer, Call, Reply},
    page::{NAMES, Row, page},
    refusal::Refusal,
    route::Route,
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/locations", list),
    Route::get("/locations/{id}", get),
    Route::get("/datacenters", gone),
    Route::get("/datacenters/{id}", gone),
];

fn list(world: &mut World, call: &Call) -> Answer {
    let items = world.catalogue.locations.iter().map(|at| (at.id, at.name, at.answer()));
    offered(world, call, "locations", items)
}

fn get(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let found = world.catalogue.locations.iter().find(|at| at.id == id);
    let location = found.ok_or_else(|| Refusal::missing("location"))?;
    Ok(Reply::ok(json!({ "location": location.answer() })))
}

fn gone(_world: &mut World, _call: &Call) -> Answer {
    Err(Refusal::deprecated("datacenters were removed on 2026-10-01, use locations"))
}

/// Answers a list of what is on offer: id, name and the whole of each.
pub(crate) fn offered<'a>(
    world: &World,
    call: &Call,
    key: &str,
    items: impl Iterator<Item = (u64, &'a str, Value)>,
) -> Answer {
    let name = call.query("name");
    let items = items.filter(|(_, own, _)| name.is_none_or(|name| name == *own));
    let row = |(id, name, value): (u64, &str, Value)| Row {
        id,
        name: name.to_owned(),
        buried: Some(value),
        ..Row::default()
    };
    page(world, call, (key, NAMES), items.map(row).collect(), |_| Value::Null)
}
