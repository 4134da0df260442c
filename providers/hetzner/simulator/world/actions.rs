//! Actions as the API lists them: all by id, and those of a sort of objects or of one object.

use super::{
    World,
    action::Action,
    call::{Answer, Call, Reply},
    kind::Kind,
    page::{Row, Sorts, page},
    refusal::Refusal,
    route::Route,
};
use serde_json::json;

/// The operations of this file.
pub(crate) const ROUTES: &[Route] =
    &[Route::get("/actions", list), Route::get("/actions/{id}", get)];

const SORTS: Sorts = &[
    ("id", |a, b| a.id.cmp(&b.id)),
    ("command", |a, b| a.name.cmp(&b.name)),
    ("status", |a, b| a.status.cmp(b.status)),
    ("started", |a, b| a.created_ms.cmp(&b.created_ms)),
    ("finished", |a, b| a.finished_ms.cmp(&b.finished_ms)),
];

/// Lists actions by their ids, without pages; the list of all was removed.
fn list(world: &mut World, call: &Call) -> Answer {
    let ids = call.ids("id")?;
    if ids.is_empty() {
        return Err(Refusal::deprecated("listing all actions was removed on 2025-01-30"));
    }
    let now_ms = world.now_ms();
    let found = ids.iter().filter_map(|id| world.actions.find(*id));
    let actions: Vec<_> = found.map(|action| action.answer(now_ms)).collect();
    Ok(Reply::ok(json!({ "actions": actions })))
}

/// Answers a single action, whatever it is about.
pub(crate) fn get(world: &mut World, call: &Call) -> Answer {
    single(world, call.id()?)
}

/// Answers `/{kind}/{id}/actions/{action_id}`.
pub(crate) fn get_of(world: &mut World, call: &Call) -> Answer {
    single(world, call.number("action_id")?)
}

fn single(world: &World, id: u64) -> Answer {
    let action = world.actions.find(id).ok_or_else(|| Refusal::missing("action"))?;
    Ok(Reply::ok(json!({ "action": action.answer(world.now_ms()) })))
}

/// Lists the actions of all objects of a sort: `/servers/actions`.
pub(crate) fn list_all(world: &World, call: &Call, kind: Kind) -> Answer {
    let ids = call.ids("id")?;
    let is_meant = |action: &Action| ids.is_empty() || ids.contains(&action.id);
    filtered(world, call, |action| is_meant(action) && action.resources.iter().any(|r| r.0 == kind))
}

/// Lists the actions of one object: `/servers/{id}/actions`.
pub(crate) fn list_of(world: &World, call: &Call, kind: Kind, id: u64) -> Answer {
    filtered(world, call, |action| action.resources.contains(&(kind, id)))
}

fn filtered(world: &World, call: &Call, keep: impl Fn(&Action) -> bool) -> Answer {
    let is_meant = |action: &&Action| keep(action) && call.passes("status", action.status());
    let row = |action: &Action| Row {
        id: action.id,
        name: action.command.to_owned(),
        created_ms: action.started_ms,
        status: action.status(),
        finished_ms: action.outcome.as_ref().map_or(u64::MAX, |outcome| outcome.finished_ms),
        ..Row::default()
    };
    let rows = world.actions.seen().filter(is_meant).map(row).collect();
    page(world, call, ("actions", SORTS), rows, |row| world.action(row.id))
}

/// The routes by which the actions of a sort are read.
macro_rules! action_routes {
    ($path:literal, $kind:expr) => {
        &[
            $crate::world::route::Route::get(concat!($path, "/actions"), |world, call| {
                $crate::world::actions::list_all(world, call, $kind)
            }),
            $crate::world::route::Route::get(
                concat!($path, "/actions/{id}"),
                $crate::world::actions::get,
            ),
            $crate::world::route::Route::get(concat!($path, "/{id}/actions"), |world, call| {
                let id = call.id()?;
                world.exists($kind, id)?;
                $crate::world::actions::list_of(world, call, $kind, id)
            }),
            $crate::world::route::Route::get(
                concat!($path, "/{id}/actions/{action_id}"),
                $crate::world::actions::get_of,
            ),
        ]
    };
}
pub(crate) use action_routes;
