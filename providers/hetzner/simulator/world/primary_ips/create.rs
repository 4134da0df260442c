//! Making primary IPs, for a server that is off or alone in a location.

use super::{NAME_MAX, PrimaryIp, assign};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    kind::Kind,
    labels::Labels,
    refusal::Refusal,
    store::needed_name,
};
use serde_json::json;

/// A primary IP as it is asked for.
struct Wanted {
    name: String,
    labels: Labels,
    is_v6: bool,
    location: Option<String>,
    assignee: Option<u64>,
    auto_delete: bool,
}

pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let wanted = read(call)?;
    let location = place(world, &wanted)?;
    world.name_is_free::<PrimaryIp>(&wanted.name, None)?;
    world.has_room_for::<PrimaryIp>()?;
    if let Some(server) = wanted.assignee {
        world.is_free(Kind::Server, server)?;
        assign::is_possible(world, server, wanted.is_v6)?;
    }
    let Wanted { name, labels, is_v6, assignee, auto_delete, .. } = wanted;
    let head = world.head(&name, labels);
    let address = world.new_address(is_v6);
    let is_protected = false;
    let ip = PrimaryIp { head, address, location, assignee: None, auto_delete, is_protected };
    let id = world.insert(ip);
    let action = assignee.map(|server| world.begin(assign::deed(id, server)));
    let mut body = json!({ "primary_ip": world.show::<PrimaryIp>(id) });
    if let Some(action) = action {
        body["action"] = world.action(action);
    }
    Ok(Reply::created(body))
}

fn read(call: &Call) -> Result<Wanted, Refusal> {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    let labels = input.labels().unwrap_or_default();
    let is_v6 = input.needed_choice("type", &["ipv4", "ipv6"]) == "ipv6";
    let (location, assignee) = (input.reference("location"), input.id("assignee_id"));
    // The description requires it; clients of today leave it out where there is no assignee.
    input.choice("assignee_type", &["server"]);
    if assignee.is_some() && input.value("assignee_type").is_none() {
        input.refuse("assignee_type", "is required with an assignee");
    }
    let auto_delete = input.flag("auto_delete").unwrap_or(false);
    if input.has("datacenter") {
        input.refuse("datacenter", "was removed on 2026-07-01, use location");
    } else if input.value("location").is_none() && input.value("assignee_id").is_none() {
        input.refuse("location", "is required without an assignee");
    }
    input.done()?;
    Ok(Wanted { name, labels, is_v6, location, assignee, auto_delete })
}

/// Returns the name of the location that an IP comes to.
fn place(world: &World, wanted: &Wanted) -> Result<String, Refusal> {
    let wrong = |message: &str| Refusal::invalid("location", message);
    let named = match &wanted.location {
        Some(name) => {
            let at = world.catalogue.location(name).map(|at| at.name);
            Some(at.ok_or_else(|| wrong("is not a location"))?)
        }
        None => None,
    };
    let own = wanted.assignee.map(|server| world.site_of(server)).transpose()?;
    match (named, own) {
        (Some(named), Some(own)) if named != own => Err(wrong("is not that of the assignee")),
        (_, Some(own)) => Ok(own),
        (Some(named), None) => Ok(named.to_owned()),
        (None, None) => Err(wrong("is required without an assignee")),
    }
}
