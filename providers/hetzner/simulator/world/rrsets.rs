//! Record sets of zones in primary mode: all records of a name and a type.
//!
//! A set is what an action on it locks, not its zone, although actions name the zone alone.

mod change;
mod records;
mod sets;
pub(crate) mod values;

pub(crate) use self::sets::{all_may_change, complete, raise_serial, remove_all, replace_all};
use super::{
    World,
    call::{Answer, Call, Reply},
    deed::Deed,
    input::Input,
    kind::Kind,
    labels::Labels,
    page::{List, SORTS, page},
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, stored_in},
    zones::{Zone, names, read_ttl},
};
use serde_json::{Map, Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/zones/{id_or_name}/rrsets", list),
    Route::post("/zones/{id_or_name}/rrsets", create),
    Route::get(SET, get),
    Route::put(SET, Kind::RrSet, change::labels).unguarded(),
    Route::delete(SET, Kind::RrSet, change::delete).unguarded(),
    Route::post(
        "/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}/actions/change_protection",
        change::protection,
    ),
    Route::post("/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}/actions/change_ttl", change::ttl),
    Route::post("/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}/actions/set_records", records::set),
    Route::post("/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}/actions/add_records", records::add),
    Route::post(
        "/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}/actions/remove_records",
        records::remove,
    ),
    Route::post(
        "/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}/actions/update_records",
        records::update,
    ),
];

const SET: &str = "/zones/{id_or_name}/rrsets/{rr_name}/{rr_type}";

/// The types of records that there are.
pub(crate) const TYPES: [&str; 16] = [
    "A", "AAAA", "CAA", "CNAME", "DS", "HINFO", "HTTPS", "MX", "NS", "PTR", "RP", "SOA", "SRV",
    "SVCB", "TLSA", "TXT",
];

/// More are on a page of this list than of others.
const PER_PAGE_MAX: usize = 100;

/// A record set; its head has the name within the zone, and a number that the API never shows.
#[derive(Clone, Debug)]
pub(crate) struct RrSet {
    pub(crate) head: Head,
    pub(crate) zone: u64,
    pub(crate) sort: &'static str,
    /// None for that of the zone.
    pub(crate) ttl: Option<u64>,
    /// Ordered by value: the order in which they came is not kept.
    pub(crate) records: Vec<Record>,
    pub(crate) is_protected: bool,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) value: String,
    pub(crate) comment: String,
}

/// A record set that somebody wants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) name: String,
    pub(crate) sort: &'static str,
    pub(crate) ttl: Option<u64>,
    pub(crate) records: Vec<Record>,
    pub(crate) labels: Labels,
}

impl Draft {
    /// Reads a set of a zone.
    pub(crate) fn read(input: &mut Input<'_>, zone: &str) -> Self {
        let name = input.needed_text("name");
        let sort = input.needed_choice("type", &TYPES);
        let sort = sort_of(&sort).unwrap_or_default();
        if let (false, Some(wrong)) = (name.is_empty(), names::wrong_in_set(&name, zone)) {
            input.refuse("name", wrong);
        }
        let ttl = read_ttl(input);
        let records = records::read(input, sort);
        let labels = input.labels().unwrap_or_default();
        Self { name, sort, ttl, records, labels }
    }
}

impl Resource for RrSet {
    const KIND: Kind = Kind::RrSet;

    stored_in!(rrsets);

    fn answer(&self, _world: &World) -> Value {
        json!({
            "id": format!("{}/{}", self.head.name, self.sort),
            "name": self.head.name,
            "type": self.sort,
            "ttl": self.ttl,
            "labels": self.head.labels,
            "protection": { "change": self.is_protected },
            "records": self.records.iter().map(Record::answer).collect::<Vec<_>>(),
            "zone": self.zone,
        })
    }
}

impl Record {
    fn answer(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("value".to_owned(), self.value.clone().into());
        if !self.comment.is_empty() {
            shown.insert("comment".to_owned(), self.comment.clone().into());
        }
        shown.into()
    }
}

/// Returns the type of a word.
fn sort_of(word: &str) -> Option<&'static str> {
    TYPES.iter().find(|sort| **sort == word).copied()
}

/// Returns the sets of a zone.
pub(crate) fn of(world: &World, zone: u64) -> impl Iterator<Item = &RrSet> {
    world.rrsets.values().filter(move |set| set.zone == zone)
}

