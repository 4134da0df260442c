//! The networks of a container: what is asked, what is there, and the way from one to the other.

use super::{
    canonical::{canonical, is_default_network},
    seen::{World, find},
};
use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, is_missing},
    network, pairs,
};
use bollard::models::{NetworkConnectRequest, NetworkDisconnectRequest};
use infra_model::path::Path;
use serde_json::{Value as Json, json};

/// Modes under which a container has no networks of its own.
const WITHOUT: &[&str] = &["host", "none"];

/// Returns whether two names mean one network.
pub(crate) fn is_same(a: &str, b: &str, world: &World) -> bool {
    a == b || find(&world.networks, a).is_some_and(|id| Some(id) == find(&world.networks, b))
}

/// Returns whether a mode leaves no room for networks.
pub(crate) fn is_without(mode: &str) -> bool {
    WITHOUT.contains(&mode) || mode.starts_with("container:")
}

/// Returns the networks of an inspected container as blocks, under their recorded names, without
/// the one that its mode implies.
pub(crate) fn seen(inspected: &Json, recorded: &Json, world: &World) -> Json {
    let mode =
        inspected.pointer("/HostConfig/NetworkMode").and_then(Json::as_str).unwrap_or_default();
    let implied = if is_default_network(mode) { "bridge" } else { mode };
    let blocks = bridge::items(recorded, "networks_advanced");
    let networks = inspected.pointer("/NetworkSettings/Networks").and_then(Json::as_object);
    let mut all = Vec::new();
    for (name, endpoint) in networks.into_iter().flatten() {
        let id = bridge::text(endpoint, "NetworkID").unwrap_or(name);
        let is_it = |block: &&Json| {
            let wanted = bridge::text(block, "name").unwrap_or_default();
            wanted == name || wanted == id || is_same(wanted, name, world)
        };
        let block = blocks.iter().find(is_it);
        if block.is_none() && (name == implied || is_same(name, implied, world) || is_without(name))
        {
            continue;
        }
        let wanted = block.and_then(|b| bridge::text(b, "name")).unwrap_or(name);
        all.push(endpoint_block(wanted, endpoint, block, inspected));
    }
    Json::Array(all)
}

/// Addresses that the engine chose are not what was asked; what is unknown while a container is
/// stopped is as recorded.
fn endpoint_block(name: &str, endpoint: &Json, block: Option<&Json>, inspected: &Json) -> Json {
    let own = |key: &str| endpoint.pointer("/IPAMConfig").and_then(|c| c.get(key)).cloned();
    let recorded = |key: &str| block.and_then(|b| b.get(key)).cloned();
    let mac = recorded("mac_address").map(|wanted| {
        let now = bridge::text(endpoint, "MacAddress").map(Json::from);
        now.unwrap_or(wanted)
    });
    let options = endpoint.get("DriverOpts").and_then(Json::as_object);
    json!({
        "name": name, "aliases": aliases(endpoint, inspected),
        "ipv4_address": own("IPv4Address"), "ipv6_address": own("IPv6Address"),
        "link_local_ips": own("LinkLocalIPs"), "mac_address": mac,
        "driver_opts": options.map(pairs::map_to_assignments),
        "gw_priority": endpoint.get("GwPriority").cloned().or_else(|| recorded("gw_priority")),
    })
}

/// The engine adds the beginning of the id.
fn aliases(endpoint: &Json, inspected: &Json) -> Vec<Json> {
    let id = bridge::text(inspected, "Id").unwrap_or_default();
    let is_added = |alias: &str| alias.len() >= 12 && id.starts_with(alias);
    let all = bridge::texts(endpoint, "Aliases").into_iter();
    all.filter(|alias| !is_added(alias)).map(Json::from).collect()
}

/// Returns what the engine tells of each network, for people and other resources.
pub(crate) fn data(inspected: &Json) -> Json {
    let networks = inspected.pointer("/NetworkSettings/Networks").and_then(Json::as_object);
    let one = |(name, e): (&String, &Json)| {
        let text = |key: &str| bridge::text(e, key).unwrap_or_default().to_owned();
        let number = |key: &str| bridge::number(e, key).unwrap_or(0);
        json!({
            "network_name": name, "ip_address": text("IPAddress"),
            "ip_prefix_length": number("IPPrefixLen"), "gateway": text("Gateway"),
            "global_ipv6_address": text("GlobalIPv6Address"),
            "global_ipv6_prefix_length": number("GlobalIPv6PrefixLen"),
            "ipv6_gateway": text("IPv6Gateway"), "mac_address": text("MacAddress"),
        })
    };
    Json::Array(networks.into_iter().flatten().map(one).collect())
}

