//! A target of a load balancer: a server, the servers with certain labels, or an address.

use super::LoadBalancer;
use crate::world::{World, input::Input, selector::Selector};
use serde_json::{Value, json};
use std::net::IpAddr;

const SELECTOR_MAX: usize = 1_000;

/// What a target is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    Server(u64),
    Selector(String),
    Ip(IpAddr),
}

/// A target.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(super) aim: Aim,
    pub(super) uses_private_ip: bool,
    pub(super) since_ms: u64,
}

impl Target {
    pub(super) fn answer(&self, world: &World, of: &LoadBalancer) -> Value {
        let health = |server: Option<u64>| world.health(of, self, server);
        let member = |server: u64| {
            json!({
                "type": "server",
                "server": { "id": server },
                "health_status": health(Some(server)),
                "use_private_ip": self.uses_private_ip,
            })
        };
        match &self.aim {
            Aim::Server(server) => member(*server),
            Aim::Selector(text) => {
                let members = world.target_members(of, self);
                json!({
                    "type": "label_selector",
                    "label_selector": { "selector": text },
                    "targets": members.into_iter().map(member).collect::<Vec<_>>(),
                    "use_private_ip": self.uses_private_ip,
                })
            }
            Aim::Ip(ip) => {
                json!({ "type": "ip", "ip": { "ip": ip }, "health_status": health(None) })
            }
        }
    }
}

/// Reads what a target is.
pub(super) fn read_aim(input: &mut Input<'_>) -> Option<Aim> {
    let sort = input.needed_choice("type", &["server", "label_selector", "ip"]);
    if sort.is_empty() {
        return None;
    }
    if input.value(&sort).is_none() {
        input.refuse(&sort, format!("is required for type {sort}"));
    }
    match sort.as_str() {
        "server" => input.nested("server", |inner| Aim::Server(inner.needed_id("id"))),
        "label_selector" => input.nested("label_selector", |inner| Aim::Selector(selector(inner))),
        _ => input.nested("ip", address).flatten(),
    }
}

/// Reads a target.
pub(super) fn read(input: &mut Input<'_>, now_ms: u64) -> Option<Target> {
    let aim = read_aim(input);
    let uses_private_ip = input.flag("use_private_ip").unwrap_or(false);
    if uses_private_ip && matches!(aim, Some(Aim::Ip(_))) {
        input.refuse("use_private_ip", "is for the types server and label_selector");
    }
    Some(Target { aim: aim?, uses_private_ip, since_ms: now_ms })
}

fn selector(input: &mut Input<'_>) -> String {
    let text = input.needed_text("selector");
    let is_given = input.value("selector").is_some();
    if is_given && (text.len() > SELECTOR_MAX || Selector::read(&text).is_none()) {
        input.refuse("selector", "is not a label selector");
    }
    text
}

fn address(input: &mut Input<'_>) -> Option<Aim> {
    let text = input.needed_text("ip");
    let ip = text.parse().ok();
    if ip.is_none() && !text.is_empty() {
        input.refuse("ip", "is not an IP address");
    }
    ip.map(Aim::Ip)
}
