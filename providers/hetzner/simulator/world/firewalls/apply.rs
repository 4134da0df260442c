//! Applying firewalls to servers and label selectors, and taking them away.

use super::{
    Firewall,
    aims::{self, Aim},
};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    kind::Kind,
    refusal::Refusal,
};
use serde_json::{Value, json};

pub(super) fn apply(world: &mut World, call: &Call) -> Answer {
    let (id, aims) = read(world, call, "apply_to")?;
    for (at, aim) in aims.iter().enumerate() {
        is_applicable(world, id, aim)?;
        if aims[..at].contains(aim) {
            return Err(already());
        }
        aims::has_slots(world, Some(id), aim)?;
    }
    let begun = aims.into_iter().map(|aim| aims::apply(world, id, aim)).collect();
    Ok(acted(world, begun))
}

pub(super) fn remove(world: &mut World, call: &Call) -> Answer {
    let (id, aims) = read(world, call, "remove_from")?;
    for aim in &aims {
        is_removable(world, id, aim)?;
    }
    let begun = aims.into_iter().map(|aim| aims::remove(world, id, aim)).collect();
    Ok(acted(world, begun))
}

fn read(world: &mut World, call: &Call, field: &str) -> Result<(u64, Vec<Aim>), Refusal> {
    let id = call.id()?;
    world.is_calm(Kind::Firewall, id)?;
    let mut input = call.input()?;
    let aims = aims::read(&mut input, field);
    let is_empty = input.value(field).is_none_or(|value| value == &json!([]));
    if is_empty {
        input.refuse(field, "must have at least one entry");
    }
    input.done()?;
    Ok((id, aims))
}

fn is_applicable(world: &World, id: u64, aim: &Aim) -> Result<(), Refusal> {
    let firewall = world.find::<Firewall>(id)?;
    match aim {
        Aim::Server(server) if !world.has_server(*server) => Err(missing()),
        Aim::Server(server) if firewall.servers.contains(server) => Err(already()),
        Aim::Server(server) if !world.is_public(*server) => {
            let message = "the server has no public network interface";
            Err(Refusal::rule("private_net_only_server", message))
        }
        Aim::Selector(text) if firewall.selectors.contains(text) => Err(already()),
        Aim::Server(_) | Aim::Selector(_) => Ok(()),
    }
}

fn is_removable(world: &World, id: u64, aim: &Aim) -> Result<(), Refusal> {
    let firewall = world.find::<Firewall>(id)?;
    match aim {
        Aim::Server(server) if firewall.servers.contains(server) => Ok(()),
        Aim::Server(server) if aims::servers(world, id).contains(server) => {
            let message = "the firewall is applied to the server by a label selector";
            Err(Refusal::rule("firewall_managed_by_label_selector", message))
        }
        Aim::Selector(text) if firewall.selectors.contains(text) => Ok(()),
        Aim::Server(_) | Aim::Selector(_) => Err(missing()),
    }
}

fn already() -> Refusal {
    Refusal::rule("firewall_already_applied", "the firewall is already applied to the resource")
}

fn missing() -> Refusal {
    Refusal::new(404, "firewall_resource_not_found", "the resource was not found")
}

fn acted(world: &World, actions: Vec<u64>) -> Reply {
    let actions: Vec<Value> = actions.into_iter().map(|action| world.action(action)).collect();
    Reply::created(json!({ "actions": actions }))
}
