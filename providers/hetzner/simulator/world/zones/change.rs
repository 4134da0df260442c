//! What changes a zone itself.

use super::{Mode, Zone, nameservers, read_ttl, wrong_mode};
use crate::world::{
    World,
    call::{Answer, Call},
    deed::Deed,
    kind::Kind,
    rrsets, standard,
};

pub(super) fn protection(world: &mut World, call: &Call) -> Answer {
    let id = world.free_dns_zone_of(call)?;
    let mut input = call.input()?;
    let is_protected = input.flag("delete");
    input.done()?;
    standard::protect(world, id, is_protected, |zone: &mut Zone| &mut zone.is_protected)
}

pub(super) fn ttl(world: &mut World, call: &Call) -> Answer {
    let id = world.free_dns_zone_of(call)?;
    let mut input = call.input()?;
    let ttl = read_ttl(&mut input);
    input.require("ttl");
    input.done()?;
    world.is_primary(id)?;
    let deed = Deed::new("change_ttl").on(Kind::Zone, id).done(move |world| {
        world.alter(id, |zone: &mut Zone| zone.ttl = ttl.unwrap_or(zone.ttl));
        rrsets::raise_serial(world, id);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn primaries(world: &mut World, call: &Call) -> Answer {
    let id = world.free_dns_zone_of(call)?;
    let mut input = call.input()?;
    let nameservers = nameservers::read(&mut input);
    input.done()?;
    if world.is_primary(id).is_ok() {
        return Err(wrong_mode());
    }
    standard::change(world, id, "change_primary_nameservers", move |zone: &mut Zone| {
        zone.mode = Mode::Secondary(nameservers);
    })
}
