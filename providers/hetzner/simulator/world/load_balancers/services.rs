//! Adding, updating and deleting services, which are known by the port that they listen to.

use super::{LoadBalancer, changed, service::Service};
use crate::world::{
    World,
    call::{Answer, Call},
    kind::Kind,
    refusal::Refusal,
};
use std::collections::BTreeSet;

pub(super) fn add(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let service = Service::read(&mut input, None, world.now_ms());
    input.done()?;
    is_possible(world, world.of::<LoadBalancer>(call)?, &service)?;
    changed(world, call, "add_service", |own| own.services.push(service))
}

/// Refuses a service that a load balancer can not have besides those that it has.
pub(super) fn is_possible(
    world: &World,
    own: &LoadBalancer,
    service: &Service,
) -> Result<(), Refusal> {
    if own.services.iter().any(|other| other.listen_port == service.listen_port) {
        let message = format!("the port {} is already in use", service.listen_port);
        return Err(Refusal::new(412, "source_port_already_used", message));
    }
    let of = world.catalogue.load_balancer_type(&own.of_type);
    if of.is_some_and(|of| own.services.len() as u64 >= of.services_max) {
        return Err(Refusal::limit("load_balancer_service_limit"));
    }
    has_certificates(world, own, service)
}

/// Refuses certificates that are not there, or that are too many.
fn has_certificates(world: &World, own: &LoadBalancer, service: &Service) -> Result<(), Refusal> {
    for certificate in service.certificates() {
        world.exists(Kind::Certificate, *certificate)?;
    }
    let others = own.services.iter().filter(|other| other.listen_port != service.listen_port);
    let all: BTreeSet<&u64> = others.chain([service]).flat_map(Service::certificates).collect();
    let of = world.catalogue.load_balancer_type(&own.of_type);
    if of.is_some_and(|of| all.len() as u64 > of.certificates_max) {
        return Err(Refusal::limit("load_balancer_certificate_limit"));
    }
    Ok(())
}

pub(super) fn update(world: &mut World, call: &Call) -> Answer {
    let own = world.of::<LoadBalancer>(call)?;
    let mut input = call.input()?;
    let port = input.needed_id("listen_port");
    let Some(before) = own.services.iter().find(|service| service.listen_port == port) else {
        input.done()?;
        return Err(Refusal::missing("service"));
    };
    let service = Service::read(&mut input, Some(before), world.now_ms());
    input.done()?;
    has_certificates(world, own, &service)?;
    changed(world, call, "update_service", move |own| {
        for other in own.services.iter_mut().filter(|other| other.listen_port == port) {
            other.clone_from(&service);
        }
    })
}

pub(super) fn delete(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let port = input.needed_id("listen_port");
    input.done()?;
    let own = world.of::<LoadBalancer>(call)?;
    if !own.services.iter().any(|service| service.listen_port == port) {
        return Err(Refusal::missing("service"));
    }
    changed(world, call, "delete_service", move |own| {
        own.services.retain(|service| service.listen_port != port);
    })
}
