//! Published ports, as blocks and as the engine keeps them.

use crate::bridge;
use serde_json::{Map, Value as Json, json};

/// Every address of the host.
pub(crate) const EVERY_ADDRESS: &str = "0.0.0.0";

fn key(block: &Json) -> String {
    let protocol = bridge::text(block, "protocol").unwrap_or("tcp").to_lowercase();
    format!("{}/{protocol}", bridge::number(block, "internal").unwrap_or(0))
}

/// Returns the ports that are open inside.
pub(crate) fn exposed(spec: &Json) -> Option<Json> {
    let ports = bridge::items(spec, "ports").iter();
    let map: Map<String, Json> = ports.map(|block| (key(block), json!({}))).collect();
    (!map.is_empty()).then_some(Json::Object(map))
}

/// Returns where they are published; without a port the engine takes any free one.
pub(crate) fn bindings(spec: &Json) -> Option<Json> {
    let mut map: Map<String, Json> = Map::new();
    for block in bridge::items(spec, "ports") {
        let external = bridge::number(block, "external").filter(|port| *port != 0);
        let binding = json!({
            "HostIp": bridge::text(block, "ip").unwrap_or_default(),
            "HostPort": external.map(|port| port.to_string()).unwrap_or_default(),
        });
        let all = map.entry(key(block)).or_insert_with(|| json!([]));
        if let Some(all) = all.as_array_mut() {
            all.push(binding);
        }
    }
    (!map.is_empty()).then_some(Json::Object(map))
}

/// Returns published ports as blocks, each with the port that it has now if the engine chose it.
///
/// They are read from what was asked and not from what is open, which is nothing while a container
/// is stopped.
pub(crate) fn seen(inspected: &Json) -> Json {
    let asked = inspected.pointer("/HostConfig/PortBindings").and_then(Json::as_object);
    let mut blocks = Vec::new();
    for (key, bindings) in asked.into_iter().flatten() {
        let (internal, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
        let bindings = bindings.as_array().map_or(&[][..], Vec::as_slice);
        for (position, binding) in bindings.iter().enumerate() {
            let fixed = bridge::text(binding, "HostPort").and_then(|p| p.parse::<i64>().ok());
            let fixed = fixed.filter(|port| *port != 0);
            let ip = canonical_ip(bridge::text(binding, "HostIp").unwrap_or_default());
            let now = || chosen(inspected, &format!("{internal}/{protocol}"), ip, position);
            blocks.push(json!({
                "internal": internal.parse::<i64>().ok(), "protocol": protocol, "ip": ip,
                "external": fixed.or_else(now), "is_chosen": fixed.is_none(),
            }));
        }
    }
    Json::Array(blocks)
}

/// The port that the engine chose: the twin for IPv6 is not ours.
fn chosen(inspected: &Json, key: &str, ip: &str, position: usize) -> Option<i64> {
    let open = inspected.pointer("/NetworkSettings/Ports")?.get(key)?.as_array()?;
    let same = |b: &&Json| canonical_ip(bridge::text(b, "HostIp").unwrap_or_default()) == ip;
    let of_address: Vec<&Json> = open.iter().filter(same).collect();
    let found = of_address.get(position).or(of_address.first())?;
    bridge::text(found, "HostPort")?.parse().ok()
}

fn canonical_ip(ip: &str) -> &str {
    if ip.is_empty() { EVERY_ADDRESS } else { ip }
}

/// Returns whether two lists of blocks publish the same; a port that is left open on either side
/// is whatever the engine chose.
pub(crate) fn is_same(a: &Json, b: &Json) -> bool {
    let (a, b) = (a.as_array(), b.as_array());
    let (a, mut left) = match (a, b) {
        (Some(a), Some(b)) => (a.clone(), b.clone()),
        _ => return a.is_none_or(Vec::is_empty) && b.is_none_or(Vec::is_empty),
    };
    // Those with a fixed port first, so that an open one does not take their match away.
    let mut a = a;
    a.sort_by_key(is_open);
    a.len() == left.len()
        && a.iter().all(|block| {
            let found = left.iter().position(|other| fits(block, other));
            found.map(|at| left.remove(at)).is_some()
        })
}

/// Returns the recorded blocks in their order with the ports that the engine has chosen by now.
pub(crate) fn refreshed(recorded: &Json, seen: &Json) -> Json {
    let mut left = seen.as_array().cloned().unwrap_or_default();
    let mut blocks = recorded.as_array().cloned().unwrap_or_default();
    for block in &mut blocks {
        let Some(at) = left.iter().position(|other| fits(block, other)) else { continue };
        let now = left.remove(at);
        if bridge::is_true(&now, "is_chosen") && bridge::number(&now, "external").is_some() {
            block["external"] = now["external"].clone();
        }
    }
    Json::Array(blocks)
}

fn is_open(block: &Json) -> bool {
    bridge::number(block, "external").unwrap_or(0) == 0 || bridge::is_true(block, "is_chosen")
}

fn fits(a: &Json, b: &Json) -> bool {
    let ip = |block: &Json| canonical_ip(bridge::text(block, "ip").unwrap_or_default()).to_owned();
    let port = |block: &Json| bridge::number(block, "external");
    key(a) == key(b) && ip(a) == ip(b) && (is_open(a) || is_open(b) || port(a) == port(b))
}
