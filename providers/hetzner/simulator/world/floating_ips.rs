//! Floating IPs: addresses that go from server to server.

mod assign;
mod create;

use super::{
    World,
    call::{Answer, Call},
    clock,
    dns_ptrs::Address,
    kind::Kind,
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
    Route::get("/floating_ips", list),
    Route::post("/floating_ips", create::create),
    Route::get("/floating_ips/{id}", standard::get::<FloatingIp>),
    Route::put("/floating_ips/{id}", Kind::FloatingIp, update),
    Route::delete("/floating_ips/{id}", Kind::FloatingIp, standard::delete::<FloatingIp>),
    Route::act("/floating_ips/{id}/actions/assign", Kind::FloatingIp, assign::assign),
    Route::act("/floating_ips/{id}/actions/unassign", Kind::FloatingIp, assign::unassign),
    Route::act("/floating_ips/{id}/actions/change_dns_ptr", Kind::FloatingIp, change_dns_ptr),
    Route::act("/floating_ips/{id}/actions/change_protection", Kind::FloatingIp, change_protection),
];

const NAME_MAX: usize = 128;

/// A floating IP.
#[derive(Clone, Debug)]
pub(crate) struct FloatingIp {
    pub(crate) head: Head,
    pub(crate) address: Address,
    pub(crate) description: Option<String>,
    pub(crate) home_location: String,
    pub(crate) server: Option<u64>,
    pub(crate) is_protected: bool,
}

impl Resource for FloatingIp {
    const KIND: Kind = Kind::FloatingIp;

    stored_in!(floating_ips);

    fn may_go(&self, world: &World) -> Result<(), Refusal> {
        world.is_unprotected(Kind::FloatingIp, self.is_protected, "deletion")?;
        if self.server.is_some() {
            let message = "floating IP must be unassigned before it can be deleted";
            return Err(Refusal::rule("must_be_unassigned", message));
        }
        Ok(())
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

fn list(world: &mut World, call: &Call) -> Answer {
    standard::list_where::<FloatingIp>(world, call, TIMES, |_| true)
}

fn update(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let is_described = input.has("description");
    let description = input.text("description");
    input.done()?;
    standard::write_head::<FloatingIp>(world, call, NAME_MAX)?;
    if is_described {
        world.find_mut::<FloatingIp>(id)?.description = description;
    }
    Ok(standard::single::<FloatingIp>(world, id))
}

fn change_dns_ptr(world: &mut World, call: &Call) -> Answer {
    reverse::change(world, call, |ip: &mut FloatingIp| &mut ip.address)
}

fn change_protection(world: &mut World, call: &Call) -> Answer {
    let id = call.id()?;
    let mut input = call.input()?;
    let is_protected = input.needed_flag("delete");
    input.done()?;
    standard::protect(world, id, Some(is_protected), |ip: &mut FloatingIp| &mut ip.is_protected)
}
