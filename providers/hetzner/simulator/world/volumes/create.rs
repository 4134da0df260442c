//! Making volumes, with a server to be attached to or alone in a location.

use super::{NAME_MAX, Volume, attach, check_name, needed_size};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    deed::{Deed, When},
    kind::Kind,
    labels::Labels,
    refusal::Refusal,
    store::needed_name,
};
use serde_json::{Value, json};

/// What a fault calls the room for volumes, which is out of stock then.
const STOCK: &str = "volume";

/// A volume as it is asked for.
struct Wanted {
    name: String,
    size_gb: u64,
    labels: Labels,
    format: Option<String>,
    location: Option<String>,
    server: Option<u64>,
}

pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let wanted = read(call)?;
    let location = place(world, &wanted)?;
    world.name_is_free::<Volume>(&wanted.name, None)?;
    world.has_room_for::<Volume>()?;
    if let Some(server) = wanted.server {
        world.host(server)?;
        attach::has_slot(world, server)?;
    }
    if world.mischief.is_out_of_stock(STOCK, &location) {
        let message = "there is no volume space left in the given location";
        return Err(Refusal::rule("no_space_left_in_location", message));
    }
    let Wanted { name, size_gb, labels, format, server, .. } = wanted;
    let head = world.head(&name, labels);
    let id = world.insert(Volume {
        head,
        size_gb,
        location,
        server: None,
        format,
        is_available: false,
        is_protected: false,
    });
    Ok(begun(world, id, server))
}

fn read(call: &Call) -> Result<Wanted, Refusal> {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    check_name(&mut input, &name);
    let size_gb = needed_size(&mut input);
    let labels = input.labels().unwrap_or_default();
    let format = input.choice("format", &["xfs", "ext4"]);
    let is_mounted = input.flag("automount").unwrap_or(false);
    let (location, server) = (input.reference("location"), input.id("server"));
    if !input.has("location") && !input.has("server") {
        input.refuse("location", "is required without a server");
    }
    if is_mounted && server.is_none() {
        input.refuse("automount", "is for volumes that are attached to a server");
    }
    input.done()?;
    Ok(Wanted { name, size_gb, labels, format, location, server })
}

/// Returns the name of the location that a volume comes to.
fn place(world: &World, wanted: &Wanted) -> Result<String, Refusal> {
    let named = wanted.location.as_ref().map(|name| world.catalogue.location(name));
    let wrong = |message: &str| Refusal::invalid("location", message);
    let named = match named {
        Some(None) => return Err(wrong("is not a location")),
        Some(Some(at)) => Some(at.name),
        None => None,
    };
    let own = wanted.server.map(|server| world.site_of(server)).transpose()?;
    match (named, own) {
        (Some(named), Some(own)) if named != own => Err(wrong("is not that of the server")),
        (_, Some(own)) => Ok(own),
        (Some(named), None) => Ok(named.to_owned()),
        (None, None) => Err(wrong("is required without a server")),
    }
}

fn begun(world: &mut World, id: u64, server: Option<u64>) -> Reply {
    let mut deed = Deed::new("create_volume").on(Kind::Volume, id);
    if let Some(server) = server {
        deed = deed.with(Kind::Server, server);
    }
    let ready = move |world: &mut World| {
        world.alter(id, |volume: &mut Volume| volume.is_available = true);
    };
    // What becomes of one that could not be made is not verified; here it stays.
    let action = world.begin(deed.when(When::Failed, ready).done(ready));
    let next = server.map(|server| world.begin(attach::deed(id, server).after(action)));
    let next: Vec<Value> = next.into_iter().map(|next| world.action(next)).collect();
    let (volume, action) = (world.show::<Volume>(id), world.action(action));
    Reply::created(json!({ "volume": volume, "action": action, "next_actions": next }))
}
