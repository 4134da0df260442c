//! Primary IPs: addresses of servers, with a life of their own.

mod assign;
mod create;

use super::{
    World,
    call::{Answer, Call},
    clock,
    dns_ptrs::Address,
    kind::Kind,
    labels::Labels,
    page::TIMES,
    refusal::Refusal,
    reverse,
    route::Route,
    standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/primary_ips", list),
    Route::post("/primary_ips", create::create),
    Route::get("/primary_ips/{id}", standard::get::<PrimaryIp>),
    Route::put("/primary_ips/{id}", Kind::PrimaryIp, update).unguarded(),
    Route::delete("/primary_ips/{id}", Kind::PrimaryIp, standard::delete::<PrimaryIp>),
    Route::act("/primary_ips/{id}/actions/assign", Kind::PrimaryIp, assign::assign),
    Route::act("/primary_ips/{id}/actions/unassign", Kind::PrimaryIp, assign::unassign),
    Route::act("/primary_ips/{id}/actions/change_dns_ptr", Kind::PrimaryIp, change_dns_ptr),
    Route::act("/primary_ips/{id}/actions/change_protection", Kind::PrimaryIp, change_protection),
];

const NAME_MAX: usize = 128;

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

    stored_in!(primary_ips);

    fn may_go(&self, world: &World) -> Result<(), Refusal> {
        world.is_unprotected(Kind::PrimaryIp, self.is_protected, "deletion")?;
        if self.assignee.is_some() {
            let message = "primary IP must be unassigned before it can be deleted";
            return Err(Refusal::rule("must_be_unassigned", message));
        }
        Ok(())
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

fn list(world: &mut World, call: &Call) -> Answer {
    let ip = call.query("ip");
    let is_ip = |address: &Address, ip: &str| address.text() == ip || address.ip.to_string() == ip;
    let is_meant = |own: &PrimaryIp| ip.is_none_or(|ip| is_ip(&own.address, ip));
    standard::list_where(world, call, TIMES, is_meant)
}

fn update(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    world.is_calm(Kind::PrimaryIp, id)?;
    let mut input = call.input()?;
    let auto_delete = input.flag("auto_delete");
    if auto_delete == Some(true) && world.find::<PrimaryIp>(id)?.is_protected {
        input.refuse("auto_delete", "is not for IPs whose deletion is protected");
    }
    input.done()?;
    standard::write_head::<PrimaryIp>(world, call, NAME_MAX)?;
    let ip = world.find_mut::<PrimaryIp>(id)?;
    ip.auto_delete = auto_delete.unwrap_or(ip.auto_delete);
    Ok(standard::single::<PrimaryIp>(world, id))
}

fn change_dns_ptr(world: &mut World, call: &Call) -> Answer {
    reverse::change(world, call, |ip: &mut PrimaryIp| &mut ip.address)
}

/// Changes protection, which goes together with automatic deletion not at all.
fn change_protection(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let is_protected = input.needed_flag("delete");
    if is_protected && world.find::<PrimaryIp>(id)?.auto_delete {
        input.refuse("delete", "is not for IPs that are deleted automatically");
    }
    input.done()?;
    standard::protect(world, id, Some(is_protected), |ip: &mut PrimaryIp| &mut ip.is_protected)
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
