//! Routes of networks.

use super::{Network, NetworkRoute, changed, free};
use crate::world::{
    World,
    call::{Answer, Call},
    cidr::{Cidr, GATEWAY_OF_ALL},
    input::Input,
    refusal::Refusal,
};
use std::net::Ipv4Addr;

pub(super) fn read(input: &mut Input<'_>) -> Option<NetworkRoute> {
    let (destination, gateway) = (input.needed_text("destination"), input.needed_text("gateway"));
    let range = Cidr::read(&destination).filter(|range| range.is_private() || range.bits == 0);
    let address: Option<Ipv4Addr> = gateway.parse().ok();
    if range.is_none() && !destination.is_empty() {
        input.refuse("destination", "must be a private IPv4 range or 0.0.0.0/0");
    }
    if address.is_none() && !gateway.is_empty() {
        input.refuse("gateway", "is not an IPv4 address");
    }
    Some(NetworkRoute { destination: range?, gateway: address? })
}

/// Refuses a route that does not fit to a network.
pub(super) fn check(network: &Network, route: &NetworkRoute) -> Result<(), Refusal> {
    let NetworkRoute { destination, gateway } = route;
    let overlaps_subnet = network.subnets.iter().any(|subnet| subnet.range.overlaps(*destination));
    // The default route overlaps everything and is meant to; there is one of it.
    let overlaps_route = network.routes.iter().any(|other| {
        let is_default = other.destination.bits == 0 || destination.bits == 0;
        other.destination == *destination
            || (!is_default && other.destination.overlaps(*destination))
    });
    let wrong = |message: &str| Err(Refusal::invalid("destination", message));
    if overlaps_route {
        return wrong("overlaps another route");
    }
    if destination.bits > 0 && overlaps_subnet {
        return wrong("overlaps a subnet");
    }
    let wrong = |message: &str| Err(Refusal::invalid("gateway", message));
    let is_switched = |gateway: Ipv4Addr| {
        network.subnets.iter().any(|s| s.sort == "vswitch" && s.range.holds(gateway))
    };
    if *gateway == network.range.first_host() || *gateway == GATEWAY_OF_ALL {
        return wrong("is reserved");
    }
    if !network.range.holds(*gateway) {
        return wrong("is not within the network");
    }
    if is_switched(*gateway) {
        return wrong("is behind a vSwitch");
    }
    Ok(())
}

pub(super) fn add(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let mut input = call.input()?;
    let route = read(&mut input);
    input.done()?;
    let route = route.ok_or_else(|| Refusal::invalid("destination", "is required"))?;
    check(world.find::<Network>(id)?, &route)?;
    changed(world, id, "add_route", |network| network.routes.push(route))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let mut input = call.input()?;
    let route = read(&mut input);
    input.done()?;
    let is_meant = |own: &NetworkRoute| Some(own) == route.as_ref();
    if !world.find::<Network>(id)?.routes.iter().any(is_meant) {
        return Err(Refusal::missing("route"));
    }
    changed(world, id, "delete_route", move |network| {
        network.routes.retain(|own| Some(own) != route.as_ref());
    })
}
