//! Volumes: disks that outlive servers.

mod attach;
mod create;

use super::{
    World,
    call::{Answer, Call},
    clock,
    deed::Deed,
    input::Input,
    kind::Kind,
    page::SORTS,
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/volumes", list),
    Route::post("/volumes", create::create),
    Route::get("/volumes/{id}", standard::get::<Volume>),
    Route::put("/volumes/{id}", Kind::Volume, update),
    Route::delete("/volumes/{id}", Kind::Volume, standard::delete::<Volume>),
    Route::act("/volumes/{id}/actions/attach", Kind::Volume, attach::attach),
    Route::act("/volumes/{id}/actions/detach", Kind::Volume, attach::detach),
    Route::act("/volumes/{id}/actions/resize", Kind::Volume, resize),
    Route::act("/volumes/{id}/actions/change_protection", Kind::Volume, change_protection),
];

const NAME_MAX: usize = 64;

/// The sizes that there are, in GB.
const SIZES: std::ops::RangeInclusive<u64> = 10..=10_240;

/// A volume.
#[derive(Clone, Debug)]
pub(crate) struct Volume {
    pub(crate) head: Head,
    pub(crate) size_gb: u64,
    pub(crate) location: String,
    /// The server that it is attached to.
    pub(crate) server: Option<u64>,
    pub(crate) format: Option<String>,
    pub(crate) is_available: bool,
    pub(crate) is_protected: bool,
}

impl Volume {
    fn status(&self) -> &'static str {
        if self.is_available { "available" } else { "creating" }
    }
}

impl Resource for Volume {
    const KIND: Kind = Kind::Volume;

    stored_in!(volumes);

    fn may_go(&self, world: &World) -> Result<(), Refusal> {
        world.is_unprotected(Kind::Volume, self.is_protected, "deletion")?;
        if self.server.is_some() {
            let message =
                format!("volume with ID '{}' is still attached to a server", self.head.id);
            return Err(Refusal::rule("service_error", message));
        }
        Ok(())
    }

    fn answer(&self, world: &World) -> Value {
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "created": clock::rfc3339(self.head.created_ms),
            "server": self.server,
            "location": world.location(&self.location),
            "size": self.size_gb,
            "linux_device": format!("/dev/disk/by-id/scsi-0HC_Volume_{}", self.head.id),
            "protection": { "delete": self.is_protected },
            "labels": self.head.labels,
            "status": self.status(),
            "format": self.format,
        })
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let is_meant = |volume: &Volume| call.passes("status", volume.status());
    standard::list_where(world, call, SORTS, is_meant)
}

fn update(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    if let Some(name) = input.text("name") {
        check_name(&mut input, &name);
    }
    input.done()?;
    standard::write_head::<Volume>(world, call, NAME_MAX)?;
    Ok(standard::single::<Volume>(world, call.id()?))
}

fn resize(world: &mut World, call: &Call) -> Answer {
    let volume = world.of::<Volume>(call)?;
    let (id, server) = (volume.head.id, volume.server);
    let mut input = call.input()?;
    let size_gb = needed_size(&mut input);
    if size_gb <= volume.size_gb {
        input
            .refuse("size", format!("must be greater than the current size of {}", volume.size_gb));
    }
    input.done()?;
    let mut deed = Deed::new("resize_volume").on(Kind::Volume, id);
    if let Some(server) = server {
        deed = deed.with(Kind::Server, server);
    }
    let deed = deed.done(move |world| {
        world.alter(id, |volume: &mut Volume| volume.size_gb = size_gb);
    });
    let action = world.begin(deed);
    standard::acted(world, action)
}

fn change_protection(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let is_protected = input.flag("delete");
    input.done()?;
    standard::protect(world, id, is_protected, |volume: &mut Volume| &mut volume.is_protected)
}

fn needed_size(input: &mut Input<'_>) -> u64 {
    let size = u64::try_from(input.needed_integer("size")).unwrap_or(0);
    if input.value("size").is_some_and(Value::is_number) && !SIZES.contains(&size) {
        input.refuse("size", format!("must be between {} and {}", SIZES.start(), SIZES.end()));
    }
    size
}

/// Letters, digits, dashes, underscores and dots, with a letter or digit at both ends.
fn check_name(input: &mut Input<'_>, name: &str) {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let is_inside = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let has_ends = is_end(name.chars().next()) && is_end(name.chars().next_back());
    let is_wrong = !has_ends || !name.chars().all(is_inside);
    if is_wrong && !name.is_empty() {
        input.refuse("name", "must have only letters, digits, '-', '_' and '.'");
    }
}
