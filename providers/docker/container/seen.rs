//! An inspected container in the form of the schema.
//!
//! Names that mean the same thing as the recorded ones are given back as recorded: an image by
//! name or id, a network by name or id. What can't be read back is left out.

use super::{
    canonical::is_default_network,
    gpus, mounts, networks, ports,
    simple::{self, Part, to_megabytes},
};
use crate::{bridge, pairs};
use infra_sdk::durations::written;
use serde_json::{Map, Value as Json, json};

/// What stands around the container on its engine.
#[derive(Clone, Default)]
pub(crate) struct World {
    /// Ids and names of all networks.
    pub(crate) networks: Vec<(String, String)>,
    /// Ids and names of all containers.
    pub(crate) containers: Vec<(String, String)>,
    /// The id that the recorded image has now; `None` if the engine does not hold it any more.
    pub(crate) image_id: Option<String>,
    /// The settings of the image that the container was made from.
    pub(crate) image: Json,
}

/// Returns an inspected container in the form of the schema; `recorded` may be empty.
pub(crate) fn seen(inspected: &Json, recorded: &Json, world: &World) -> Json {
    let empty = json!({});
    let config = inspected.get("Config").unwrap_or(&empty);
    let host = inspected.get("HostConfig").unwrap_or(&empty);
    let mut seen = Map::new();
    simple::see(config, Part::Config, &mut seen);
    simple::see(host, Part::Host, &mut seen);
    put(&mut seen, identity(inspected, recorded, world));
    put(&mut seen, process(config, host));
    put(&mut seen, resources(host));
    put(&mut seen, storage(inspected, host, recorded, world));
    put(&mut seen, connections(inspected, host, recorded, world));
    put(&mut seen, run(inspected, recorded));
    if seen.get("hostname").and_then(Json::as_str) == own_hostname(inspected) {
        seen.insert("hostname".to_owned(), Json::Null);
    }
    Json::Object(seen)
}

fn identity(inspected: &Json, recorded: &Json, world: &World) -> Json {
    let name = bridge::text(inspected, "Name").map(|name| name.trim_start_matches('/'));
    json!({"id": inspected.get("Id"), "name": name, "image": image(inspected, recorded, world)})
}

/// The recorded name, unless it means another image by now than the container was made from.
fn image(inspected: &Json, recorded: &Json, world: &World) -> Json {
    let id = bridge::text(inspected, "Image").unwrap_or_default();
    let sent = inspected.pointer("/Config/Image").and_then(Json::as_str).unwrap_or(id);
    let wanted = bridge::text(recorded, "image").unwrap_or(sent);
    let is_same = match &world.image_id {
        Some(now) => now == id,
        None => wanted == sent || wanted == id,
    };
    Json::from(if is_same { wanted } else { id })
}

fn process(config: &Json, host: &Json) -> Json {
    let policy = host.get("RestartPolicy").cloned().unwrap_or_default();
    json!({
        "env": config.get("Env"),
        "labels": pairs::map_to_labels(config.get("Labels")),
        "healthcheck": config.get("Healthcheck").filter(|h| !bridge::is_nothing(h)).map(healthcheck),
        "restart": bridge::text(&policy, "Name").unwrap_or("no"),
        "max_retry_count": policy.get("MaximumRetryCount"),
    })
}

fn healthcheck(health: &Json) -> Json {
    let time = |name: &str| written(bridge::number(health, name).unwrap_or(0));
    json!([{
        "test": health.get("Test"), "interval": time("Interval"), "timeout": time("Timeout"),
        "start_period": time("StartPeriod"), "start_interval": time("StartInterval"),
        "retries": bridge::number(health, "Retries").unwrap_or(0),
    }])
}

fn resources(host: &Json) -> Json {
    let log = host.get("LogConfig").cloned().unwrap_or_default();
    let ulimit = |u: &Json| json!({"name": u["Name"], "soft": u["Soft"], "hard": u["Hard"]});
    let capabilities = json!({"add": host.get("CapAdd"), "drop": host.get("CapDrop")});
    let has_any = ["CapAdd", "CapDrop"].iter().any(|k| !bridge::items(host, k).is_empty());
    json!({
        "memory_swap": bridge::number(host, "MemorySwap").map(to_megabytes),
        "cpus": bridge::number(host, "NanoCpus").filter(|n| *n > 0).map(written_cpus),
        "log_driver": log.get("Type"), "log_opts": log.get("Config"),
        "ulimit": bridge::items(host, "Ulimits").iter().map(ulimit).collect::<Vec<_>>(),
        "capabilities": has_any.then(|| json!([capabilities])),
    })
}

