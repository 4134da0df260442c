//! When two ways of writing an attribute of a container mean the same.
//!
//! Each side is a whole value in the form of the schema: some attributes mean something only
//! together (`entrypoint` drops the image's command, `memory` sets the swap), and many mean less
//! beside what the image brings. `false`, `0`, `""`, `[]`, `{}` and null are one thing here.

use super::{
    body::{memory_swap, parse_cpus},
    gpus,
    mounts::cleaned,
    ports,
    simple::MEGABYTE,
};
use crate::{bridge, pairs};
use infra_sdk::durations::nanoseconds;
use serde_json::{Map, Value as Json, json};

/// Two values of a container, and the settings of the image that both rest on.
pub(crate) struct Sides<'a> {
    /// One side.
    pub(crate) left: &'a Json,
    /// The other side.
    pub(crate) right: &'a Json,
    /// The image's settings; null if they are not known.
    pub(crate) image: &'a Json,
}

impl Sides<'_> {
    /// Returns whether an attribute means the same on both sides.
    pub(crate) fn is_same(&self, name: &str) -> bool {
        if name == "ports" {
            return ports::is_same(&self.left[name], &self.right[name]);
        }
        canonical(name, self.left, self.image) == canonical(name, self.right, self.image)
    }
}

/// Returns the meaning of an attribute of a value.
pub(crate) fn canonical(name: &str, spec: &Json, image: &Json) -> Json {
    let value = spec.get(name).unwrap_or(&Json::Null);
    let plain = match name {
        "env" => {
            minus(assignments(bridge::texts(spec, name)), &assignments(bridge::texts(image, "Env")))
        }
        "labels" => minus(pairs::labels_to_map(spec, name), &object(image.get("Labels"))),
        "command" => json!(effective(spec, image).1),
        "entrypoint" => json!(effective(spec, image).0),
        "user" => unless_inherited(value, image.get("User")),
        "working_dir" => {
            let path = |json: &Json| Json::from(json.as_str().map(cleaned).unwrap_or_default());
            unless_inherited(&path(value), image.get("WorkingDir").map(path).as_ref())
        }
        "stop_signal" => {
            unless_inherited(&signal(value), image.get("StopSignal").map(signal).as_ref())
        }
        "healthcheck" => health(bridge::items(spec, name).first(), image),
        "memory_swap" => json!(memory_swap(spec).unwrap_or_else(|| {
            bridge::number(spec, "memory").unwrap_or(0).saturating_mul(2 * MEGABYTE)
        })),
        "cpus" => json!(value.as_str().and_then(parse_cpus)),
        "restart" => json!(value.as_str().filter(|policy| *policy != "no")),
        "network_mode" => json!(value.as_str().filter(|mode| !is_default_network(mode))),
        "security_opts" => security(spec),
        "capabilities" => capabilities(value),
        "device_requests" | "gpus" => requests(spec),
        "dns" | "dns_opts" | "dns_search" | "group_add" => sorted(each(value, Clone::clone)),
        "tmpfs" => kept(object(Some(value)).into_iter().map(|(k, v)| (cleaned(&k), v))),
        "sysctls" | "storage_opts" | "log_opts" => kept(object(Some(value))),
        "devices" => sorted(each(value, device)),
        "mounts" => sorted(each(value, mount)),
        "volumes" => {
            sorted(each(value, volume).into_iter().filter(|v| !is_of_image(v, image)).collect())
        }
        "networks_advanced" => sorted(each(value, network)),
        "host" | "ulimit" | "device_read_bps" | "device_read_iops" | "device_write_bps"
        | "device_write_iops" => sorted(each(value, pruned)),
        _ => value.clone(),
    };
    // An explicit `false` is not what stands where nothing is said of these.
    if matches!(name, "init" | "must_run") { plain } else { pruned(&plain) }
}

/// Returns whether a network mode is the one of a container that names none.
pub(crate) fn is_default_network(mode: &str) -> bool {
    matches!(mode, "" | "default" | "bridge")
}

