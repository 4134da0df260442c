//! Assigning primary IPs to servers, and taking them away; the server is off meanwhile.

use super::PrimaryIp;
use crate::world::{
    World,
    call::{Answer, Call},
    deed::Deed,
    kind::Kind,
    refusal::Refusal,
    standard,
};

pub(super) fn assign(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    input.needed_choice("assignee_type", &["server"]);
    let server = input.needed_id("assignee_id");
    input.done()?;
    let ip = world.of::<PrimaryIp>(call)?;
    let (id, is_v6) = (ip.head.id, ip.address.is_v6());
    if ip.assignee.is_some() {
        let message = "primary IP is already assigned to a server";
        return Err(Refusal::rule("primary_ip_already_assigned", message));
    }
    if world.site_of(server)? != ip.location {
        // The code is that of creating servers; for this operation none is described.
        let message = "primary IP and server are in different locations";
        return Err(Refusal::rule("primary_ip_datacenter_mismatch", message));
    }
    world.is_free(Kind::Server, server)?;
    is_possible(world, server, is_v6)?;
    let action = world.begin(deed(id, server));
    standard::acted(world, action)
}

/// Refuses a server that is on, or that has an IP of the version.
pub(super) fn is_possible(world: &World, server: u64, is_v6: bool) -> Result<(), Refusal> {
    world.is_off(server)?;
    if world.primary_ip_of(server, is_v6).is_none() {
        return Ok(());
    }
    let version = if is_v6 { "v6" } else { "v4" };
    let message = format!("the server already has an IP{version} address");
    Err(Refusal::rule(&format!("server_has_ip{version}"), message))
}

/// Returns the action that assigns an IP.
pub(super) fn deed(ip: u64, server: u64) -> Deed {
    let deed = Deed::new("assign_primary_ip").on(Kind::Server, server).on(Kind::PrimaryIp, ip);
    deed.done(move |world| {
        let assignee = Some(server).filter(|server| world.has_server(*server));
        world.alter(ip, |ip: &mut PrimaryIp| ip.assignee = assignee);
    })
}

/// Takes an IP away from its server; the error for one that has none is not verified.
pub(super) fn unassign(world: &mut World, call: &Call) -> Answer {
    let ip = world.of::<PrimaryIp>(call)?;
    let (id, is_v6) = (ip.head.id, ip.address.is_v6());
    let Some(server) = ip.assignee else {
        return Err(Refusal::rule("service_error", "primary IP is not assigned to a server"));
    };
    world.is_free(Kind::Server, server)?;
    world.is_off(server)?;
    if !is_v6 && world.is_public_target(server) {
        let message = "the IPv4 address of the server is a target of a load balancer";
        return Err(Refusal::rule("server_is_load_balancer_target", message));
    }
    let deed = Deed::new("unassign_primary_ip").on(Kind::Server, server).on(Kind::PrimaryIp, id);
    let action = world.begin(deed.done(move |world| {
        world.alter(id, |ip: &mut PrimaryIp| ip.assignee = None);
    }));
    standard::acted(world, action)
}
