//! Rebuilding: the disk is lost, id and addresses stay.

use super::{
    super::{
        World,
        call::{Answer, Call, Reply},
        deed::{Deed, When},
        kind::Kind,
    },
    Server,
    status::Status,
    wanted,
};
use serde_json::json;

pub(super) fn rebuild(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let image = input.needed_reference("image");
    let user_data = wanted::user_data(&mut input);
    input.done()?;
    let server = world.find::<Server>(id)?;
    world.is_unprotected(Kind::Server, server.is_rebuild_protected, "rebuild")?;
    let architecture = world.catalogue.server_type(&server.server_type).map(|of| of.architecture);
    let disk_gb = server.primary_disk_gb;
    let image = world.image_for(&image, architecture.unwrap_or("x86"), disk_gb)?.head.id;
    let has_password = !server.has_ssh_keys;
    let deed = Deed::new("rebuild_server")
        .on(Kind::Server, id)
        .when(When::Begun, move |world| world.set_status(id, Status::Rebuilding))
        .when(When::Failed, move |world| world.set_status(id, Status::Off))
        .done(move |world| {
            world.alter(id, |server: &mut Server| {
                server.image = Some(image);
                server.user_data = user_data.or_else(|| server.user_data.take());
            });
            world.wipe(id);
            world.boot(id, 0);
        });
    let action = world.begin(deed);
    let password = has_password.then(|| world.draw.word(20));
    let action = world.action(action);
    Ok(Reply::created(json!({ "action": action, "root_password": password })))
}
