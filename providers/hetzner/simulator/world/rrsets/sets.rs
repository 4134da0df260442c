//! What happens to the sets of a zone as a whole: made, replaced, counted up, removed.

use super::{Draft, Record, RrSet, may_change, of};
use crate::world::{
    World, clock,
    refusal::Refusal,
    store::Resource as _,
    zones::{ASSIGNED, Zone},
};

/// What follows the serial number of a new zone: refresh, retry, expire, minimum.
const SOA_REST: &str = "86400 10800 3600000 3600";

/// Adds a set and returns its number.
pub(super) fn add(world: &mut World, zone: u64, draft: Draft) -> u64 {
    let Draft { name, sort, ttl, records, labels } = draft;
    let head = world.head(&name, labels);
    world.insert(RrSet { head, zone, sort, ttl, records: ordered(records), is_protected: false })
}

/// Returns records in the order in which answers have them.
pub(super) fn ordered(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by(|a, b| a.value.cmp(&b.value));
    records
}

/// Replaces all sets of a zone.
pub(crate) fn replace_all(world: &mut World, zone: u64, drafts: Vec<Draft>) {
    remove_all(world, zone);
    for draft in drafts {
        add(world, zone, draft);
    }
}

/// Adds to a new zone what every zone has.
pub(crate) fn complete(world: &mut World, zone: u64) {
    let record = |value: &str| Record { value: value.to_owned(), comment: String::new() };
    let soa = format!("{} dns.hetzner.com. 0 {SOA_REST}", ASSIGNED[0]);
    let standard = [
        ("SOA", vec![record(&soa)]),
        ("NS", ASSIGNED.iter().map(|server| record(server)).collect()),
    ];
    for (sort, records) in standard {
        if !of(world, zone).any(|set| set.head.name == "@" && set.sort == sort) {
            let name = "@".to_owned();
            add(world, zone, Draft { name, sort, records, ..Draft::default() });
        }
    }
    raise_serial(world, zone);
}

/// Raises the serial number of a zone's SOA record: the date with a number behind it.
pub(crate) fn raise_serial(world: &mut World, zone: u64) {
    let date = clock::rfc3339(world.now_ms())[..10].replace('-', "");
    let today = date.parse::<u64>().map_or(0, |date| date * 100);
    let mut serial = 0;
    world.alter(zone, |zone: &mut Zone| {
        zone.serial = today.max(zone.serial + 1);
        serial = zone.serial;
    });
    let soa = world.rrsets.values_mut().find(|set| set.zone == zone && set.sort == "SOA");
    for record in soa.into_iter().flat_map(|set| set.records.iter_mut()) {
        let mut words: Vec<String> = record.value.split_whitespace().map(str::to_owned).collect();
        if let Some(word) = words.get_mut(2) {
            *word = serial.to_string();
        }
        record.value = words.join(" ");
    }
}

/// Removes all sets of a zone.
pub(crate) fn remove_all(world: &mut World, zone: u64) {
    let all: Vec<u64> = of(world, zone).map(|set| set.head().id).collect();
    for id in all {
        world.remove::<RrSet>(id);
    }
}

/// Refuses a zone of which a set is protected.
pub(crate) fn all_may_change(world: &World, zone: u64) -> Result<(), Refusal> {
    of(world, zone).try_for_each(|set| may_change(world, set.head().id))
}