/// Billionths of processors as a decimal number, without needless zeros.
fn written_cpus(nano: i64) -> String {
    let text = format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn storage(inspected: &Json, host: &Json, recorded: &Json, world: &World) -> Json {
    let device = |d: &Json| {
        json!({
            "host_path": d.get("PathOnHost"), "container_path": d.get("PathInContainer"),
            "permissions": d.get("CgroupPermissions"),
        })
    };
    let requests = gpus::seen(host);
    let gpus = bridge::text(recorded, "gpus")
        .filter(|_| !bridge::items(host, "DeviceRequests").is_empty());
    json!({
        "mounts": mounts::seen_mounts(host),
        "volumes": mounts::seen_volumes(inspected, &world.image),
        "devices": bridge::items(host, "Devices").iter().map(device).collect::<Vec<_>>(),
        // The shorthand leaves no trace; what it stands for is compared on both sides.
        "gpus": gpus,
        "device_requests": if gpus.is_some() { Json::Array(Vec::new()) } else { requests },
    })
}

fn connections(inspected: &Json, host: &Json, recorded: &Json, world: &World) -> Json {
    let extra = bridge::texts(host, "ExtraHosts").into_iter().filter_map(|line| {
        let (name, ip) = line.split_once(':')?;
        Some(json!({"host": name, "ip": ip}))
    });
    json!({
        "host": extra.collect::<Vec<_>>(),
        "ports": ports::seen(inspected),
        "network_mode": network_mode(host, recorded, world),
        "pid_mode": joined(host.get("PidMode"), recorded.get("pid_mode"), world),
        "ipc_mode": joined(host.get("IpcMode"), recorded.get("ipc_mode"), world),
        "networks_advanced": networks::seen(inspected, recorded, world),
        "network_data": networks::data(inspected),
        "bridge": inspected.pointer("/NetworkSettings/Bridge"),
    })
}

/// The recorded mode, if it means the same network or container.
fn network_mode(host: &Json, recorded: &Json, world: &World) -> Json {
    let now = bridge::text(host, "NetworkMode").unwrap_or_default();
    let wanted = recorded.get("network_mode");
    if let Some(wanted) = wanted.and_then(Json::as_str)
        && !is_default_network(now)
        && networks::is_same(wanted, now, world)
    {
        return Json::from(wanted);
    }
    if is_default_network(now) {
        Json::from("bridge")
    } else {
        joined(Some(&Json::from(now)), wanted, world)
    }
}

/// A mode of the form `container:X`, as recorded if X is the same container.
fn joined(now: Option<&Json>, wanted: Option<&Json>, world: &World) -> Json {
    let container =
        |mode: Option<&Json>| mode?.as_str()?.strip_prefix("container:").map(str::to_owned);
    if let (Some(a), Some(b)) = (container(now), container(wanted))
        && find(&world.containers, &a).is_some_and(|id| Some(id) == find(&world.containers, &b))
    {
        return wanted.cloned().unwrap_or_default();
    }
    now.cloned().unwrap_or_default()
}

/// Returns the id of a thing by its id, the beginning of it, or its name.
pub(crate) fn find<'a>(all: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    const PREFIX_MIN: usize = 12;
    let by_name = all.iter().find(|(id, name)| name == wanted || id == wanted);
    let by_prefix =
        || all.iter().find(|(id, _)| wanted.len() >= PREFIX_MIN && id.starts_with(wanted));
    by_name.or_else(by_prefix).map(|(id, _)| id.as_str())
}

/// A container that should run and does not is different from its record; one that was to run once,
/// or never, is not.
fn run(inspected: &Json, recorded: &Json) -> Json {
    let state = inspected.get("State").cloned().unwrap_or_default();
    let is_running = ["Running", "Restarting"].iter().any(|name| bridge::is_true(&state, name));
    let must = recorded.get("must_run").and_then(Json::as_bool).unwrap_or(true);
    let is_meant = must && super::runs_on(recorded);
    let exit_code = (!is_running).then(|| state.get("ExitCode").cloned()).flatten();
    json!({
        "must_run": if is_meant { is_running } else { must },
        "exit_code": if is_running { recorded.get("exit_code").cloned() } else { exit_code },
    })
}

/// The name that the engine gives to a container that has none.
fn own_hostname(inspected: &Json) -> Option<&str> {
    const LENGTH: usize = 12;
    bridge::text(inspected, "Id")?.get(..LENGTH)
}

fn put(seen: &mut Map<String, Json>, more: Json) {
    seen.extend(bridge::fields(more));
}
