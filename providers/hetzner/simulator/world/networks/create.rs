//! Making networks: the range, and subnets and routes that come with it.

use super::{Network, routes, subnets};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    cidr::Cidr,
    input::Input,
    refusal::Refusal,
    store::needed_name,
};
use serde_json::json;

/// The longest name.
pub(super) const NAME_MAX: usize = 128;

/// Smaller networks are none.
const BITS_MAX: u32 = 24;

pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    let range = needed_range(&mut input);
    let labels = input.labels().unwrap_or_default();
    let exposes_routes = input.flag("expose_routes_to_vswitch").unwrap_or(false);
    let wanted = input.each("subnets", subnets::read).unwrap_or_default();
    let routed = input.each("routes", routes::read).unwrap_or_default();
    input.done()?;
    let range = range.ok_or_else(|| Refusal::invalid("ip_range", "is required"))?;
    world.name_is_free::<Network>(&name, None)?;
    world.has_room_for::<Network>()?;
    let mut network = Network {
        head: world.head(&name, labels),
        range,
        subnets: Vec::new(),
        routes: Vec::new(),
        is_protected: false,
        exposes_routes,
    };
    for wanted in wanted {
        let subnet = subnets::placed(world, &network, wanted)?;
        network.subnets.push(subnet);
    }
    for route in routed.into_iter().flatten() {
        routes::check(&network, &route)?;
        network.routes.push(route);
    }
    let id = world.insert(network);
    Ok(Reply::created(json!({ "network": world.show::<Network>(id) })))
}

/// Reads the range of a network.
pub(super) fn needed_range(input: &mut Input<'_>) -> Option<Cidr> {
    let text = input.needed_text("ip_range");
    if text.is_empty() {
        return None;
    }
    let range = Cidr::read(&text);
    match range {
        None => input.refuse("ip_range", "is not an IPv4 range"),
        Some(range) if !range.is_private() => {
            input.refuse("ip_range", "must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
        }
        Some(range) if range.bits > BITS_MAX => {
            input.refuse("ip_range", format!("must be at least a /{BITS_MAX}"));
        }
        Some(_) => {}
    }
    range
}
