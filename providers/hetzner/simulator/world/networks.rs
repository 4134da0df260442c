//! Networks with their subnets and routes.

mod allocate;
mod change;
mod create;
mod routes;
mod subnets;

pub(crate) use self::allocate::Wish;
use super::{
    World,
    call::{Answer, Call, Reply},
    cidr::Cidr,
    clock,
    kind::Kind,
    refusal::Refusal,
    route::Route,
    standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// The operations of this family. While a change runs on a network, others get `conflict`
/// instead of `locked`, so they look at it themselves.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/networks", standard::list::<Network>),
    Route::post("/networks", create::create),
    Route::get("/networks/{id}", standard::get::<Network>),
    Route::put("/networks/{id}", Kind::Network, change::update).unguarded(),
    Route::delete("/networks/{id}", Kind::Network, delete).unguarded(),
    Route::post("/networks/{id}/actions/add_subnet", subnets::add),
    Route::post("/networks/{id}/actions/delete_subnet", subnets::delete),
    Route::post("/networks/{id}/actions/add_route", routes::add),
    Route::post("/networks/{id}/actions/delete_route", routes::delete),
    Route::post("/networks/{id}/actions/change_ip_range", change::change_ip_range),
    Route::post("/networks/{id}/actions/change_protection", change::change_protection),
];

/// A network.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) head: Head,
    pub(crate) range: Cidr,
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) routes: Vec<NetworkRoute>,
    pub(crate) is_protected: bool,
    pub(crate) exposes_routes: bool,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subnet {
    /// `cloud`, `server` or `vswitch`.
    pub(crate) sort: String,
    pub(crate) range: Cidr,
    pub(crate) zone: String,
    pub(crate) vswitch: Option<u64>,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NetworkRoute {
    pub(crate) destination: Cidr,
    pub(crate) gateway: Ipv4Addr,
}

impl Resource for Network {
    const KIND: Kind = Kind::Network;

    stored_in!(networks);

    fn answer(&self, world: &World) -> Value {
        let subnet = |subnet: &Subnet| {
            json!({
                "type": subnet.sort,
                "ip_range": subnet.range.to_string(),
                "network_zone": subnet.zone,
                "gateway": self.range.first_host(),
                "vswitch_id": subnet.vswitch,
            })
        };
        let route = |route: &NetworkRoute| json!({ "destination": route.destination.to_string(), "gateway": route.gateway });
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "ip_range": self.range.to_string(),
            "subnets": self.subnets.iter().map(subnet).collect::<Vec<_>>(),
            "routes": self.routes.iter().map(route).collect::<Vec<_>>(),
            "servers": world.servers_of_network(self.head.id),
            "load_balancers": world.load_balancers_of_network(self.head.id),
            "protection": { "delete": self.is_protected },
            "labels": self.head.labels,
            "created": clock::rfc3339(self.head.created_ms),
            "expose_routes_to_vswitch": self.exposes_routes,
        })
    }
}

/// Deletes a network; whatever is attached is detached.
fn delete(world: &mut World, call: &Call) -> Answer {
    let id = free(world, call)?;
    let is_protected = world.find::<Network>(id)?.is_protected;
    world.is_unprotected(Kind::Network, is_protected, "deletion")?;
    world.forget_network(id);
    world.remove::<Network>(id);
    Ok(Reply::nothing())
}

/// Returns the id of a call's network, on which no change may run.
fn free(world: &mut World, call: &Call) -> Result<u64, Refusal> {
    let id = call.id()?;
    world.is_calm(Kind::Network, id)?;
    Ok(id)
}

/// Begins a change of a network.
fn changed(
    world: &mut World,
    id: u64,
    command: &'static str,
    change: impl FnOnce(&mut Network) + Send + 'static,
) -> Answer {
    standard::change(world, id, command, change)
}
