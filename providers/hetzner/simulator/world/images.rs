//! Images: systems and apps that are there from the beginning; snapshots and backups of servers.

use super::{
    World,
    call::{Answer, Call, Reply},
    catalogue::SYSTEM_IMAGES,
    clock,
    kind::Kind,
    labels::Labels,
    page::SORTS,
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/images", list),
    Route::get("/images/{id}", standard::get::<Image>),
    Route::put("/images/{id}", Kind::Image, update),
    Route::delete("/images/{id}", Kind::Image, delete),
    Route::act("/images/{id}/actions/change_protection", Kind::Image, change_protection),
];

/// When the images of the API's owner were made: 2024-04-25.
const SYSTEM_MS: u64 = 1_714_003_200_000;

/// When the old ones were announced to go: 2026-09-01.
const DEPRECATED_MS: u64 = 1_788_220_800_000;

/// What an image is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A system, or an app with `true`.
    System {
        is_app: bool,
    },
    Snapshot,
    /// Of a server, with which it dies.
    Backup(u64),
}

/// An image.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// Its name is empty unless it is of the API's owner.
    pub(crate) head: Head,
    pub(crate) sort: Sort,
    pub(crate) description: String,
    pub(crate) is_available: bool,
    pub(crate) disk_gb: u64,
    /// The server that it was made of: id and name.
    pub(crate) created_from: Option<(u64, String)>,
    pub(crate) flavor: &'static str,
    pub(crate) version: Option<&'static str>,
    pub(crate) architecture: &'static str,
    pub(crate) is_deprecated: bool,
    pub(crate) is_protected: bool,
}

impl Image {
    pub(crate) fn word(&self) -> &'static str {
        match self.sort {
            Sort::System { is_app: false } => "system",
            Sort::System { is_app: true } => "app",
            Sort::Snapshot => "snapshot",
            Sort::Backup(_) => "backup",
        }
    }

    fn status(&self) -> &'static str {
        if self.is_available { "available" } else { "creating" }
    }

    fn is_of_owner(&self) -> bool {
        matches!(self.sort, Sort::System { .. })
    }
}

impl Resource for Image {
    const KIND: Kind = Kind::Image;

    stored_in!(images);

    fn answer(&self, _world: &World) -> Value {
        let name = Some(&self.head.name).filter(|name| !name.is_empty());
        let from = self.created_from.as_ref();
        let bound_to = if let Sort::Backup(server) = self.sort { Some(server) } else { None };
        // What is in a snapshot is smaller than the disk it was made of; the ratio is invented.
        let size = (self.is_available && !self.is_of_owner()).then(|| self.disk_gb.div_ceil(8));
        json!({
            "id": self.head.id,
            "type": self.word(),
            "status": self.status(),
            "name": name,
            "description": self.description,
            "image_size": size,
            "disk_size": self.disk_gb,
            "created": clock::rfc3339(self.head.created_ms),
            "created_from": from.map(|(id, name)| json!({ "id": id, "name": name })),
            "bound_to": bound_to,
            "os_flavor": self.flavor,
            "os_version": self.version,
            "rapid_deploy": self.is_of_owner(),
            "protection": { "delete": self.is_protected },
            "deprecated": self.is_deprecated.then(|| clock::rfc3339(DEPRECATED_MS)),
            "deleted": null,
            "labels": self.head.labels,
            "architecture": self.architecture,
        })
    }
}

/// Adds the images of the API's owner.
pub(crate) fn add_system_images(world: &mut World) {
    for image in SYSTEM_IMAGES {
        let name = image.name.to_owned();
        let (labels, created_ms) = (Labels::new(), SYSTEM_MS);
        world.insert(Image {
            head: Head { id: image.id, name, labels, created_ms },
            sort: Sort::System { is_app: image.sort == "app" },
            description: image.description.to_owned(),
            is_available: true,
            disk_gb: 5,
            created_from: None,
            flavor: image.flavor,
            version: image.version,
            architecture: image.architecture,
            is_deprecated: image.is_deprecated,
            is_protected: false,
        });
    }
}

fn list(world: &mut World, call: &Call) -> Answer {
    let with_deprecated = call.query("include_deprecated") == Some("true");
    let is_bound = |image: &Image| match image.sort {
        Sort::Backup(server) => call.passes("bound_to", &server.to_string()),
        Sort::System { .. } | Sort::Snapshot => call.all("bound_to").is_empty(),
    };
    let is_meant = |image: &Image| {
        (with_deprecated || !image.is_deprecated)
            && call.passes("type", image.word())
            && call.passes("status", image.status())
            && call.passes("architecture", image.architecture)
            && is_bound(image)
    };
    standard::list_where(world, call, SORTS, is_meant)
}

fn update(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let description = input.text("description");
    let sort = input.choice("type", &["snapshot"]);
    let labels = input.labels();
    input.done()?;
    let image = world.find_mut::<Image>(id)?;
    refuse_owned(image, "changed")?;
    if let Some(description) = description {
        image.description = description;
    }
    if sort.is_some() {
        image.sort = Sort::Snapshot;
    }
    if let Some(labels) = labels {
        image.head.labels = labels;
    }
    Ok(standard::single::<Image>(world, id))
}

fn delete(world: &mut World, call: &Call) -> Answer {
    let image = world.of::<Image>(call)?;
    refuse_owned(image, "deleted")?;
    world.is_unprotected(Kind::Image, image.is_protected, "deletion")?;
    let id = image.head.id;
    world.remove::<Image>(id);
    Ok(Reply::nothing())
}

fn change_protection(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let is_protected = input.flag("delete");
    input.done()?;
    refuse_owned(world.find::<Image>(id)?, "protected")?;
    standard::protect(world, id, is_protected, |image: &mut Image| &mut image.is_protected)
}

fn refuse_owned(image: &Image, what: &str) -> Result<(), Refusal> {
    if image.is_of_owner() {
        let message = format!("only snapshots and backups can be {what}");
        return Err(Refusal::new(403, "forbidden", message));
    }
    Ok(())
}
