//! Changing networks themselves: name, labels, range, protection.

use super::{
    Network, changed,
    create::{NAME_MAX, needed_range},
    free,
};
use crate::world::{
    World,
    call::{Answer, Call},
    refusal::Refusal,
    standard,
};

pub(super) fn update(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let mut input = call.input()?;
    let exposes_routes = input.flag("expose_routes_to_vswitch");
    input.done()?;
    standard::write_head::<Network>(world, call, NAME_MAX)?;
    let network = world.find_mut::<Network>(id)?;
    network.exposes_routes = exposes_routes.unwrap_or(network.exposes_routes);
    Ok(standard::single::<Network>(world, id))
}

/// Extends the range: the same first address, a shorter prefix.
pub(super) fn change_ip_range(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let mut input = call.input()?;
    let range = needed_range(&mut input);
    input.done()?;
    let network = world.find::<Network>(id)?;
    let range = range.ok_or_else(|| Refusal::invalid("ip_range", "is required"))?;
    if range.base() != network.range.base() || range.bits >= network.range.bits {
        let message = "can only be extended, with the same first address";
        return Err(Refusal::invalid("ip_range", message));
    }
    let is_inside = |route: &super::NetworkRoute| {
        route.destination.bits > 0 && range.overlaps(route.destination)
    };
    let was_inside = |route: &super::NetworkRoute| network.range.overlaps(route.destination);
    if network.routes.iter().any(|route| is_inside(route) && !was_inside(route)) {
        return Err(Refusal::invalid("ip_range", "overlaps a route"));
    }
    changed(world, id, "change_ip_range", move |network| network.range = range)
}

pub(super) fn change_protection(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let mut input = call.input()?;
    let is_protected = input.flag("delete");
    input.done()?;
    standard::protect(world, id, is_protected, |network: &mut Network| &mut network.is_protected)
}
