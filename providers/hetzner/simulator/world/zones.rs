//! Zones: names with their nameservers, in one of two modes. Their record sets are in
//! [`super::rrsets`]. In paths a zone stands by its id or by its name.

mod change;
mod content;
pub(crate) mod file;
pub(crate) mod names;
mod nameservers;

use self::nameservers::Nameserver;
use super::{
    World, actions,
    call::{Answer, Call, Reply},
    clock,
    deed::Deed,
    input::Input,
    kind::Kind,
    page::SORTS,
    refusal::Refusal,
    route::Route,
    rrsets, standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/zones", list),
    Route::post("/zones", create),
    Route::get("/zones/{id_or_name}", get),
    Route::put("/zones/{id_or_name}", Kind::Zone, update).unguarded(),
    Route::delete("/zones/{id_or_name}", Kind::Zone, delete).unguarded(),
    Route::get("/zones/{id_or_name}/zonefile", content::export),
    Route::get("/zones/actions", |world, call| actions::list_all(world, call, Kind::Zone)),
    Route::get("/zones/actions/{id}", actions::get),
    Route::get("/zones/{id_or_name}/actions", list_actions),
    Route::get("/zones/{id_or_name}/actions/{action_id}", actions::get_of),
    Route::post("/zones/{id_or_name}/actions/change_protection", change::protection),
    Route::post("/zones/{id_or_name}/actions/change_ttl", change::ttl),
    Route::post("/zones/{id_or_name}/actions/change_primary_nameservers", change::primaries),
    Route::post("/zones/{id_or_name}/actions/import_zonefile", content::import),
];

/// The nameservers that serve every zone.
pub(crate) const ASSIGNED: [&str; 3] =
    ["hydrogen.ns.hetzner.com.", "oxygen.ns.hetzner.com.", "helium.ns.hetzner.de."];

const TTL: u64 = 3600;

/// A zone.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    pub(crate) head: Head,
    pub(crate) mode: Mode,
    pub(crate) ttl: u64,
    /// The last serial number of its SOA record.
    pub(crate) serial: u64,
    is_protected: bool,
    /// Whether the domain's registry names the assigned nameservers.
    pub(crate) is_delegated: bool,
    checked_ms: Option<u64>,
}

/// Where a zone's records come from.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    Primary,
    /// From these nameservers.
    Secondary(Vec<Nameserver>),
}

impl Zone {
    fn mode_word(&self) -> &'static str {
        match self.mode {
            Mode::Primary => "primary",
            Mode::Secondary(_) => "secondary",
        }
    }

    fn nameservers(&self) -> Value {
        let (delegated, status) = match (self.checked_ms, self.is_delegated) {
            (None, _) => (Vec::new(), "unknown"),
            (Some(_), true) => (ASSIGNED.to_vec(), "valid"),
            (Some(_), false) => (vec!["ns1.elsewhere.example."], "invalid"),
        };
        json!({
            "assigned": ASSIGNED,
            "delegated": delegated,
            "delegation_last_check": self.checked_ms.map(clock::rfc3339),
            "delegation_status": status,
        })
    }
}

impl Resource for Zone {
    const KIND: Kind = Kind::Zone;

    stored_in!(zones);

