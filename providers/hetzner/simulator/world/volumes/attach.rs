//! Attaching volumes to servers, and detaching them.

use super::Volume;
use crate::world::{
    World,
    call::{Answer, Call},
    deed::Deed,
    kind::Kind,
    refusal::Refusal,
    standard,
};

/// How many volumes a server has.
const PER_SERVER_MAX: usize = 16;

pub(super) fn attach(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let server = input.needed_id("server");
    input.flag("automount");
    input.done()?;
    let volume = world.of::<Volume>(call)?;
    let (id, location) = (volume.head.id, volume.location.clone());
    if volume.server.is_some() {
        let message = "volume is already attached to a server, detach it first";
        return Err(Refusal::rule("volume_already_attached", message));
    }
    if world.host(server)?.location != location {
        return Err(Refusal::invalid("server", "is not in the location of the volume"));
    }
    has_slot(world, server)?;
    let action = world.begin(deed(id, server));
    standard::acted(world, action)
}

/// Returns the action that attaches a volume; nothing else happens to the server meanwhile.
pub(crate) fn deed(volume: u64, server: u64) -> Deed {
    let deed = Deed::new("attach_volume").on(Kind::Server, server).on(Kind::Volume, volume);
    deed.done(move |world| {
        let server = Some(server).filter(|server| world.has_server(*server));
        world.alter(volume, |volume: &mut Volume| volume.server = server);
    })
}

/// Refuses one volume more than a server takes.
pub(super) fn has_slot(world: &World, server: u64) -> Result<(), Refusal> {
    if world.volumes_of(server).len() >= PER_SERVER_MAX {
        return Err(Refusal::limit("server_volume_limit"));
    }
    Ok(())
}

/// Detaches a volume; the error for one that is attached to nothing is not verified.
pub(super) fn detach(world: &mut World, call: &Call) -> Answer {
    let volume = world.of::<Volume>(call)?;
    let id = volume.head.id;
    let Some(server) = volume.server else {
        let message = format!("volume with ID '{id}' is not attached to a server");
        return Err(Refusal::rule("service_error", message));
    };
    world.is_free(Kind::Server, server)?;
    let deed = Deed::new("detach_volume").on(Kind::Server, server).on(Kind::Volume, id);
    let action = world.begin(deed.done(move |world| {
        world.alter(id, |volume: &mut Volume| volume.server = None);
    }));
    standard::acted(world, action)
}
