//! Primary IPs: addresses of servers, with a life of their own.

use super::{
    World, clock,
    dns_ptrs::Address,
    kind::Kind,
    labels::Labels,
    store::{Head, Resource, Table},
};
use serde_json::{Value, json};

/// A primary IP.
#[derive(Clone, Debug)]
pub(crate) struct PrimaryIp {
    pub(crate) head: Head,
    pub(crate) address: Address,
    pub(crate) location: String,
    /// The server that it is assigned to.
    pub(crate) assignee: Option<u64>,
    /// It dies with its server.
    pub(crate) auto_delete: bool,
    pub(crate) is_protected: bool,
}

impl Resource for PrimaryIp {
    const KIND: Kind = Kind::PrimaryIp;

    fn head(&self) -> &Head {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    fn table(world: &World) -> &Table<Self> {
        &world.primary_ips
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.primary_ips
    }

    fn answer(&self, world: &World) -> Value {
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "labels": self.head.labels,
            "created": clock::rfc3339(self.head.created_ms),
            "blocked": false,
            "location": world.location(&self.location),
            "ip": self.address.text(),
            "dns_ptr": self.address.names(),
            "protection": { "delete": self.is_protected },
            "type": self.address.word(),
            "auto_delete": self.auto_delete,
            "assignee_type": "server",
            "assignee_id": self.assignee,
        })
    }
}

impl World {
    /// Makes the primary IP that a server gets if none is given for it; it dies with the server.
    pub(crate) fn primary_ip_for(&mut self, server: u64, location: &str, is_v6: bool) -> u64 {
        let mut head = self.head("", Labels::new());
        head.name = format!("primary_ip-{}", head.id);
        let address = self.new_address(is_v6);
        self.insert(PrimaryIp {
            head,
            address,
            location: location.to_owned(),
            assignee: Some(server),
            auto_delete: true,
            is_protected: false,
        })
    }

    /// Unassigns the primary IPs of a server that goes; those that die with it die.
    pub(crate) fn forget_primary_ips(&mut self, server: u64) {
        let own = self.primary_ips.values_mut().filter(|ip| ip.assignee == Some(server));
        let mut dying = Vec::new();
        for ip in own {
            ip.assignee = None;
            if ip.auto_delete {
                dying.push(ip.head.id);
            }
        }
        for ip in dying {
            self.remove::<PrimaryIp>(ip);
        }
    }

    /// Returns the primary IP of a version that a server has.
    pub(crate) fn primary_ip_of(&self, server: u64, is_v6: bool) -> Option<&PrimaryIp> {
        let mut ips = self.primary_ips.values();
        ips.find(|ip| ip.assignee == Some(server) && ip.address.is_v6() == is_v6)
    }
}
