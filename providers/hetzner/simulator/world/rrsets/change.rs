//! What changes a record set itself, and not its records; and its end.

use super::{RrSet, free_set_of, may_change, raise_serial, stays};
use crate::world::{
    World,
    call::{Answer, Call},
    deed::Deed,
    kind::Kind,
    standard,
    zones::read_ttl,
};

pub(super) fn labels(world: &mut World, call: &Call) -> Answer {
    let (_, id) = free_set_of(world, call)?;
    may_change(world, id)?;
    let mut input = call.input()?;
    let labels = input.labels();
    input.done()?;
    if let Some(labels) = labels {
        world.find_mut::<RrSet>(id)?.head.labels = labels;
    }
    Ok(standard::single::<RrSet>(world, id))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Answer {
    let (zone, id) = free_set_of(world, call)?;
    may_change(world, id)?;
    if world.find::<RrSet>(id)?.sort == "SOA" {
        return Err(stays());
    }
    let deed = Deed::new("delete_rrset").with(Kind::Zone, zone).locking(Kind::RrSet, id);
    let deed = deed.done(move |world| {
        world.remove::<RrSet>(id);
        raise_serial(world, zone);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn protection(world: &mut World, call: &Call) -> Answer {
    let (zone, id) = free_set_of(world, call)?;
    let mut input = call.input()?;
    let is_protected = input.flag("change");
    if is_protected.is_none() {
        input.require("change");
    }
    input.done()?;
    let deed = Deed::new("change_rrset_protection").with(Kind::Zone, zone);
    let deed = deed.locking(Kind::RrSet, id).done(move |world| {
        world.alter(id, |set: &mut RrSet| {
            set.is_protected = is_protected.unwrap_or(set.is_protected);
        });
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn ttl(world: &mut World, call: &Call) -> Answer {
    let (zone, id) = free_set_of(world, call)?;
    may_change(world, id)?;
    let mut input = call.input()?;
    let ttl = read_ttl(&mut input);
    input.require("ttl");
    input.done()?;
    let deed = Deed::new("change_rrset_ttl").with(Kind::Zone, zone).locking(Kind::RrSet, id);
    let deed = deed.done(move |world| {
        world.alter(id, |set: &mut RrSet| set.ttl = ttl);
        raise_serial(world, zone);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}
