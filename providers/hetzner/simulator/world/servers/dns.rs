//! Names of a server's addresses.

use super::{
    super::{
        World,
        call::{Answer, Call},
        deed::Deed,
        kind::Kind,
        primary_ips::PrimaryIp,
        refusal::Refusal,
        standard::acted,
    },
    Server,
};
use std::net::IpAddr;

pub(super) fn change_dns_ptr(world: &mut World, call: &Call) -> Answer {
    let id = world.of::<Server>(call)?.head.id;
    let mut input = call.input()?;
    let text = input.needed_text("ip");
    let name = input.text("dns_ptr");
    input.done()?;
    let ip: Option<IpAddr> = text.parse().ok();
    let owner = ip.and_then(|ip| {
        let mut own = world.primary_ips.values().filter(|own| own.assignee == Some(id));
        own.find(|own| own.address.holds(ip)).map(|own| (own.head.id, ip))
    });
    let (owner, ip) = owner.ok_or_else(|| Refusal::invalid("ip", "is not an IP of the server"))?;
    let deed = Deed::new("change_dns_ptr").on(Kind::Server, id).done(move |world| {
        world.alter(owner, |own: &mut PrimaryIp| own.address.set_name(ip, name));
    });
    let action = world.begin(deed);
    acted(world, action)
}