/// Brings the networks of a container to what is asked, new ones first.
pub(crate) async fn settle(engine: &Engine, id: &str, spec: &Json, now: &Json) -> Outcome<()> {
    let mode = bridge::text(spec, "network_mode").unwrap_or_default();
    if is_without(mode) {
        return Ok(());
    }
    let world = World { networks: ids(engine).await?, ..World::default() };
    let wanted = wanted(spec, mode);
    let current = now.pointer("/NetworkSettings/Networks").and_then(Json::as_object).cloned();
    let current = current.unwrap_or_default();
    let attached = seen(now, spec, &world);
    for block in &wanted {
        let name = bridge::text(block, "name").unwrap_or_default();
        let there = current.keys().find(|key| is_same(name, key, &world));
        let same = |other: &&Json| bridge::text(other, "name") == Some(name);
        let is_implied = block.get("implied").is_some();
        if let Some(key) = there {
            let is_right = bridge::items(&json!({ "a": attached }), "a")
                .iter()
                .find(same)
                .is_some_and(|other| {
                    let one = |block: &Json| {
                        canonical(
                            "networks_advanced",
                            &json!({"networks_advanced": [block]}),
                            &Json::Null,
                        )
                    };
                    one(other) == one(block)
                });
            if is_implied || is_right {
                continue;
            }
            disconnect(engine, id, key).await?;
        }
        connect(engine, id, name, block).await?;
    }
    for key in current.keys() {
        let is_wanted = wanted
            .iter()
            .any(|b| is_same(bridge::text(b, "name").unwrap_or_default(), key, &world));
        if !is_wanted && !is_without(key) {
            disconnect(engine, id, key).await?;
        }
    }
    Ok(())
}

/// The blocks, and the network of the mode unless it is the default one that blocks take the place
/// of.
fn wanted(spec: &Json, mode: &str) -> Vec<Json> {
    let mut wanted = bridge::items(spec, "networks_advanced").to_vec();
    let is_named = |block: &Json| bridge::text(block, "name") == Some(mode);
    if is_default_network(mode) {
        if wanted.is_empty() {
            wanted.push(json!({"name": "bridge", "implied": true}));
        }
    } else if !wanted.iter().any(is_named) {
        wanted.push(json!({"name": mode, "implied": true}));
    }
    wanted
}

/// Returns ids and names of all networks.
pub(crate) async fn ids(engine: &Engine) -> Outcome<Vec<(String, String)>> {
    let pair =
        |n: &Json| Some((bridge::text(n, "Id")?.to_owned(), bridge::text(n, "Name")?.to_owned()));
    Ok(network::requests::list(engine).await?.iter().filter_map(pair).collect())
}

async fn connect(engine: &Engine, id: &str, name: &str, block: &Json) -> Outcome<()> {
    let options = pairs::assignments_to_map(bridge::texts(block, "driver_opts"));
    let body = json!({
        "Container": id,
        "EndpointConfig": {
            "Aliases": block.get("aliases"), "MacAddress": block.get("mac_address"),
            "DriverOpts": (!options.is_empty()).then_some(options),
            "GwPriority": block.get("gw_priority"),
            "IPAMConfig": {
                "IPv4Address": block.get("ipv4_address"), "IPv6Address": block.get("ipv6_address"),
                "LinkLocalIPs": block.get("link_local_ips"),
            },
        },
    });
    let request: NetworkConnectRequest = bridge::parsed(body)?;
    let doing = format!("connecting the container to network `{name}`");
    engine.docker.connect_network(name, request).await.map_err(|error| {
        let mut failure = Failure::of(&error, &doing);
        failure = failure.map(|d| d.at_path(Path::attribute("networks_advanced")));
        failure
    })
}

async fn disconnect(engine: &Engine, id: &str, name: &str) -> Outcome<()> {
    let request = NetworkDisconnectRequest { container: id.to_owned(), force: Some(true) };
    match engine.docker.disconnect_network(name, request).await {
        Ok(()) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => {
            let doing = format!("disconnecting the container from network `{name}`");
            Err(Failure::of(&error, &doing))
        }
    }
}
