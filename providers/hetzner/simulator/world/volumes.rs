//! Volumes: disks that outlive servers.

use super::{
    World, clock,
    kind::Kind,
    store::{Head, Resource, Table},
};
use serde_json::{Value, json};

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

impl Resource for Volume {
    const KIND: Kind = Kind::Volume;

    fn head(&self) -> &Head {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    fn table(world: &World) -> &Table<Self> {
        &world.volumes
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.volumes
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
            "status": if self.is_available { "available" } else { "creating" },
            "format": self.format,
        })
    }
}
