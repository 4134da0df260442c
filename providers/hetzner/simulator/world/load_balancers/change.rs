//! Changing load balancers themselves: algorithm, type, names of addresses, protection.

use super::{LoadBalancer, changed};
use crate::world::{
    World,
    call::{Answer, Call},
    refusal::Refusal,
    reverse::{self, Naming},
    standard,
};
use std::net::IpAddr;

/// How requests are distributed.
pub(super) const ALGORITHMS: [&str; 2] = ["round_robin", "least_connections"];

pub(super) fn algorithm(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let algorithm = input.needed_choice("type", &ALGORITHMS);
    input.done()?;
    changed(world, call, "change_algorithm", |own| own.algorithm = algorithm)
}

pub(super) fn change_type(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = input.needed_reference("load_balancer_type");
    input.done()?;
    let of = world.catalogue.load_balancer_type(&name);
    let of = of.ok_or_else(|| Refusal::invalid("load_balancer_type", "is not a type"))?;
    let own = world.of::<LoadBalancer>(call)?;
    let (services, targets) = (own.services.len() as u64, own.targets.len() as u64);
    if services > of.services_max || targets > of.targets_max {
        let message = "the load balancer type does not fit for the given load balancer";
        return Err(Refusal::rule("invalid_load_balancer_type", message));
    }
    let name = of.name.to_owned();
    changed(world, call, "change_load_balancer_type", |own| own.of_type = name)
}

pub(super) fn dns_ptr(world: &mut World, call: &Call) -> Answer {
    let Naming { ip, name } = reverse::naming(call)?;
    let own = world.of::<LoadBalancer>(call)?;
    let is_own = |ip: &IpAddr| *ip == own.ipv4.ip || *ip == own.ipv6;
    let ip = ip.parse().ok().filter(is_own);
    let ip = ip.ok_or_else(|| Refusal::invalid("ip", "is not an IP of this load balancer"))?;
    changed(world, call, "change_dns_ptr", move |own| {
        match name {
            Some(name) => own.names.insert(ip, name),
            None => own.names.remove(&ip),
        };
    })
}

pub(super) fn protection(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let is_protected = input.flag("delete");
    input.done()?;
    standard::protect(world, call.id()?, is_protected, |own: &mut LoadBalancer| {
        &mut own.is_protected
    })
}
