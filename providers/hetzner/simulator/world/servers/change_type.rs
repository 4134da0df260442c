//! Changing the type: only off, only where it fits, and the server is started afterwards.

use super::{
    super::{
        World,
        call::{Answer, Call},
        deed::{Deed, When},
        kind::Kind,
        refusal::Refusal,
        standard::acted,
    },
    Server,
    status::Status,
};

pub(super) fn change_type(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let name = input.needed_reference("server_type");
    let upgrades_disk = input.needed_flag("upgrade_disk");
    input.done()?;
    let server = world.find::<Server>(id)?;
    if !server.is_off() {
        return Err(Refusal::rule("server_not_stopped", "the server must be off"));
    }
    let found = world.catalogue.server_type(&name);
    let to = found.ok_or_else(|| Refusal::invalid("server_type", "server type not found"))?;
    fits(world, server, &to.name)?;
    world.is_in_stock(to, &server.location)?;
    let (to, disk_gb) = (to.name.clone(), to.disk_gb);
    let deed = Deed::new("change_server_type")
        .on(Kind::Server, id)
        .when(When::Begun, move |world| world.set_status(id, Status::Migrating))
        .when(When::Failed, move |world| world.set_status(id, Status::Off))
        .done(move |world| {
            world.alter(id, |server: &mut Server| {
                server.server_type = to;
                if upgrades_disk {
                    server.primary_disk_gb = disk_gb;
                }
            });
            world.boot(id, 0);
        });
    let action = world.begin(deed);
    acted(world, action)
}

/// Refuses a type that a server can not change to.
fn fits(world: &World, server: &Server, to: &str) -> Result<(), Refusal> {
    let wrong = |message: &str| Err(Refusal::rule("invalid_server_type", message));
    let types = (world.catalogue.server_type(&server.server_type), world.catalogue.server_type(to));
    let (Some(from), Some(to)) = types else { return wrong("server type not found") };
    if from.name == to.name {
        return wrong("the server has this type already");
    }
    if from.architecture != to.architecture {
        return wrong("the server types have different architectures");
    }
    if to.disk_gb < server.primary_disk_gb {
        return wrong("the disk of the server type is too small");
    }
    if let Err(message) = world.is_on_offer(to, &server.location) {
        return wrong(message);
    }
    Ok(())
}
