//! Floating IPs: addresses that go from server to server.

use super::{
    World, clock,
    dns_ptrs::Address,
    kind::Kind,
    store::{Head, Resource, Table},
};
use serde_json::{Value, json};

/// A floating IP.
#[derive(Clone, Debug)]
pub(crate) struct FloatingIp {
    pub(crate) head: Head,
    pub(crate) address: Address,
    pub(crate) description: String,
    pub(crate) home_location: String,
    pub(crate) server: Option<u64>,
    pub(crate) is_protected: bool,
}

impl Resource for FloatingIp {
    const KIND: Kind = Kind::FloatingIp;

    fn head(&self) -> &Head {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    fn table(world: &World) -> &Table<Self> {
        &world.floating_ips
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.floating_ips
    }

    fn answer(&self, world: &World) -> Value {
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "description": self.description,
            "created": clock::rfc3339(self.head.created_ms),
            "ip": self.address.text(),
            "type": self.address.word(),
            "server": self.server,
            "dns_ptr": self.address.names(),
            "home_location": world.location(&self.home_location),
            "blocked": false,
            "protection": { "delete": self.is_protected },
            "labels": self.head.labels,
        })
    }
}
