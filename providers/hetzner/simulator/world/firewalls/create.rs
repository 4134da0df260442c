//! Making firewalls, with rules and with what they are applied to.

use super::{
    Firewall,
    aims::{self, Aim},
    rules,
};
use crate::world::{
    World,
    call::{Answer, Call, Reply},
    deed::Deed,
    kind::Kind,
    refusal::Refusal,
    store::needed_name,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NAME_MAX: usize = 128;

pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let mut input = call.input()?;
    let name = needed_name(&mut input, NAME_MAX);
    let labels = input.labels().unwrap_or_default();
    let rules = rules::read(&mut input).unwrap_or_default();
    let aims = aims::read(&mut input, "apply_to");
    input.done()?;
    rules::check(&rules)?;
    world.name_is_free::<Firewall>(&name, None)?;
    world.has_room_for::<Firewall>()?;
    for (at, aim) in aims.iter().enumerate() {
        is_applicable(world, aim)?;
        if aims[..at].contains(aim) {
            let message = "the server is given more than once";
            return Err(Refusal::rule("server_already_added", message));
        }
        aims::has_slots(world, None, aim)?;
    }
    let head = world.head(&name, labels);
    let has_rules = !rules.is_empty();
    let (servers, selectors) = (BTreeSet::new(), Vec::new());
    let id = world.insert(Firewall { head, rules, servers, selectors });
    let mut actions = Vec::new();
    if has_rules {
        actions.push(world.begin(Deed::new("set_firewall_rules").on(Kind::Firewall, id)));
    }
    actions.extend(aims.into_iter().map(|aim| aims::apply(world, id, aim)));
    let actions: Vec<Value> = actions.into_iter().map(|action| world.action(action)).collect();
    Ok(Reply::created(json!({ "firewall": world.show::<Firewall>(id), "actions": actions })))
}

fn is_applicable(world: &World, aim: &Aim) -> Result<(), Refusal> {
    let Aim::Server(server) = aim else { return Ok(()) };
    if !world.has_server(*server) {
        let message = "the resource was not found";
        return Err(Refusal::rule("firewall_resource_not_found", message));
    }
    if !world.is_public(*server) {
        let message = "the server has no public network interface";
        return Err(Refusal::rule("incompatible_network_type", message));
    }
    Ok(())
}
