//! Load balancers with their services, targets and networks.

mod change;
mod check;
mod create;
mod health;
mod http;
mod members;
mod network;
mod service;
mod services;
mod target;
mod targets;

pub(crate) use self::service::Service;
use self::target::Target;
use super::{
    World,
    call::{Answer, Call, Reply},
    catalogue::{LoadBalancerType, traffic},
    clock,
    deed::Deed,
    dns_ptrs::Address,
    kind::Kind,
    route::{Route, Run},
    standard,
    store::{Head, Resource, stored_in},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
};

/// The operations of this family.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/load_balancers", standard::list::<LoadBalancer>),
    Route::post("/load_balancers", create::create),
    Route::get("/load_balancers/{id}", standard::get::<LoadBalancer>),
    Route::put("/load_balancers/{id}", Kind::LoadBalancer, standard::update::<LoadBalancer>),
    Route::delete("/load_balancers/{id}", Kind::LoadBalancer, delete),
    act("/load_balancers/{id}/actions/add_service", services::add),
    act("/load_balancers/{id}/actions/update_service", services::update),
    act("/load_balancers/{id}/actions/delete_service", services::delete),
    act("/load_balancers/{id}/actions/add_target", targets::add),
    act("/load_balancers/{id}/actions/remove_target", targets::remove),
    act("/load_balancers/{id}/actions/attach_to_network", network::attach),
    act("/load_balancers/{id}/actions/detach_from_network", network::detach),
    act("/load_balancers/{id}/actions/enable_public_interface", network::enable_public),
    act("/load_balancers/{id}/actions/disable_public_interface", network::disable_public),
    act("/load_balancers/{id}/actions/change_algorithm", change::algorithm),
    act("/load_balancers/{id}/actions/change_type", change::change_type),
    act("/load_balancers/{id}/actions/change_dns_ptr", change::dns_ptr),
    act("/load_balancers/{id}/actions/change_protection", change::protection),
];

const fn act(path: &'static str, run: Run) -> Route {
    Route::act(path, Kind::LoadBalancer, run)
}

/// A load balancer.
#[derive(Clone, Debug)]
pub(crate) struct LoadBalancer {
    pub(crate) head: Head,
    pub(crate) of_type: String,
    pub(crate) location: String,
    pub(crate) algorithm: String,
    pub(crate) services: Vec<Service>,
    pub(crate) targets: Vec<Target>,
    pub(crate) is_public: bool,
    pub(crate) ipv4: Address,
    pub(crate) ipv6: IpAddr,
    /// Names of addresses other than those from the beginning.
    pub(crate) names: BTreeMap<IpAddr, String>,
    pub(crate) place: Option<Place>,
    pub(crate) is_protected: bool,
}

/// A load balancer's place in a network.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) network: u64,
    pub(crate) ip: Ipv4Addr,
    /// The action that makes it has ended; until then the address is only kept.
    pub(crate) is_ready: bool,
}

impl LoadBalancer {
    /// Returns the network that it is attached to.
    pub(crate) fn network(&self) -> Option<u64> {
        self.place.as_ref().filter(|place| place.is_ready).map(|place| place.network)
    }

    fn public_net(&self) -> Value {
        let own = |ip: &IpAddr| self.names.get(ip).cloned();
        let name = own(&self.ipv4.ip).unwrap_or_else(|| self.ipv4.name());
        json!({
            "enabled": self.is_public,
            "ipv4": { "ip": self.ipv4.ip, "dns_ptr": name },
            "ipv6": { "ip": self.ipv6, "dns_ptr": own(&self.ipv6) },
        })
    }
}

impl Resource for LoadBalancer {
    const KIND: Kind = Kind::LoadBalancer;

    stored_in!(load_balancers);

    fn answer(&self, world: &World) -> Value {
        let place = self.place.as_ref().filter(|place| place.is_ready);
        let place = place.map(|place| json!({ "network": place.network, "ip": place.ip }));
        let of = world.catalogue.load_balancer_type(&self.of_type);
        let target = |target: &Target| target.answer(world, self);
        json!({
            "id": self.head.id,
            "name": self.head.name,
            "public_net": self.public_net(),
            "private_net": place.into_iter().collect::<Vec<_>>(),
            "location": world.location(&self.location),
            "load_balancer_type": of.map(LoadBalancerType::answer),
            "protection": { "delete": self.is_protected },
            "labels": self.head.labels,
            "created": clock::rfc3339(self.head.created_ms),
            "services": self.services.iter().map(Service::answer).collect::<Vec<_>>(),
            "targets": self.targets.iter().map(target).collect::<Vec<_>>(),
            "algorithm": { "type": self.algorithm },
            "outgoing_traffic": 0,
            "ingoing_traffic": 0,
            "included_traffic": traffic(&self.location),
        })
    }
}

/// Deletes a load balancer by an action, as the API does since 2026-10-05.
fn delete(world: &mut World, call: &Call) -> Answer {
    let own = world.of::<LoadBalancer>(call)?;
    let (id, is_protected) = (own.head.id, own.is_protected);
    world.is_unprotected(Kind::LoadBalancer, is_protected, "deletion")?;
    let deed = Deed::new("delete_load_balancer").on(Kind::LoadBalancer, id);
    let action = world.begin(deed.done(move |world| {
        world.remove::<LoadBalancer>(id);
    }));
    Ok(Reply::ok(json!({ "action": world.action(action) })))
}

/// Begins an action whose end changes the load balancer of a call.
fn changed(
    world: &mut World,
    call: &Call,
    command: &'static str,
    change: impl FnOnce(&mut LoadBalancer) + Send + 'static,
) -> Answer {
    standard::change(world, call.id()?, command, change)
}
