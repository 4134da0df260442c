//! The request that creates a container, from the desired value.

use super::{
    gpus, mounts, ports,
    simple::{self, MEGABYTE, Part},
};
use crate::bridge;
use infra_sdk::durations::nanoseconds;
use serde_json::{Map, Value as Json, json};

/// Returns the body of the request; the labels are those of the user and ours.
pub(crate) fn body(spec: &Json, labels: &Map<String, Json>) -> Json {
    let mut config = Map::new();
    simple::send(spec, Part::Config, &mut config);
    put(&mut config, "Image", spec.get("image").cloned());
    put(&mut config, "Env", spec.get("env").cloned());
    put(&mut config, "Labels", Some(json!(labels)));
    put(&mut config, "ExposedPorts", ports::exposed(spec));
    put(&mut config, "Volumes", mounts::anonymous(spec));
    put(&mut config, "Healthcheck", healthcheck(spec));
    put(&mut config, "HostConfig", Some(Json::Object(host(spec))));
    Json::Object(config)
}

fn host(spec: &Json) -> Map<String, Json> {
    let mut host = Map::new();
    simple::send(spec, Part::Host, &mut host);
    // A container that this provider waits for is removed by it, after its logs were read.
    let removes_itself = bridge::is_true(spec, "rm") && !bridge::is_true(spec, "attach");
    put(&mut host, "AutoRemove", removes_itself.then_some(json!(true)));
    put(&mut host, "PortBindings", ports::bindings(spec));
    put(&mut host, "Binds", mounts::binds(spec));
    put(&mut host, "VolumesFrom", mounts::volumes_from(spec));
    put(&mut host, "Mounts", mounts::mounts(spec));
    put(&mut host, "RestartPolicy", Some(restart_policy(spec)));
    put(&mut host, "MemorySwap", memory_swap(spec).map(Json::from));
    put(&mut host, "NanoCpus", nano_cpus(spec).map(Json::from));
    put(&mut host, "LogConfig", log_config(spec));
    put(&mut host, "ExtraHosts", extra_hosts(spec));
    put(&mut host, "Ulimits", ulimits(spec));
    put(&mut host, "Devices", devices(spec));
    put(&mut host, "DeviceRequests", gpus::requests(spec));
    for capabilities in bridge::items(spec, "capabilities") {
        put(&mut host, "CapAdd", capabilities.get("add").cloned());
        put(&mut host, "CapDrop", capabilities.get("drop").cloned());
    }
    host
}

/// Returns the restart policy of a desired value.
pub(crate) fn restart_policy(spec: &Json) -> Json {
    let name = bridge::text(spec, "restart").unwrap_or("no");
    json!({"Name": name, "MaximumRetryCount": bridge::number(spec, "max_retry_count").unwrap_or(0)})
}

/// Returns the limit of memory and swap in bytes; the engine's own default is twice the memory.
pub(crate) fn memory_swap(spec: &Json) -> Option<i64> {
    let given = bridge::number(spec, "memory_swap").filter(|n| *n != 0);
    given.map(|n| if n < 0 { -1 } else { n.saturating_mul(MEGABYTE) })
}

/// Returns the number of processors in billionths.
pub(crate) fn nano_cpus(spec: &Json) -> Option<i64> {
    parse_cpus(bridge::text(spec, "cpus")?)
}

/// Parses a decimal number of processors, exactly.
pub(crate) fn parse_cpus(text: &str) -> Option<i64> {
    const PLACES: usize = 9;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole)
        || !digits(part)
        || part.len() > PLACES
        || (whole.is_empty() && part.is_empty())
    {
        return None;
    }
    format!("{whole}{part:0<PLACES$}").parse().ok()
}

fn healthcheck(spec: &Json) -> Option<Json> {
    let block = bridge::items(spec, "healthcheck").first()?;
    let time = |name: &str| bridge::text(block, name).and_then(nanoseconds).unwrap_or(0);
    Some(json!({
        "Test": block.get("test"), "Interval": time("interval"), "Timeout": time("timeout"),
        "StartPeriod": time("start_period"),
        "StartInterval": Some(time("start_interval")).filter(|n| *n != 0),
        "Retries": bridge::number(block, "retries").unwrap_or(0),
    }))
}

fn log_config(spec: &Json) -> Option<Json> {
    let driver = bridge::text(spec, "log_driver");
    let options = spec.get("log_opts").filter(|options| !bridge::is_nothing(options));
    if driver.is_none() && options.is_none() {
        return None;
    }
    Some(
        json!({"Type": driver.unwrap_or_default(), "Config": options.cloned().unwrap_or(json!({}))}),
    )
}

fn extra_hosts(spec: &Json) -> Option<Json> {
    let line = |block: &Json| {
        Some(format!("{}:{}", bridge::text(block, "host")?, bridge::text(block, "ip")?))
    };
    all(spec, "host", |block| line(block).map(Json::from))
}

fn ulimits(spec: &Json) -> Option<Json> {
    all(spec, "ulimit", |block| {
        Some(json!({
            "Name": block.get("name"), "Soft": block.get("soft"), "Hard": block.get("hard"),
        }))
    })
}

/// The engine takes a device without permissions and then fails to start the container.
fn devices(spec: &Json) -> Option<Json> {
    all(spec, "devices", |block| {
        let host = bridge::text(block, "host_path")?;
        Some(json!({
            "PathOnHost": host,
            "PathInContainer": bridge::text(block, "container_path").unwrap_or(host),
            "CgroupPermissions": bridge::text(block, "permissions").unwrap_or("rwm"),
        }))
    })
}

/// Returns what blocks become; nothing if there are none.
pub(crate) fn all(spec: &Json, name: &str, one: impl Fn(&Json) -> Option<Json>) -> Option<Json> {
    let found: Vec<Json> = bridge::items(spec, name).iter().filter_map(one).collect();
    (!found.is_empty()).then_some(Json::Array(found))
}

fn put(body: &mut Map<String, Json>, key: &str, value: Option<Json>) {
    if let Some(value) = value.filter(|value| !bridge::is_nothing(value)) {
        body.insert(key.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::parse_cpus;

    #[test]
    fn parses_processors_exactly() {
        assert_eq!(parse_cpus("1.5"), Some(1_500_000_000));
        assert_eq!(parse_cpus("0.000000001"), Some(1));
        assert_eq!(parse_cpus(".5"), Some(500_000_000));
        assert_eq!(parse_cpus("2"), Some(2_000_000_000));
        assert_eq!(parse_cpus("1.0000000001"), None);
        assert_eq!(parse_cpus("two"), None);
        assert_eq!(parse_cpus(""), None);
    }
}
