//! Assigning floating IPs to servers, of any location, and taking them away.

use super::FloatingIp;
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
    let server = input.needed_id("server");
    input.done()?;
    let ip = world.of::<FloatingIp>(call)?;
    let id = ip.head.id;
    if ip.server.is_some() {
        return Err(Refusal::rule("floating_ip_assigned", "floating IP is already assigned"));
    }
    world.exists(Kind::Server, server)?;
    let action = world.begin(deed(id, server));
    standard::acted(world, action)
}

/// Returns the action that assigns an IP; it does not hold up the server.
pub(super) fn deed(ip: u64, server: u64) -> Deed {
    let deed = Deed::new("assign_floating_ip").with(Kind::Server, server).on(Kind::FloatingIp, ip);
    deed.done(move |world| {
        let server = Some(server).filter(|server| world.has_server(*server));
        world.alter(ip, |ip: &mut FloatingIp| ip.server = server);
    })
}

/// Takes an IP away from its server; the error for one that has none is not verified.
pub(super) fn unassign(world: &mut World, call: &Call) -> Answer {
    let ip = world.of::<FloatingIp>(call)?;
    let id = ip.head.id;
    let Some(server) = ip.server else {
        return Err(Refusal::rule("service_error", "floating IP is not assigned to a server"));
    };
    let deed =
        Deed::new("unassign_floating_ip").with(Kind::Server, server).on(Kind::FloatingIp, id);
    let action = world.begin(deed.done(move |world| {
        world.alter(id, |ip: &mut FloatingIp| ip.server = None);
    }));
    standard::acted(world, action)
}
