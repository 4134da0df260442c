//! Making floating IPs, at a server or at home in a location.

use super::{FloatingIp, NAME_MAX, assign};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    labels::Labels,
    refusal::Refusal,
    store::new_name,
};
use serde_json::json;

/// A floating IP as it is asked for.
struct Wanted {
    name: Option<String>,
    description: Option<String>,
    labels: Labels,
    is_v6: bool,
    home: Option<String>,
    server: Option<u64>,
}

pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let wanted = read(call)?;
    let home_location = home(world, &wanted)?;
    if let Some(name) = &wanted.name {
        world.name_is_free::<FloatingIp>(name, None)?;
    }
    world.has_room_for::<FloatingIp>()?;
    let Wanted { name, description, labels, is_v6, server, .. } = wanted;
    let mut head = world.head("", labels);
    // How the API names those that are given no name is not verified.
    head.name = name.unwrap_or_else(|| format!("floating-ip-{}", head.id));
    let address = world.new_address(is_v6);
    let (none, is_protected) = (None, false);
    let ip = FloatingIp { head, address, description, home_location, server: none, is_protected };
    let id = world.insert(ip);
    let action = server.map(|server| world.begin(assign::deed(id, server)));
    let mut body = json!({ "floating_ip": world.show::<FloatingIp>(id) });
    if let Some(action) = action {
        body["action"] = world.action(action);
    }
    Ok(Reply::created(body))
}

fn read(call: &Call) -> Result<Wanted, Refusal> {
    let mut input = call.input()?;
    let is_v6 = input.needed_choice("type", &["ipv4", "ipv6"]) == "ipv6";
    let name = new_name(&mut input, NAME_MAX);
    let description = input.text("description");
    let labels = input.labels().unwrap_or_default();
    let (home, server) = (input.reference("home_location"), input.id("server"));
    if input.value("home_location").is_none() && input.value("server").is_none() {
        input.refuse("home_location", "is required without a server");
    }
    input.done()?;
    Ok(Wanted { name, description, labels, is_v6, home, server })
}

fn home(world: &World, wanted: &Wanted) -> Result<String, Refusal> {
    let own = wanted.server.map(|server| world.site_of(server)).transpose()?;
    let Some(home) = &wanted.home else { return Ok(own.unwrap_or_default()) };
    let at = world.catalogue.location(home);
    let at = at.ok_or_else(|| Refusal::invalid("home_location", "is not a location"))?;
    Ok(at.name.to_owned())
}