    fn answer(&self, world: &World) -> Value {
        let id = self.head.id;
        let primaries: Vec<Value> = match &self.mode {
            Mode::Primary => Vec::new(),
            Mode::Secondary(primaries) => primaries.iter().map(Nameserver::answer).collect(),
        };
        json!({
            "id": id,
            "name": self.head.name,
            "mode": self.mode_word(),
            "created": clock::rfc3339(self.head.created_ms),
            "primary_nameservers": primaries,
            "labels": self.head.labels,
            "protection": { "delete": self.is_protected },
            "ttl": self.ttl,
            "status": if world.actions.is_locked(Kind::Zone, id) { "updating" } else { "ok" },
            "record_count": rrsets::count(world, id),
            "authoritative_nameservers": self.nameservers(),
            "registrar": "other",
        })
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let is_meant = |zone: &Zone| call.passes("mode", zone.mode_word());
    standard::list_where(world, call, SORTS, is_meant)
}

fn create(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = input.needed_text("name");
    let mode = input.needed_choice("mode", &["primary", "secondary"]);
    let ttl = read_ttl(&mut input).unwrap_or(TTL);
    let labels = input.labels().unwrap_or_default();
    if let (false, Some(wrong)) = (name.is_empty(), names::wrong_in_zone(&name)) {
        input.refuse("name", wrong);
    }
    let (mode, content) = if mode == "secondary" {
        (Mode::Secondary(nameservers::read(&mut input)), None)
    } else {
        (Mode::Primary, content::read(&mut input, &name))
    };
    input.done()?;
    world.name_is_free::<Zone>(&name, None)?;
    world.has_room_for::<Zone>()?;
    let ttl = content.as_ref().and_then(|content| content.ttl).unwrap_or(ttl);
    let head = world.head(&name, labels);
    let (serial, is_protected, is_delegated, checked_ms) = (0, false, true, None);
    let zone = Zone { head, mode, ttl, serial, is_protected, is_delegated, checked_ms };
    let id = world.insert(zone);
    if let Some(content) = content {
        rrsets::replace_all(world, id, content.sets);
        rrsets::complete(world, id);
    }
    let deed = Deed::new("create_zone").on(Kind::Zone, id).done(move |world| {
        let now_ms = world.now_ms();
        world.alter(id, |zone: &mut Zone| zone.checked_ms = Some(now_ms));
    });
    let action = world.begin(deed);
    let (zone, action) = (world.show::<Zone>(id), world.action(action));
    Ok(Reply::created(json!({ "zone": zone, "action": action })))
}

/// Reads a time to live, if there is one.
pub(crate) fn read_ttl(input: &mut Input<'_>) -> Option<u64> {
    let ttl = input.integer("ttl")?;
    let ttl = u64::try_from(ttl).ok().filter(|ttl| (60..=2_147_483_647).contains(ttl));
    if ttl.is_none() {
        input.refuse("ttl", "must be between 60 and 2147483647");
    }
    ttl
}

fn get(world: &mut World, call: &Call) -> Answer {
    let id = world.dns_zone_of(call)?;
    Ok(standard::single::<Zone>(world, id))
}

fn update(world: &mut World, call: &Call) -> Answer {
    let id = world.free_dns_zone_of(call)?;
    let mut input = call.input()?;
    let labels = input.labels();
    input.done()?;
    if let Some(labels) = labels {
        world.find_mut::<Zone>(id)?.head.labels = labels;
    }
    Ok(standard::single::<Zone>(world, id))
}

fn delete(world: &mut World, call: &Call) -> Answer {
    let id = world.free_dns_zone_of(call)?;
    world.is_unprotected(Kind::Zone, world.find::<Zone>(id)?.is_protected, "deletion")?;
    let deed = Deed::new("delete_zone").on(Kind::Zone, id).done(move |world| {
        rrsets::remove_all(world, id);
        world.remove::<Zone>(id);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

fn list_actions(world: &mut World, call: &Call) -> Answer {
    let id = world.dns_zone_of(call)?;
    actions::list_of(world, call, Kind::Zone, id)
}

fn wrong_mode() -> Refusal {
    Refusal::rule("incorrect_zone_mode", "the zone's mode does not support this operation")
}

impl World {
    /// Says whether the registry of a zone's domain names the nameservers that serve it.
    pub fn set_delegated(&mut self, zone: &str, is_delegated: bool) {
        for zone in self.zones.values_mut().filter(|of| of.head.name == zone) {
            zone.is_delegated = is_delegated;
        }
    }

    /// Returns the zone `{id_or_name}` of a call.
    pub(crate) fn dns_zone_of(&self, call: &Call) -> Result<u64, Refusal> {
        let text = call.param("id_or_name");
        let zone = self.by_id_or_name::<Zone>(text);
        zone.map(|zone| zone.head.id).ok_or_else(|| Refusal::not_found(Kind::Zone, text))
    }

    /// Returns the zone `{id_or_name}` of a call that will change it.
    pub(crate) fn free_dns_zone_of(&mut self, call: &Call) -> Result<u64, Refusal> {
        let id = self.dns_zone_of(call)?;
        self.lock_by_fault(Kind::Zone, id);
        self.is_free(Kind::Zone, id)?;
        Ok(id)
    }

    /// Refuses a zone whose records come from elsewhere.
    pub(crate) fn is_primary(&self, zone: u64) -> Result<(), Refusal> {
        match self.find::<Zone>(zone)?.mode {
            Mode::Primary => Ok(()),
            Mode::Secondary(_) => Err(wrong_mode()),
        }
    }
}
