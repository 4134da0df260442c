//! Attributes that stand in requests and answers as they are: one table for both ways.

use crate::bridge;
use serde_json::{Map, Value as Json, json};

/// Which part of a request an attribute belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is said of the process.
    Config,
    /// What is said of the host.
    Host,
}

/// How the engine writes an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is.
    Plain,
    /// In bytes, while the configuration says megabytes.
    Megabytes,
    /// A list of `{Path, Rate}`.
    Rates,
}

/// An attribute, where it stands, under which name, and how it is written.
pub(crate) type Field = (&'static str, Part, &'static str, Form);

/// One megabyte, as these attributes count.
pub(crate) const MEGABYTE: i64 = 1024 * 1024;

use Form::{Megabytes, Plain, Rates};
use Part::{Config, Host};

/// All such attributes.
pub(crate) const FIELDS: &[Field] = &[
    ("hostname", Config, "Hostname", Plain),
    ("domainname", Config, "Domainname", Plain),
    ("command", Config, "Cmd", Plain),
    ("entrypoint", Config, "Entrypoint", Plain),
    ("user", Config, "User", Plain),
    ("working_dir", Config, "WorkingDir", Plain),
    ("tty", Config, "Tty", Plain),
    ("stdin_open", Config, "OpenStdin", Plain),
    ("stop_signal", Config, "StopSignal", Plain),
    ("stop_timeout", Config, "StopTimeout", Plain),
    ("read_only", Host, "ReadonlyRootfs", Plain),
    ("dns", Host, "Dns", Plain),
    ("dns_opts", Host, "DnsOptions", Plain),
    ("dns_search", Host, "DnsSearch", Plain),
    ("publish_all_ports", Host, "PublishAllPorts", Plain),
    ("privileged", Host, "Privileged", Plain),
    ("security_opts", Host, "SecurityOpt", Plain),
    ("network_mode", Host, "NetworkMode", Plain),
    ("pid_mode", Host, "PidMode", Plain),
    ("userns_mode", Host, "UsernsMode", Plain),
    ("ipc_mode", Host, "IpcMode", Plain),
    ("cgroupns_mode", Host, "CgroupnsMode", Plain),
    ("cgroup_parent", Host, "CgroupParent", Plain),
    ("runtime", Host, "Runtime", Plain),
    ("init", Host, "Init", Plain),
    ("group_add", Host, "GroupAdd", Plain),
    ("tmpfs", Host, "Tmpfs", Plain),
    ("sysctls", Host, "Sysctls", Plain),
    ("storage_opts", Host, "StorageOpt", Plain),
    ("memory", Host, "Memory", Megabytes),
    ("memory_reservation", Host, "MemoryReservation", Megabytes),
    ("shm_size", Host, "ShmSize", Megabytes),
    ("cpu_shares", Host, "CpuShares", Plain),
    ("cpu_set", Host, "CpusetCpus", Plain),
    ("cpu_period", Host, "CpuPeriod", Plain),
    ("cpu_quota", Host, "CpuQuota", Plain),
    ("device_read_bps", Host, "BlkioDeviceReadBps", Rates),
    ("device_read_iops", Host, "BlkioDeviceReadIOps", Rates),
    ("device_write_bps", Host, "BlkioDeviceWriteBps", Rates),
    ("device_write_iops", Host, "BlkioDeviceWriteIOps", Rates),
];

/// Adds the attributes of one part to a request.
pub(crate) fn send(spec: &Json, part: Part, body: &mut Map<String, Json>) {
    for (name, _, key, form) in FIELDS.iter().filter(|field| field.1 == part) {
        let Some(value) = spec.get(name).filter(|value| !bridge::is_nothing(value)) else {
            continue;
        };
        let sent = match form {
            Plain => value.clone(),
            Megabytes => json!(value.as_i64().unwrap_or(0).saturating_mul(MEGABYTE)),
            Rates => rates(value, "path", "rate", "Path", "Rate"),
        };
        body.insert((*key).to_owned(), sent);
    }
}

/// Adds the attributes of one part of an answer in the form of the schema.
pub(crate) fn see(answer: &Json, part: Part, seen: &mut Map<String, Json>) {
    for (name, _, key, form) in FIELDS.iter().filter(|field| field.1 == part) {
        let value = answer.get(key).cloned().unwrap_or(Json::Null);
        let value = match form {
            Plain => value,
            Megabytes => json!(value.as_i64().map(to_megabytes)),
            Rates => rates(&value, "Path", "Rate", "path", "rate"),
        };
        seen.insert((*name).to_owned(), value);
    }
}

/// Returns bytes as megabytes, rounded up so that a little is never nothing.
pub(crate) fn to_megabytes(bytes: i64) -> i64 {
    if bytes <= 0 { bytes } else { (bytes - 1) / MEGABYTE + 1 }
}

fn rates(value: &Json, path: &str, rate: &str, new_path: &str, new_rate: &str) -> Json {
    let all = value.as_array().into_iter().flatten();
    Json::Array(all.map(|r| json!({new_path: r.get(path), new_rate: r.get(rate)})).collect())
}
