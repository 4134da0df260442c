//! What is in a zone as a whole: the records that a new one gets, and zone files that are read into one
//! and written of one.

use super::{Zone, file};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    deed::Deed,
    input::Input,
    kind::Kind,
    rrsets::{self, Draft},
    standard,
};
use serde_json::json;

/// Reads the records that a new zone shall have: as sets or as a zone file.
pub(super) fn read(input: &mut Input<'_>, zone: &str) -> Option<file::Content> {
    let sets = input.each("rrsets", |input| Draft::read(input, zone)).unwrap_or_default();
    let text = input.text("zonefile").filter(|text| !text.is_empty());
    rrsets::refuse_clashes(input, &sets);
    let Some(text) = text else { return Some(file::Content { ttl: None, sets }) };
    if !sets.is_empty() {
        input.refuse("rrsets", "must be empty if there is a zone file");
    }
    read_file(input, &text, zone)
}

fn read_file(input: &mut Input<'_>, text: &str, zone: &str) -> Option<file::Content> {
    match file::read(text, zone) {
        Ok(content) => Some(content),
        Err(message) => {
            input.refuse("zonefile", message);
            None
        }
    }
}

pub(super) fn import(world: &mut World, call: &Call) -> Answer {
    let id = world.free_dns_zone_of(call)?;
    let mut input = call.input()?;
    let text = input.needed_text("zonefile");
    let name = world.find::<Zone>(id)?.head.name.clone();
    world.is_primary(id)?;
    let content = if text.is_empty() { None } else { read_file(&mut input, &text, &name) };
    input.done()?;
    rrsets::all_may_change(world, id)?;
    let deed = Deed::new("import_zonefile").on(Kind::Zone, id).done(move |world| {
        let Some(content) = content else { return };
        world.alter(id, |zone: &mut Zone| zone.ttl = content.ttl.unwrap_or(zone.ttl));
        rrsets::replace_all(world, id, content.sets);
        rrsets::raise_serial(world, id);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

pub(super) fn export(world: &mut World, call: &Call) -> Answer {
    let id = world.dns_zone_of(call)?;
    world.is_primary(id)?;
    let zone = world.find::<Zone>(id)?;
    let text = file::write(&zone.head.name, zone.ttl, rrsets::of(world, id));
    Ok(Reply::ok(json!({ "zonefile": text })))
}
