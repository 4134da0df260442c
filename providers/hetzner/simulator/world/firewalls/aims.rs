//! What firewalls are applied to: servers, and label selectors, which own the servers they select.

use super::Firewall;
use crate::world::{
    World, deed::Deed, input::Input, kind::Kind, refusal::Refusal, selector::Selector,
    servers::Server,
};

/// How many firewalls a server has.
const PER_SERVER_MAX: usize = 5;

/// Something that a firewall is applied to, or taken away from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    Server(u64),
    Selector(String),
}

/// Reads a list of what a firewall is for.
pub(super) fn read(input: &mut Input<'_>, field: &str) -> Vec<Aim> {
    let aims = input.each(field, aim).unwrap_or_default();
    aims.into_iter().flatten().collect()
}

fn aim(input: &mut Input<'_>) -> Option<Aim> {
    let sort = input.needed_choice("type", &["server", "label_selector"]);
    if sort.is_empty() {
        return None;
    }
    if input.value(&sort).is_none() {
        input.refuse(&sort, format!("is required for type {sort}"));
    }
    if sort == "server" {
        return input.nested("server", |server| Aim::Server(server.needed_id("id")));
    }
    input.nested("label_selector", |inner| {
        let text = inner.needed_text("selector");
        if !text.is_empty() && Selector::read(&text).is_none() {
            inner.refuse("selector", "is not a label selector");
        }
        Aim::Selector(text)
    })
}

/// Returns the servers below a firewall, applied to directly or selected.
pub(super) fn servers(world: &World, firewall: u64) -> Vec<u64> {
    let Some(firewall) = world.firewalls.get(&firewall) else { return Vec::new() };
    let is_below = |server: &&Server| firewall.is_for(server.head.id, &server.head.labels);
    world.servers.values().filter(is_below).map(|server| server.head.id).collect()
}

/// Returns the servers that something is, or selects.
pub(super) fn members(world: &World, aim: &Aim) -> Vec<u64> {
    match aim {
        Aim::Server(server) => vec![*server],
        Aim::Selector(text) => world.servers_selected(text),
    }
}

/// Refuses servers that have as many firewalls as there can be.
pub(super) fn has_slots(world: &World, firewall: Option<u64>, aim: &Aim) -> Result<(), Refusal> {
    for server in members(world, aim) {
        let own = world.firewalls_of(world.find(server)?);
        let others = own.iter().filter(|own| Some(**own) != firewall);
        if others.count() >= PER_SERVER_MAX {
            return Err(Refusal::limit("server_firewall_limit"));
        }
    }
    Ok(())
}

/// Begins to apply a firewall.
pub(super) fn apply(world: &mut World, firewall: u64, aim: Aim) -> u64 {
    let mut deed = Deed::new("apply_firewall");
    for server in members(world, &aim) {
        deed = deed.with(Kind::Server, server);
    }
    world.begin(deed.on(Kind::Firewall, firewall).done(move |world| {
        let is_there = |aim: &Aim| match aim {
            Aim::Server(server) => world.has_server(*server),
            Aim::Selector(_) => true,
        };
        if !is_there(&aim) {
            return;
        }
        world.alter(firewall, |firewall: &mut Firewall| match aim {
            Aim::Server(server) => drop(firewall.servers.insert(server)),
            Aim::Selector(text) => firewall.selectors.push(text),
        });
    }))
}

/// Begins to take a firewall away.
pub(super) fn remove(world: &mut World, firewall: u64, aim: Aim) -> u64 {
    let mut deed = Deed::new("remove_firewall");
    for server in members(world, &aim) {
        deed = deed.with(Kind::Server, server);
    }
    world.begin(deed.on(Kind::Firewall, firewall).done(move |world| {
        world.alter(firewall, |firewall: &mut Firewall| match aim {
            Aim::Server(server) => drop(firewall.servers.remove(&server)),
            Aim::Selector(text) => firewall.selectors.retain(|own| *own != text),
        });
    }))
}
