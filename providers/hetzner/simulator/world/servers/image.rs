//! Images of servers: snapshots and backups.

use super::{
    super::{
        World,
        call::{Answer, Call, Reply},
        deed::{Deed, When},
        images::{Image, Sort},
        kind::Kind,
        refusal::Refusal,
    },
    Server,
};
use serde_json::json;

pub(super) fn create_image(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let description = input.text("description");
    let sort = input.choice("type", &["snapshot", "backup"]);
    let labels = input.labels().unwrap_or_default();
    input.done()?;
    let server = world.find::<Server>(id)?.clone();
    let is_backup = sort.as_deref() == Some("backup");
    if is_backup && !server.has_backups {
        let message = "backups are not enabled for this server";
        return Err(Refusal::rule("unsupported_error", message));
    }
    world.has_room_for::<Image>()?;
    let system = server.image.and_then(|image| world.images.get(&image)).cloned();
    let server_type = world.catalogue.server_type(&server.server_type);
    let architecture = server_type.map_or("x86", |of| of.architecture);
    let head = world.head("", labels);
    let image = world.insert(Image {
        head,
        sort: if is_backup { Sort::Backup(id) } else { Sort::Snapshot },
        description: description.unwrap_or_else(|| format!("snapshot of {}", server.head.name)),
        is_available: false,
        disk_gb: server.primary_disk_gb,
        created_from: Some((id, server.head.name)),
        flavor: system.as_ref().map_or("unknown", |system| system.flavor),
        version: system.and_then(|system| system.version),
        architecture,
        is_deprecated: false,
        is_protected: false,
    });
    let deed = Deed::new("create_image")
        .on(Kind::Server, id)
        .with(Kind::Image, image)
        .when(When::Failed, move |world| drop(world.remove::<Image>(image)))
        .done(move |world| world.alter(image, |image: &mut Image| image.is_available = true));
    let action = world.begin(deed);
    let (action, image) = (world.action(action), world.show::<Image>(image));
    Ok(Reply::created(json!({ "action": action, "image": image })))
}

impl World {
    /// Deletes the backups of a server.
    pub(crate) fn forget_backups(&mut self, server: u64) {
        let is_its = |image: &&Image| image.sort == Sort::Backup(server);
        let backups: Vec<u64> =
            self.images.values().filter(is_its).map(|image| image.head.id).collect();
        for backup in backups {
            self.remove::<Image>(backup);
        }
    }
}
