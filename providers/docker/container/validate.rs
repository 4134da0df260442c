//! What is wrong with a desired container, before anything is sent.

use super::{body::parse_cpus, networks};
use crate::{bridge, deadline, failure::mistake};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};
use infra_sdk::durations::nanoseconds;
use serde_json::Value as Json;

/// Returns what is wrong; unknown parts are not judged.
pub(crate) fn validate(desired: &Value) -> Diagnostics {
    let spec = bridge::to_json(desired);
    let mut found = Vec::new();
    let mut wrong = |name: &str, text: String| found.push(invalid(name, text));
    words(&spec, &mut wrong);
    numbers(&spec, &mut wrong);
    ports(&spec, &mut wrong);
    storage(&spec, &mut wrong);
    together(&spec, &mut wrong);
    found.extend(deadline::judge(&spec));
    found
}

type Wrong<'a> = dyn FnMut(&str, String) + 'a;

fn words(spec: &Json, wrong: &mut Wrong<'_>) {
    let policy = bridge::text(spec, "restart").unwrap_or("no");
    if !["no", "on-failure", "always", "unless-stopped"].contains(&policy) {
        wrong("restart", "write no, on-failure, always or unless-stopped".to_owned());
    }
    if let Some(cpus) = bridge::text(spec, "cpus")
        && parse_cpus(cpus).is_none()
    {
        wrong("cpus", "write a decimal number such as 1.5".to_owned());
    }
    for block in bridge::items(spec, "healthcheck") {
        for name in ["interval", "timeout", "start_period", "start_interval"] {
            if bridge::text(block, name).is_some_and(|text| nanoseconds(text).is_none()) {
                wrong("healthcheck", format!("write `{name}` as a duration such as 30s"));
            }
        }
    }
    for entry in bridge::texts(spec, "env") {
        if entry.is_empty() || entry.starts_with('=') {
            wrong("env", "write each entry as KEY=value".to_owned());
        }
    }
    if let Some(set) = bridge::text(spec, "cpu_set")
        && !set.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'-')
    {
        wrong("cpu_set", "write processors such as 0-2 or 0,1".to_owned());
    }
}

fn numbers(spec: &Json, wrong: &mut Wrong<'_>) {
    let names = [
        "memory",
        "memory_reservation",
        "shm_size",
        "cpu_shares",
        "cpu_period",
        "cpu_quota",
        "max_retry_count",
        "wait_timeout",
        "destroy_grace_seconds",
        "stop_timeout",
    ];
    for name in names {
        if bridge::number(spec, name).is_some_and(|n| n < 0) {
            wrong(name, "it can't be negative".to_owned());
        }
    }
    if bridge::number(spec, "memory_swap").is_some_and(|n| n < -1 || n == 0) {
        wrong("memory_swap", "write megabytes, or -1 for no limit".to_owned());
    }
    for name in ["device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops"] {
        if bridge::items(spec, name)
            .iter()
            .any(|b| bridge::number(b, "rate").is_some_and(|r| r < 0))
        {
            wrong(name, "a rate can't be negative".to_owned());
        }
    }
}

fn ports(spec: &Json, wrong: &mut Wrong<'_>) {
    let is_port = |n: i64| (0..=65535).contains(&n);
    for block in bridge::items(spec, "ports") {
        let all = ["internal", "external"].map(|name| bridge::number(block, name));
        if all.into_iter().flatten().any(|n| !is_port(n)) {
            wrong("ports", "a port lies between 0 and 65535".to_owned());
        }
        let protocol = bridge::text(block, "protocol").unwrap_or("tcp").to_lowercase();
        if !["tcp", "udp", "sctp"].contains(&protocol.as_str()) {
            wrong("ports", "a protocol is tcp, udp or sctp".to_owned());
        }
    }
}

fn storage(spec: &Json, wrong: &mut Wrong<'_>) {
    for block in bridge::items(spec, "mounts") {
        let sort = bridge::text(block, "type").unwrap_or("volume");
        if !["bind", "volume", "tmpfs"].contains(&sort) {
            wrong("mounts", "a type is bind, volume or tmpfs".to_owned());
        }
    }
    for block in bridge::items(spec, "volumes") {
        let is_set = |name: &str| bridge::text(block, name).is_some();
        if is_set("host_path") && is_set("volume_name") {
            wrong("volumes", "give `host_path` or `volume_name`, not both".to_owned());
        }
        if !is_set("container_path") && !is_set("from_container") {
            // Unknown parts look absent: only what is wholly there is judged.
            if is_set("host_path") || is_set("volume_name") {
                wrong("volumes", "give `container_path`".to_owned());
            }
        }
    }
    for block in bridge::items(spec, "upload") {
        let given = ["content", "content_base64", "source"];
        if given.iter().filter(|name| block.get(**name).is_some()).count() > 1 {
            wrong("upload", "give one of `content`, `content_base64` and `source`".to_owned());
        }
        if bridge::text(block, "content_base64").is_some_and(|text| STANDARD.decode(text).is_err())
        {
            wrong("upload", "`content_base64` is not base64".to_owned());
        }
        let octal = |text: &str| text.len() <= 4 && u32::from_str_radix(text, 8).is_ok();
        if bridge::text(block, "permissions").is_some_and(|text| !octal(text)) {
            wrong("upload", "write `permissions` in octal, such as 0644".to_owned());
        }
    }
}

fn together(spec: &Json, wrong: &mut Wrong<'_>) {
    let is_set = |name: &str| spec.get(name).is_some_and(|v| !bridge::is_nothing(v) && v != 0);
    if is_set("cpus") && (is_set("cpu_quota") || is_set("cpu_period")) {
        wrong("cpus", "give `cpus`, or `cpu_period` and `cpu_quota`".to_owned());
    }
    if is_set("gpus") && is_set("device_requests") {
        wrong("gpus", "give `gpus` or `device_requests`, not both".to_owned());
    }
    if bridge::number(spec, "memory_swap").is_some_and(|n| n > 0) && !is_set("memory") {
        // The memory may only be unknown yet; the engine says the same at last.
        return;
    }
    let mode = bridge::text(spec, "network_mode").unwrap_or_default();
    if networks::is_without(mode) && is_set("networks_advanced") {
        wrong("networks_advanced", format!("network mode `{mode}` leaves no room for networks"));
    }
    let restarts = bridge::text(spec, "restart").is_some_and(|policy| policy != "no");
    if bridge::is_true(spec, "rm") && restarts {
        wrong("rm", "a container that is removed when it ends can't be restarted".to_owned());
    }
    if bridge::is_true(spec, "logs") && spec.get("attach") == Some(&Json::Bool(false)) {
        wrong("logs", "`logs` needs `attach = true`".to_owned());
    }
}

pub(crate) fn invalid(name: &str, help: String) -> Diagnostic {
    mistake("infra::docker::value_invalid", format!("`{name}` can't be this"))
        .help(help)
        .at_path(Path::attribute(name))
}