/// Returns how many records a zone has.
pub(crate) fn count(world: &World, zone: u64) -> usize {
    of(world, zone).map(|set| set.records.len()).sum()
}

/// Refuses sets that can not be together in a zone.
pub(crate) fn refuse_clashes(input: &mut Input<'_>, sets: &[Draft]) {
    for (at, set) in sets.iter().enumerate() {
        let mut others = sets[..at].iter().filter(|other| other.name == set.name);
        let is_alias = set.sort == "CNAME";
        if others.any(|other| other.sort == set.sort || is_alias || other.sort == "CNAME") {
            input.refuse(&format!("rrsets.{at}"), "clashes with another one of its name");
        }
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let zone = world.dns_zone_of(call)?;
    world.is_primary(zone)?;
    let is_meant = |set: &RrSet| set.zone == zone && call.passes("type", set.sort);
    let is_meant_gone = |set: &Value| {
        set["zone"] == zone && call.passes("type", set["type"].as_str().unwrap_or_default())
    };
    let rows = standard::rows(world, call, is_meant, is_meant_gone)?;
    let list = List { key: "rrsets", sorts: SORTS, per_page_max: PER_PAGE_MAX };
    page(world, call, list, rows, |row| world.show::<RrSet>(row.id))
}

fn create(world: &mut World, call: &Call) -> Answer {
    let zone = world.free_dns_zone_of(call)?;
    world.is_primary(zone)?;
    let name = world.find::<Zone>(zone)?.head.name.clone();
    let mut input = call.input()?;
    let draft = Draft::read(&mut input, &name);
    input.done()?;
    if of(world, zone).any(|set| set.head.name == draft.name && set.sort == draft.sort) {
        return Err(Refusal::taken(Kind::RrSet, "name"));
    }
    fits(world, zone, &draft.name, draft.sort)?;
    world.has_room_for::<RrSet>()?;
    let id = sets::add(world, zone, draft);
    raise_serial(world, zone);
    let deed = Deed::new("create_rrset").with(Kind::Zone, zone).locking(Kind::RrSet, id);
    let action = world.begin(deed);
    let (set, action) = (world.show::<RrSet>(id), world.action(action));
    Ok(Reply::created(json!({ "rrset": set, "action": action })))
}

/// Refuses an alias beside other sets of its name, and others beside an alias; that the API does
/// so, and with which code, was not verified.
fn fits(world: &World, zone: u64, name: &str, sort: &str) -> Result<(), Refusal> {
    if sort == "SOA" && name != "@" {
        return Err(Refusal::invalid("type", "SOA records are only at the apex"));
    }
    let mut others = of(world, zone).filter(|set| set.head.name == name && set.sort != sort);
    if others.any(|other| sort == "CNAME" || other.sort == "CNAME") {
        return Err(Refusal::invalid("type", "CNAME records are alone at their name"));
    }
    Ok(())
}

fn get(world: &mut World, call: &Call) -> Answer {
    let (_, id) = set_of(world, call)?;
    Ok(standard::single::<RrSet>(world, id))
}

/// Returns the zone and the set of a call.
fn set_of(world: &World, call: &Call) -> Result<(u64, u64), Refusal> {
    let zone = world.dns_zone_of(call)?;
    world.is_primary(zone)?;
    let (name, sort) = (call.param("rr_name"), call.param("rr_type"));
    let found = of(world, zone).find(|set| set.head.name == name && set.sort == sort);
    let missing = || Refusal::not_found(Kind::RrSet, format!("{name}/{sort}"));
    found.map(|set| (zone, set.head.id)).ok_or_else(missing)
}

/// Returns the zone and the set of a call that will change it.
fn free_set_of(world: &mut World, call: &Call) -> Result<(u64, u64), Refusal> {
    world.free_dns_zone_of(call)?;
    let (zone, id) = set_of(world, call)?;
    world.is_free(Kind::RrSet, id)?;
    Ok((zone, id))
}

/// Refuses what is protected; labels too, which was not verified.
fn may_change(world: &World, id: u64) -> Result<(), Refusal> {
    world.is_unprotected(Kind::RrSet, world.find::<RrSet>(id)?.is_protected, "change")
}

fn stays() -> Refusal {
    Refusal::rule("unsupported_error", "a zone has one SOA record")
}