/// Returns entrypoint and command as they will run: an own entrypoint drops the image's command.
fn effective(spec: &Json, image: &Json) -> (Vec<Json>, Vec<Json>) {
    let own = |json: &Json, name: &str| bridge::items(json, name).to_vec();
    let (entrypoint, command) = (own(spec, "entrypoint"), own(spec, "command"));
    let inherits = entrypoint.is_empty();
    let command = if inherits && command.is_empty() { own(image, "Cmd") } else { command };
    (if inherits { own(image, "Entrypoint") } else { entrypoint }, command)
}

/// Fields that are open or zero come from the image, one by one.
fn health(block: Option<&Json>, image: &Json) -> Json {
    let inherited = image.get("Healthcheck").unwrap_or(&Json::Null);
    let time = |name: &str, key: &str| {
        let own = block.and_then(|b| bridge::text(b, name)).and_then(nanoseconds);
        own.filter(|n| *n != 0).or_else(|| bridge::number(inherited, key))
    };
    let test = block.map(|b| bridge::items(b, "test")).filter(|test| !test.is_empty());
    let retries = block.and_then(|b| bridge::number(b, "retries")).filter(|n| *n != 0);
    json!({
        "test": test.unwrap_or_else(|| bridge::items(inherited, "Test")),
        "interval": time("interval", "Interval"), "timeout": time("timeout", "Timeout"),
        "start_period": time("start_period", "StartPeriod"),
        "start_interval": time("start_interval", "StartInterval"),
        "retries": retries.or_else(|| bridge::number(inherited, "Retries")),
    })
}

fn signal(value: &Json) -> Json {
    let name = value.as_str().unwrap_or_default().to_uppercase();
    Json::from(name.strip_prefix("SIG").unwrap_or(&name))
}

/// A privileged container, or one with the host's processes, gets `label=disable` by itself.
fn security(spec: &Json) -> Json {
    let is_host = |name: &str| bridge::text(spec, name) == Some("host");
    let is_open = bridge::is_true(spec, "privileged") || is_host("pid_mode") || is_host("ipc_mode");
    let one = |text: &str| match text {
        "no-new-privileges" | "no-new-privileges:true" | "no-new-privileges=true" => {
            "no-new-privileges=true".to_owned()
        }
        // Both separators are read; what follows the first one is content.
        other => match other.find([':', '=']) {
            Some(at) => format!("{}={}", &other[..at], &other[at + 1..]),
            None => other.to_owned(),
        },
    };
    let all = bridge::texts(spec, "security_opts").into_iter().map(one);
    sorted(all.filter(|o| !(is_open && o == "label=disable")).map(Json::from).collect())
}

fn capabilities(value: &Json) -> Json {
    let names = |key: &str| {
        let blocks = value.as_array().into_iter().flatten();
        let all = blocks.flat_map(|block| bridge::texts(block, key));
        let one = |name: &str| {
            let upper = name.to_uppercase();
            Json::from(upper.strip_prefix("CAP_").unwrap_or(&upper))
        };
        sorted(all.map(one).collect())
    };
    json!({"add": names("add"), "drop": names("drop")})
}

fn requests(spec: &Json) -> Json {
    let all = match bridge::text(spec, "gpus") {
        Some(gpus) => gpus::expanded(gpus),
        None => spec.get("device_requests").cloned().unwrap_or_default(),
    };
    sorted(each(&all, |request| {
        let mut request = pruned(request);
        if let Some(capabilities) = request.get_mut("capabilities") {
            *capabilities = sorted(capabilities.as_array().cloned().unwrap_or_default());
        }
        request
    }))
}

fn device(block: &Json) -> Json {
    let host = bridge::text(block, "host_path").unwrap_or_default();
    json!({
        "host_path": host, "container_path": bridge::text(block, "container_path").unwrap_or(host),
        "permissions": bridge::text(block, "permissions").unwrap_or("rwm"),
    })
}

