//! Changing a living container.
//!
//! The engine takes zero for "leave as it is", so every limit is sent that is wanted at all, and
//! memory and swap always together.

use super::{
    body::{memory_swap, nano_cpus, restart_policy},
    canonical::Sides,
    lifecycle, networks,
    schema::IN_PLACE,
    simple::MEGABYTE,
};
use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome},
};
use bollard::{models::ContainerUpdateBody, query_parameters::RenameContainerOptions};
use serde_json::{Map, Value as Json, json};

/// Attributes that one request of the engine changes.
const LIMITS: &[&str] = &[
    "restart",
    "max_retry_count",
    "cpu_shares",
    "cpus",
    "cpu_period",
    "cpu_quota",
    "cpu_set",
    "memory",
    "memory_reservation",
    "memory_swap",
];

/// Returns the attributes whose change can't be made in place after all, though the engine changes
/// them in general: zero means "leave as it is", and two ways to limit processors exclude each other.
pub(crate) fn stuck(prior: &Json, desired: &Json) -> Vec<&'static str> {
    let is_set = |spec: &Json, name: &str| {
        spec.get(name).is_some_and(|v| !bridge::is_nothing(v) && *v != json!(0))
    };
    let unset = |name: &&str| is_set(prior, name) && !is_set(desired, name);
    let clearable = ["restart", "max_retry_count", "memory_swap", "must_run", "networks_advanced"];
    let limits = LIMITS.iter().copied().filter(|name| !clearable.contains(name)).filter(unset);
    let mut found: Vec<&'static str> = limits.collect();
    let by_quota = |spec: &Json| is_set(spec, "cpu_quota") || is_set(spec, "cpu_period");
    if is_set(desired, "cpus") && by_quota(prior) || by_quota(desired) && is_set(prior, "cpus") {
        found.push("cpus");
    }
    found
}

/// Brings a container from one value to another; everything that differs can be changed in place.
pub(crate) async fn update(engine: &Engine, id: &str, prior: &Json, spec: &Json) -> Outcome<()> {
    let sides = Sides { left: prior, right: spec, image: &Json::Null };
    let changed: Vec<&str> = IN_PLACE.iter().copied().filter(|name| !sides.is_same(name)).collect();
    if changed.contains(&"name") {
        rename(engine, id, bridge::text(spec, "name").unwrap_or_default()).await?;
    }
    if LIMITS.iter().any(|name| changed.contains(name)) {
        let request: ContainerUpdateBody = bridge::parsed(Json::Object(limits(spec, &changed)))?;
        let sent = engine.docker.update_container(id, request).await;
        sent.map_err(|error| Failure::of(&error, "changing a container"))?;
    }
    if changed.contains(&"networks_advanced") {
        let now = lifecycle::inspect(engine, id).await?.unwrap_or_default();
        networks::settle(engine, id, spec, &now).await?;
    }
    if changed.contains(&"must_run") && super::must_run(spec) {
        lifecycle::start(engine, id, spec).await?;
    }
    Ok(())
}

fn limits(spec: &Json, changed: &[&str]) -> Map<String, Json> {
    let mut body = Map::new();
    let megabytes = |name: &str| {
        bridge::number(spec, name).filter(|n| *n > 0).map(|n| n.saturating_mul(MEGABYTE))
    };
    let plain = |name: &str| spec.get(name).filter(|v| !bridge::is_nothing(v)).cloned();
    let has = |names: &[&str]| names.iter().any(|name| changed.contains(name));
    let mut put = |key: &str, value: Option<Json>| {
        if let Some(value) = value {
            body.insert(key.to_owned(), value);
        }
    };
    if has(&["memory", "memory_swap"]) {
        let memory = megabytes("memory");
        put("Memory", memory.map(Json::from));
        let swap = memory_swap(spec).or_else(|| memory.map(|bytes| bytes.saturating_mul(2)));
        put("MemorySwap", swap.map(Json::from));
    }
    if has(&["memory_reservation"]) {
        put("MemoryReservation", megabytes("memory_reservation").map(Json::from));
    }
    if has(&["cpus"]) {
        put("NanoCpus", nano_cpus(spec).map(Json::from));
    }
    for (name, key) in [
        ("cpu_shares", "CpuShares"),
        ("cpu_period", "CpuPeriod"),
        ("cpu_quota", "CpuQuota"),
        ("cpu_set", "CpusetCpus"),
    ] {
        if has(&[name]) {
            put(key, plain(name));
        }
    }
    if has(&["restart", "max_retry_count"]) {
        put("RestartPolicy", Some(restart_policy(spec)));
    }
    body
}

async fn rename(engine: &Engine, id: &str, name: &str) -> Outcome<()> {
    let options = RenameContainerOptions { name: name.to_owned() };
    let renamed = engine.docker.rename_container(id, options).await;
    renamed.map_err(|error| Failure::of(&error, &format!("renaming the container to `{name}`")))
}
