//! The sides of a load balancer: one network, and the public net, which can be switched off.

use super::{
    LoadBalancer, Place, changed,
    target::{Aim, Target},
    targets::not_attached,
};
use crate::world::{
    World,
    call::{Answer, Call},
    deed::{Deed, When},
    kind::Kind,
    networks::{Network, Wish},
    refusal::Refusal,
    standard,
};
use std::net::IpAddr;

pub(super) fn attach(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let text = input.text("ip");
    let ip = text.as_ref().and_then(|text| text.parse().ok());
    if text.is_some() && ip.is_none() {
        input.refuse("ip", "is not an IPv4 address");
    }
    let (network, ip_range) = (input.needed_id("network"), input.text("ip_range"));
    input.done()?;
    world.find::<Network>(network)?;
    let own = world.find::<LoadBalancer>(id)?;
    if own.place.is_some() {
        let message = "the load balancer is already attached to a network";
        return Err(Refusal::rule("load_balancer_already_attached", message));
    }
    let wish = Wish { network, ip, alias_ips: Vec::new(), ip_range };
    let ip = world.allocate(&wish, world.zone_of(&own.location))?;
    world.alter(id, |own: &mut LoadBalancer| {
        own.place = Some(Place { network, ip, is_ready: false });
    });
    let deed = Deed::new("attach_to_network").on(Kind::LoadBalancer, id);
    let deed = deed
        .with(Kind::Network, network)
        .when(When::Failed, move |world| {
            world.alter(id, |own: &mut LoadBalancer| own.place = None);
        })
        .done(move |world| {
            world.alter(id, |own: &mut LoadBalancer| {
                own.place.iter_mut().for_each(|place| place.is_ready = true);
            });
        });
    let action = world.begin(deed);
    standard::acted(world, action)
}

/// Detaches from a network; private targets stay, and are reached no longer.
pub(super) fn detach(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let network = input.needed_id("network");
    input.done()?;
    if world.find::<LoadBalancer>(id)?.network() != Some(network) {
        return Err(Refusal::missing("attachment of the load balancer to the network"));
    }
    let deed = Deed::new("detach_from_network").on(Kind::LoadBalancer, id);
    let deed = deed.with(Kind::Network, network).done(move |world| {
        world.alter(id, |own: &mut LoadBalancer| own.place = None);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn enable_public(world: &mut World, call: &Call) -> Answer {
    changed(world, call, "enable_public_interface", |own| own.is_public = true)
}

pub(super) fn disable_public(world: &mut World, call: &Call) -> Answer {
    let own = world.of::<LoadBalancer>(call)?;
    if own.network().is_none() {
        return Err(not_attached());
    }
    if own.targets.iter().any(is_public) {
        let message = "the load balancer has targets that use the public IP";
        return Err(Refusal::rule("targets_without_use_private_ip", message));
    }
    changed(world, call, "disable_public_interface", |own| own.is_public = false)
}

fn is_public(target: &Target) -> bool {
    match &target.aim {
        Aim::Ip(IpAddr::V4(ip)) => !ip.is_private(),
        Aim::Ip(IpAddr::V6(_)) => true,
        Aim::Server(_) | Aim::Selector(_) => !target.uses_private_ip,
    }
}
