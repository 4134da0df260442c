//! Operations on the records of a set: overwritten, added, removed, commented.

use super::{
    Draft, Record, RrSet, fits, free_set_of, may_change, of, raise_serial, sets, sort_of, stays,
    values,
};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    deed::{Deed, When},
    input::Input,
    kind::Kind,
    refusal::Refusal,
    standard,
    zones::{Zone, names, read_ttl},
};
use serde_json::json;

/// So many records are in one request.
const COUNT_MAX: usize = 50;

/// Reads records: at least one, all distinct, all of their type.
pub(super) fn read(input: &mut Input<'_>, sort: &str) -> Vec<Record> {
    let records = input.each("records", |input| {
        let value = input.needed_text("value");
        if let (false, Some(wrong)) =
            (value.is_empty() || sort.is_empty(), values::wrong(sort, &value))
        {
            input.refuse("value", wrong);
        }
        Record { value, comment: input.text("comment").unwrap_or_default() }
    });
    let records = records.unwrap_or_default();
    let is_double = |(at, record): (usize, &Record)| {
        records[..at].iter().any(|other| other.value == record.value)
    };
    if records.is_empty() {
        input.refuse("records", "must not be empty");
    } else if records.len() > COUNT_MAX {
        input.refuse("records", format!("must have at most {COUNT_MAX} items"));
    } else if records.iter().enumerate().any(is_double) {
        input.refuse("records", "must be distinct");
    } else if records.len() > 1 && is_single(sort) {
        input.refuse("records", format!("{sort} has one record"));
    }
    records
}

/// Returns whether sets of a type have one record.
fn is_single(sort: &str) -> bool {
    matches!(sort, "CNAME" | "SOA")
}

pub(super) fn set(world: &mut World, call: &Call) -> Answer {
    let (zone, id) = free_set_of(world, call)?;
    may_change(world, id)?;
    let sort = world.find::<RrSet>(id)?.sort;
    let mut input = call.input()?;
    let records = read(&mut input, sort);
    input.done()?;
    let deed = deed("set_rrset_records", zone, id).done(move |world| {
        world.alter(id, |set: &mut RrSet| set.records = sets::ordered(records));
        raise_serial(world, zone);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn add(world: &mut World, call: &Call) -> Answer {
    let zone = world.free_dns_zone_of(call)?;
    world.is_primary(zone)?;
    let (name, sort) = (call.param("rr_name"), call.param("rr_type"));
    let Some(sort) = sort_of(sort) else { return Err(Refusal::missing("rrset type")) };
    let known = of(world, zone).find(|set| set.head.name == name && set.sort == sort);
    let known = known.map(|set| set.head.id);
    let zone_name = world.find::<Zone>(zone)?.head.name.clone();
    let mut input = call.input()?;
    let ttl = read_ttl(&mut input);
    let records = read(&mut input, sort);
    if let (None, Some(wrong)) = (known, names::wrong_in_set(name, &zone_name)) {
        input.refuse("name", wrong);
    }
    input.done()?;
    let action = if let Some(id) = known {
        may_grow(world, id, ttl, &records)?;
        let deed = deed("add_rrset_records", zone, id).done(move |world| {
            world.alter(id, |set: &mut RrSet| {
                set.ttl = set.ttl.or(ttl);
                set.records.extend(records);
                set.records = sets::ordered(std::mem::take(&mut set.records));
            });
            raise_serial(world, zone);
        });
        world.begin(deed)
    } else {
        fits(world, zone, name, sort)?;
        world.has_room_for::<RrSet>()?;
        let name = name.to_owned();
        let id = sets::add(world, zone, Draft { name, sort, ttl, records, ..Draft::default() });
        let deed = deed("add_rrset_records", zone, id);
        let deed = deed.done(move |world| raise_serial(world, zone));
        world.begin(deed.when(When::Failed, move |world| drop(world.remove::<RrSet>(id))))
    };
    standard::acted(world, action)
}

/// Refuses records that a set can not take.
fn may_grow(
    world: &mut World,
    id: u64,
    ttl: Option<u64>,
    records: &[Record],
) -> Result<(), Refusal> {
    world.is_free(Kind::RrSet, id)?;
    may_change(world, id)?;
    let set = world.find::<RrSet>(id)?;
    if ttl.is_some() && set.ttl.is_some() && ttl != set.ttl {
        return Err(Refusal::invalid("ttl", "is not that of the set"));
    }
    if is_single(set.sort) {
        return Err(Refusal::invalid("records", format!("{} has one record", set.sort)));
    }
    if records.iter().any(|record| set.records.iter().any(|own| own.value == record.value)) {
        return Err(Refusal::taken(Kind::RrSet, "records"));
    }
    Ok(())
}

pub(super) fn remove(world: &mut World, call: &Call) -> Answer {
    let (zone, id) = free_set_of(world, call)?;
    may_change(world, id)?;
    let sort = world.find::<RrSet>(id)?.sort;
    let mut input = call.input()?;
    let records = read(&mut input, sort);
    input.done()?;
    if sort == "SOA" {
        return Err(stays());
    }
    are_there(world, id, &records)?;
    let deed = deed("remove_rrset_records", zone, id).done(move |world| {
        let is_meant = |own: &Record| records.iter().any(|record| record.value == own.value);
        world.alter(id, |set: &mut RrSet| set.records.retain(|own| !is_meant(own)));
        drop_empty(world, id);
        raise_serial(world, zone);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn update(world: &mut World, call: &Call) -> Answer {
    let (zone, id) = free_set_of(world, call)?;
    may_change(world, id)?;
    let sort = world.find::<RrSet>(id)?.sort;
    let mut input = call.input()?;
    let records = read(&mut input, sort);
    input.each("records", |input| input.require("comment"));
    input.done()?;
    are_there(world, id, &records)?;
    let deed = deed("update_rrset_records", zone, id).done(move |world| {
        world.alter(id, |set: &mut RrSet| {
            for record in records {
                let own = set.records.iter_mut().find(|own| own.value == record.value);
                if let Some(own) = own {
                    own.comment = record.comment;
                }
            }
        });
    });
    let action = world.begin(deed);
    // Unlike its neighbours, this operation is described with 200.
    Ok(Reply::ok(json!({ "action": world.action(action) })))
}

/// Refuses records that a set does not have.
fn are_there(world: &World, id: u64, records: &[Record]) -> Result<(), Refusal> {
    let own = &world.find::<RrSet>(id)?.records;
    let missing = records.iter().find(|record| own.iter().all(|o| o.value != record.value));
    let Some(record) = missing else { return Ok(()) };
    Err(Refusal::invalid("records", format!("record '{}' is not there", record.value)))
}

fn deed(command: &'static str, zone: u64, set: u64) -> Deed {
    Deed::new(command).with(Kind::Zone, zone).locking(Kind::RrSet, set)
}

/// Removes a set that has no records any more.
fn drop_empty(world: &mut World, id: u64) {
    if world.find::<RrSet>(id).is_ok_and(|set| set.records.is_empty()) {
        world.remove::<RrSet>(id);
    }
}
