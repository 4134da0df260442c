//! All families: their routes, a line each; and what holds objects, a line for each sort.

use super::{
    World,
    actions::{self, action_routes},
    certificates::{self, Certificate},
    firewalls::{self, Firewall},
    floating_ips::{self, FloatingIp},
    images::{self, Image},
    isos,
    kind::Kind,
    load_balancer_types,
    load_balancers::{self, LoadBalancer},
    locations,
    networks::{self, Network},
    placement_groups::{self, PlacementGroup},
    pricing,
    primary_ips::{self, PrimaryIp},
    refusal::Refusal,
    route::Route,
    rrsets::{self, RrSet},
    server_types,
    servers::{self, Server},
    ssh_keys::{self, SshKey},
    storage_boxes::{self, Snapshot, StorageBox, Subaccount},
    store::{Buried, Head, Resource},
    volumes::{self, Volume},
    zones::{self, Zone},
};
use serde_json::Value;

/// The operations of each family.
pub(crate) const ROUTES: &[&[Route]] = &[
    actions::ROUTES,
    certificates::ROUTES,
    action_routes!("/certificates", Kind::Certificate),
    firewalls::ROUTES,
    action_routes!("/firewalls", Kind::Firewall),
    floating_ips::ROUTES,
    action_routes!("/floating_ips", Kind::FloatingIp),
    images::ROUTES,
    action_routes!("/images", Kind::Image),
    isos::ROUTES,
    load_balancer_types::ROUTES,
    load_balancers::ROUTES,
    action_routes!("/load_balancers", Kind::LoadBalancer),
    locations::ROUTES,
    networks::ROUTES,
    action_routes!("/networks", Kind::Network),
    placement_groups::ROUTES,
    pricing::ROUTES,
    primary_ips::ROUTES,
    action_routes!("/primary_ips", Kind::PrimaryIp),
    server_types::ROUTES,
    servers::ROUTES,
    action_routes!("/servers", Kind::Server),
    ssh_keys::ROUTES,
    storage_boxes::ROUTES,
    action_routes!("/storage_boxes", Kind::StorageBox),
    storage_boxes::SNAPSHOT_ROUTES,
    storage_boxes::SUBACCOUNT_ROUTES,
    storage_boxes::TYPE_ROUTES,
    volumes::ROUTES,
    action_routes!("/volumes", Kind::Volume),
    rrsets::ROUTES,
    zones::ROUTES,
];

/// The sorts of objects that there are.
pub(crate) const OBJECTS: &[Objects] = &[
    Objects::of::<Certificate>(),
    Objects::of::<Firewall>(),
    Objects::of::<FloatingIp>(),
    Objects::of::<Image>(),
    Objects::of::<LoadBalancer>(),
    Objects::of::<Network>(),
    Objects::of::<PlacementGroup>(),
    Objects::of::<PrimaryIp>(),
    Objects::of::<RrSet>(),
    Objects::of::<Server>(),
    Objects::of::<Snapshot>(),
    Objects::of::<SshKey>(),
    Objects::of::<StorageBox>(),
    Objects::of::<Subaccount>(),
    Objects::of::<Volume>(),
    Objects::of::<Zone>(),
];

/// The objects of a sort, for those who know the sort only as data.
pub(crate) struct Objects {
    pub(crate) kind: Kind,
    pub(crate) ids: fn(&World) -> Vec<u64>,
    pub(crate) show: fn(&World, u64) -> Value,
    head: fn(&mut World, u64) -> Option<&mut Head>,
    exists: fn(&World, u64) -> bool,
}

impl Objects {
    const fn of<T: Resource>() -> Self {
        Self {
            kind: T::KIND,
            ids: |world| T::table(world).keys().copied().collect(),
            show: |world, id| world.show::<T>(id),
            head: |world, id| T::table_mut(world).get_mut(&id).map(T::head_mut),
            exists: |world, id| T::table(world).contains_key(&id),
        }
    }
}

/// Returns the operations that are simulated, such as `POST /servers`.
#[cfg(test)]
pub(crate) fn operations() -> Vec<String> {
    let routes = ROUTES.iter().copied().flatten();
    routes.map(|route| format!("{} {}", route.method, route.path)).collect()
}

impl World {
    /// Refuses an object that is not there.
    pub(crate) fn exists(&self, kind: Kind, id: u64) -> Result<(), Refusal> {
        let objects = OBJECTS.iter().find(|objects| objects.kind == kind);
        let is_there = objects.is_some_and(|objects| (objects.exists)(self, id));
        if is_there { Ok(()) } else { Err(Refusal::not_found(kind, id)) }
    }

    /// Returns what an object of any sort has in common with all others.
    pub(crate) fn head_of(&mut self, kind: Kind, id: u64) -> Option<&mut Head> {
        let objects = OBJECTS.iter().find(|objects| objects.kind == kind)?;
        (objects.head)(self, id)
    }

    /// Returns the sorts of objects that there can be.
    pub fn kinds(&self) -> Vec<Kind> {
        OBJECTS.iter().map(|objects| objects.kind).collect()
    }

    /// Returns all objects as they are now.
    pub(super) fn as_it_is(&mut self) -> Vec<Buried> {
        let at_ms = self.now_ms();
        let mut all = Vec::new();
        for objects in OBJECTS {
            for id in (objects.ids)(self) {
                let value = (objects.show)(self, id);
                let head = (objects.head)(self, id).cloned().unwrap_or_default();
                all.push(Buried { kind: objects.kind, head, value, at_ms });
            }
        }
        all
    }

    /// Returns an object of any sort as the API shows it.
    pub fn object(&self, kind: Kind, id: u64) -> Option<Value> {
        let objects = OBJECTS.iter().find(|objects| objects.kind == kind)?;
        (objects.exists)(self, id).then(|| (objects.show)(self, id))
    }

    /// Returns the objects of a sort as the API shows them.
    pub fn objects(&self, kind: Kind) -> Vec<Value> {
        let objects = OBJECTS.iter().filter(|objects| objects.kind == kind);
        let show = |objects: &Objects| {
            let ids = (objects.ids)(self);
            ids.into_iter().map(|id| (objects.show)(self, id)).collect::<Vec<_>>()
        };
        objects.flat_map(show).collect()
    }
}
