//! Adding and removing targets, and which ones a load balancer can not reach.

use super::{
    LoadBalancer, changed,
    members::is_owned,
    target::{self, Aim, Target},
};
use crate::world::{
    World,
    call::{Answer, Call},
    networks::Network,
    refusal::Refusal,
};
use std::net::{IpAddr, Ipv4Addr};

pub(super) fn add(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let target = target::read(&mut input, world.now_ms());
    input.done()?;
    let target = target.ok_or_else(|| Refusal::invalid("type", "is required"))?;
    is_possible(world, world.of::<LoadBalancer>(call)?, &target)?;
    changed(world, call, "add_target", |own| own.targets.push(target))
}

pub(super) fn remove(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let aim = target::read_aim(&mut input);
    input.done()?;
    let own = world.of::<LoadBalancer>(call)?;
    if !own.targets.iter().any(|target| Some(&target.aim) == aim.as_ref()) {
        return Err(Refusal::missing("target"));
    }
    changed(world, call, "remove_target", move |own| {
        own.targets.retain(|target| Some(&target.aim) != aim.as_ref());
    })
}

/// Refuses a target that a load balancer can not have besides those that it has.
pub(super) fn is_possible(
    world: &World,
    own: &LoadBalancer,
    target: &Target,
) -> Result<(), Refusal> {
    if own.targets.iter().any(|other| other.aim == target.aim) {
        let message = "the target is already defined";
        return Err(Refusal::rule("target_already_defined", message));
    }
    let of = world.catalogue.load_balancer_type(&own.of_type);
    if of.is_some_and(|of| own.targets.len() as u64 >= of.targets_max) {
        return Err(Refusal::limit("load_balancer_target_limit"));
    }
    match &target.aim {
        Aim::Server(server) => {
            world.site_of(*server)?;
            can_reach(own, target.uses_private_ip)?;
            resolves(world, own, *server, target.uses_private_ip)
        }
        Aim::Selector(_) => can_reach(own, target.uses_private_ip),
        Aim::Ip(ip) => may_aim_at(world, own, *ip),
    }
}

/// Refuses targets on a side where the load balancer is not.
fn can_reach(own: &LoadBalancer, is_private: bool) -> Result<(), Refusal> {
    if is_private && own.place.is_none() {
        return Err(not_attached());
    }
    if !is_private && !own.is_public {
        let message = "the public interface of the load balancer is disabled";
        return Err(Refusal::rule("load_balancer_public_interface_disabled", message));
    }
    Ok(())
}

/// Refuses a server without an address on the side that is used.
fn resolves(
    world: &World,
    own: &LoadBalancer,
    server: u64,
    is_private: bool,
) -> Result<(), Refusal> {
    if world.is_reachable(own, server, is_private) {
        return Ok(());
    }
    Err(if is_private {
        let message = "the server is not attached to the network of the load balancer";
        Refusal::rule("resolve_cloud_private_targets_error", message)
    } else {
        let message = "the server has no public IPv4 address";
        Refusal::rule("resolve_cloud_public_targets_error", message)
    })
}

pub(super) fn not_attached() -> Refusal {
    let message = "the load balancer is not attached to a network";
    Refusal::rule("load_balancer_not_attached_to_network", message)
}

/// Refuses addresses that are not those of root servers of the same owner.
fn may_aim_at(world: &World, own: &LoadBalancer, ip: IpAddr) -> Result<(), Refusal> {
    if let IpAddr::V4(ip) = ip
        && ip.is_private()
    {
        return is_switched(world, own, ip);
    }
    if world.is_of_cloud(ip) {
        let message = "the IP belongs to a cloud resource, which is a target of another type";
        return Err(Refusal::rule("cloud_resource_ip_not_allowed", message));
    }
    if !is_owned(ip) {
        let message = "the IP is not owned by the owner of the project";
        return Err(Refusal::rule("ip_not_owned", message));
    }
    can_reach(own, false)
}

/// Refuses private addresses that are not behind a vSwitch of the load balancer's network.
fn is_switched(world: &World, own: &LoadBalancer, ip: Ipv4Addr) -> Result<(), Refusal> {
    let network = own.place.as_ref().ok_or_else(not_attached)?.network;
    let network = world.find::<Network>(network)?;
    let mut switched = network.subnets.iter().filter(|subnet| subnet.sort == "vswitch").peekable();
    if switched.peek().is_none() {
        let message = "the network of the load balancer has no vSwitch subnet";
        return Err(Refusal::rule("network_has_no_vswitch_subnet", message));
    }
    if !switched.any(|subnet| subnet.range.holds(ip)) {
        let message = "the IP does not belong to the vSwitch subnet";
        return Err(Refusal::rule("ip_not_in_vswitch_subnet", message));
    }
    Ok(())
}