fn mount(block: &Json) -> Json {
    let path = |name: &str| bridge::text(block, name).map(cleaned);
    let is_bind = bridge::text(block, "type") == Some("bind");
    let source = bridge::text(block, "source");
    let first = |name: &str| bridge::items(block, name).first().cloned().unwrap_or_default();
    let mut volume = first("volume_options");
    if !volume.is_null() {
        volume["labels"] = json!(pairs::labels_to_map(&volume, "labels"));
    }
    pruned(&json!({
        "target": path("target"), "type": block.get("type"),
        "source": if is_bind { path("source") } else { source.map(str::to_owned) },
        "read_only": block.get("read_only"),
        "propagation": bridge::text(&first("bind_options"), "propagation").filter(|p| *p != "rprivate"),
        "volume": volume, "tmpfs": first("tmpfs_options"),
    }))
}

fn volume(block: &Json) -> Json {
    let path = |name: &str| bridge::text(block, name).map(cleaned);
    pruned(&json!({
        "from_container": block.get("from_container"), "container_path": path("container_path"),
        "host_path": path("host_path"), "volume_name": block.get("volume_name"),
        "read_only": block.get("read_only"), "selinux_relabel": block.get("selinux_relabel"),
    }))
}

fn is_of_image(volume: &Json, image: &Json) -> bool {
    let is_bare = volume.as_object().is_some_and(|v| v.len() == 1);
    let path = volume.get("container_path").and_then(Json::as_str);
    is_bare && path.is_some_and(|path| object(image.get("Volumes")).contains_key(path))
}

fn network(block: &Json) -> Json {
    let mut block = pruned(block);
    for name in ["aliases", "link_local_ips", "driver_opts"] {
        if let Some(list) = block.get_mut(name) {
            *list = sorted(list.as_array().cloned().unwrap_or_default());
        }
    }
    if let Some(mac) = block.get("mac_address").and_then(Json::as_str).map(str::to_lowercase) {
        block["mac_address"] = Json::from(mac);
    }
    block
}

fn assignments(texts: Vec<&str>) -> Map<String, Json> {
    // A bare key and one with an empty value are different things.
    texts
        .into_iter()
        .map(|text| match text.split_once('=') {
            Some((key, value)) => (key.to_owned(), json!(format!("={value}"))),
            None => (text.to_owned(), json!("bare")),
        })
        .collect()
}

fn minus(mut own: Map<String, Json>, inherited: &Map<String, Json>) -> Json {
    own.retain(|key, value| inherited.get(key) != Some(value));
    kept(own)
}

/// Empty values matter in these maps: pruning must not see them.
fn kept(entries: impl IntoIterator<Item = (String, Json)>) -> Json {
    let entries = entries.into_iter().map(|(key, value)| (key, json!(format!("={value}"))));
    Json::Object(entries.collect())
}

fn unless_inherited(value: &Json, inherited: Option<&Json>) -> Json {
    if inherited == Some(value) { Json::Null } else { value.clone() }
}

fn object(json: Option<&Json>) -> Map<String, Json> {
    json.and_then(Json::as_object).cloned().unwrap_or_default()
}

fn each(value: &Json, one: impl Fn(&Json) -> Json) -> Vec<Json> {
    value.as_array().map(|all| all.iter().map(one).collect()).unwrap_or_default()
}

fn sorted(mut items: Vec<Json>) -> Json {
    items.sort_by_cached_key(Json::to_string);
    items.dedup();
    Json::Array(items)
}

/// Returns JSON without everything that says nothing.
fn pruned(json: &Json) -> Json {
    if let Some(entries) = json.as_object() {
        let kept = entries.iter().map(|(k, v)| (k.clone(), pruned(v)));
        let kept: Map<_, _> = kept.filter(|(_, v)| !v.is_null()).collect();
        return if kept.is_empty() { Json::Null } else { Json::Object(kept) };
    }
    let is_zero = *json == Json::Bool(false) || json.as_i64() == Some(0);
    if is_zero || bridge::is_nothing(json) { Json::Null } else { json.clone() }
}
