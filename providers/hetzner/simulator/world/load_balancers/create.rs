//! Making load balancers, with everything that they can have from the beginning.

use super::{
    LoadBalancer, Place, change::ALGORITHMS, service::Service, services, target, target::Target,
    targets,
};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    deed::Deed,
    input::Input,
    kind::Kind,
    labels::Labels,
    networks::Wish,
    refusal::Refusal,
    store::needed_name,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

const NAME_MAX: usize = 128;

/// A load balancer as it is asked for.
struct Wanted {
    name: String,
    of_type: String,
    algorithm: String,
    services: Vec<Service>,
    targets: Vec<Target>,
    labels: Labels,
    is_public: bool,
    network: Option<u64>,
    zone: Option<String>,
    location: Option<String>,
}

pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let wanted = read(call, world.now_ms())?;
    let of = world.catalogue.load_balancer_type(&wanted.of_type);
    let of = of.ok_or_else(|| Refusal::invalid("load_balancer_type", "is not a type"))?;
    let (of_type, location) = (of.name.to_owned(), site(world, &wanted)?);
    world.name_is_free::<LoadBalancer>(&wanted.name, None)?;
    world.has_room_for::<LoadBalancer>()?;
    let place = place(world, &wanted, &location)?;
    let (ipv4, ipv6) = (world.new_address(false), first_host(world.new_address(true).ip));
    let mut own = LoadBalancer {
        head: world.head(&wanted.name, wanted.labels),
        of_type,
        location,
        algorithm: wanted.algorithm,
        services: Vec::new(),
        targets: Vec::new(),
        is_public: wanted.is_public,
        ipv4,
        ipv6,
        names: BTreeMap::new(),
        place,
        is_protected: false,
    };
    for service in wanted.services {
        services::is_possible(world, &own, &service)?;
        own.services.push(service);
    }
    for target in wanted.targets {
        targets::is_possible(world, &own, &target)?;
        own.targets.push(target);
    }
    let id = world.insert(own);
    let action = world.begin(Deed::new("create_load_balancer").on(Kind::LoadBalancer, id));
    let (own, action) = (world.show::<LoadBalancer>(id), world.action(action));
    Ok(Reply::created(json!({ "load_balancer": own, "action": action })))
}

fn read(call: &Call, now_ms: u64) -> Result<Wanted, Refusal> {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    if name.trim() != name {
        input.refuse("name", "must not begin or end with a space");
    }
    let of_type = input.needed_reference("load_balancer_type");
    let algorithm = |inner: &mut Input<'_>| inner.needed_choice("type", &ALGORITHMS);
    let algorithm = input.nested("algorithm", algorithm);
    let services = input.each("services", |inner| Service::read(inner, None, now_ms));
    let targets = input.each("targets", |inner| target::read(inner, now_ms));
    let labels = input.labels().unwrap_or_default();
    let is_public = input.flag("public_interface").unwrap_or(true);
    let (network, zone) = (input.id("network"), input.text("network_zone"));
    let location = input.reference("location");
    let names_ips = |net: &Value| !net["ipv4"].is_null() || !net["ipv6"].is_null();
    if input.value("public_net").is_some_and(names_ips) {
        input.refuse("public_net", "is not simulated: load balancers get addresses of their own");
    }
    match (input.has("location"), input.has("network_zone")) {
        (true, true) => input.refuse("network_zone", "must not be given together with location"),
        (false, false) => input.refuse("location", "is required without network_zone"),
        (true, false) | (false, true) => {}
    }
    input.done()?;
    Ok(Wanted {
        name,
        of_type,
        algorithm: algorithm.unwrap_or_else(|| ALGORITHMS[0].to_owned()),
        services: services.unwrap_or_default(),
        targets: targets.unwrap_or_default().into_iter().flatten().collect(),
        labels,
        is_public,
        network,
        zone,
        location,
    })
}

/// Returns the location; of a network zone it is the first.
fn site(world: &World, wanted: &Wanted) -> Result<String, Refusal> {
    if let Some(name) = &wanted.location {
        let at = world.catalogue.location(name);
        let at = at.ok_or_else(|| Refusal::invalid("location", "is not a location"))?;
        return Ok(at.name.to_owned());
    }
    let is_meant = |zone: &str| wanted.zone.as_deref() == Some(zone);
    let at = world.catalogue.locations.iter().find(|at| is_meant(at.network_zone));
    let at = at.ok_or_else(|| Refusal::invalid("network_zone", "is not a network zone"))?;
    Ok(at.name.to_owned())
}

fn place(world: &World, wanted: &Wanted, location: &str) -> Result<Option<Place>, Refusal> {
    let Some(network) = wanted.network else {
        return if wanted.is_public { Ok(None) } else { Err(targets::not_attached()) };
    };
    let wish = Wish { network, ..Wish::default() };
    let ip = world.allocate(&wish, world.zone_of(location))?;
    Ok(Some(Place { network, ip, is_ready: true }))
}

fn first_host(network: IpAddr) -> IpAddr {
    match network {
        IpAddr::V6(network) => IpAddr::V6(Ipv6Addr::from(u128::from(network) | 1)),
        IpAddr::V4(_) => network,
    }
}
