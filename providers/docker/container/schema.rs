//! The schema of `docker_container`.
//!
//! What the configuration leaves open stays null in the record, whatever image and engine fill in:
//! so that taking an attribute out of the configuration is a change like any other.

use crate::schemas::{
    self, flag, given, list_of, number, one_of, required, set_of, text, text_list, text_map,
    text_set,
};
use infra_model::{
    schema::{Attribute, Block, Changes, NestedBlock, Schema},
    types::Type,
};

/// Attributes that the engine changes in a living container; the rest needs a new one.
pub(crate) const IN_PLACE: &[&str] = &[
    "name",
    "networks_advanced",
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
    "must_run",
];

/// Attributes that tell this provider how to go about it; the engine never sees them.
pub(crate) const OWN: &[&str] = &[
    "start",
    "wait",
    "wait_timeout",
    "attach",
    "logs",
    "rm",
    "remove_volumes",
    "destroy_grace_seconds",
    "container_read_refresh_timeout_milliseconds",
    "timeouts",
];

/// Returns the schema.
pub(crate) fn schema() -> Schema {
    let mut block = Block::of(process().into_iter().chain(host()).chain(limits()).chain(own()))
        .with(blocks())
        .with(device_blocks());
    for (name, attribute) in &mut block.attributes {
        let free =
            IN_PLACE.contains(&&**name) || OWN.contains(&&**name) || !attribute.is_configurable();
        attribute.replaces = !free;
    }
    for (name, nested) in &mut block.blocks {
        nested.replaces = !(IN_PLACE.contains(&&**name) || OWN.contains(&&**name));
    }
    Schema { version: 2, block }
}

type Attributes = Vec<(&'static str, Attribute)>;
type Blocks = Vec<(&'static str, NestedBlock)>;

/// What runs inside, and as whom.
fn process() -> Attributes {
    vec![
        ("name", required()),
        ("image", required().describe("name or id of an image that the engine holds")),
        ("hostname", text()),
        ("domainname", text()),
        ("command", text_list()),
        ("entrypoint", text_list()),
        ("user", text()),
        ("working_dir", text()),
        ("env", text_set().describe("KEY=value; may be sensitive")),
        ("tty", flag().default(false)),
        ("stdin_open", flag().default(false)),
        ("stop_signal", text()),
        ("stop_timeout", number().describe("seconds between the stop signal and a kill")),
        ("init", flag()),
        ("group_add", text_set()),
        ("platform", text()),
        ("runtime", text()),
    ]
}

/// How it meets the host and its networks.
fn host() -> Attributes {
    vec![
        ("read_only", flag().default(false)),
        ("dns", text_set()),
        ("dns_opts", text_set()),
        ("dns_search", text_set()),
        ("publish_all_ports", flag()),
        ("privileged", flag()),
        ("security_opts", text_set()),
        ("network_mode", text().default("bridge")),
        ("pid_mode", text()),
        ("userns_mode", text()),
        ("ipc_mode", text()),
        ("cgroupns_mode", text()),
        ("cgroup_parent", text()),
        ("tmpfs", text_map()),
        ("sysctls", text_map()),
        ("storage_opts", text_map()),
        ("log_driver", text()),
        ("log_opts", text_map()),
        ("gpus", text()),
    ]
}

/// What it may use.
fn limits() -> Attributes {
    vec![
        ("restart", text().default("no")),
        ("max_retry_count", number()),
        ("memory", number().describe("megabytes")),
        ("memory_reservation", number().default(0).describe("megabytes")),
        ("memory_swap", number().describe("megabytes with swap; -1 is unlimited")),
        ("shm_size", number().describe("megabytes")),
        ("cpu_shares", number()),
        ("cpu_set", text()),
        ("cpus", text().describe("a decimal number of processors")),
        ("cpu_period", number()),
        ("cpu_quota", number()),
    ]
}

/// How this provider goes about it, and what it found.
fn own() -> Attributes {
    let volatile = |ty: Type| Attribute::computed(ty).changes(Changes::Volatile);
    vec![
        ("id", given()),
        ("start", flag().default(true)),
        ("must_run", flag().default(true)),
        ("wait", flag().default(false).describe("wait until it is healthy")),
        ("wait_timeout", number().default(60).describe("seconds")),
        ("attach", flag().default(false).describe("wait until it ends")),
        ("logs", flag().default(false).describe("with `attach`: keep what it wrote")),
        ("rm", flag().default(false).describe("remove it when it ends")),
        ("remove_volumes", flag().default(true).describe("anonymous volumes go with it")),
        ("destroy_grace_seconds", number()),
        ("container_read_refresh_timeout_milliseconds", number().default(15000)),
        ("exit_code", volatile(Type::Number)),
        ("container_logs", volatile(Type::String)),
        ("bridge", volatile(Type::String)),
        ("network_data", volatile(Type::list(Type::object(network_data())))),
    ]
}

fn network_data() -> Vec<(&'static str, Type)> {
    let texts = [
        "network_name",
        "ip_address",
        "gateway",
        "global_ipv6_address",
        "ipv6_gateway",
        "mac_address",
    ];
    let numbers = ["ip_prefix_length", "global_ipv6_prefix_length"];
    let texts = texts.map(|name| (name, Type::String));
    texts.into_iter().chain(numbers.map(|name| (name, Type::Number))).collect()
}

fn blocks() -> Blocks {
    let integer = || Attribute::required(Type::Number);
    let external = Attribute::optional_computed(Type::Number).changes(Changes::Volatile);
    let ports = Block::of([
        ("internal", integer()),
        ("external", external.describe("the port on the host; any free one if left out")),
        ("ip", text().default("0.0.0.0")),
        ("protocol", text().default("tcp")),
    ]);
    let networks = Block::of([
        ("name", required().describe("name or id of the network")),
        ("aliases", text_set()),
        ("ipv4_address", text()),
        ("ipv6_address", text()),
        ("link_local_ips", text_set()),
        ("mac_address", text()),
        ("driver_opts", text_set()),
        ("gw_priority", number()),
    ]);
    let health = Block::of([
        ("test", text_list()),
        ("interval", text().default("0s")),
        ("timeout", text().default("0s")),
        ("start_period", text().default("0s")),
        ("start_interval", text().default("0s")),
        ("retries", number().default(0)),
    ]);
    let upload = Block::of([
        ("file", required().describe("the absolute path inside the container")),
        ("content", text()),
        ("content_base64", text()),
        ("source", text().describe("a file on this machine")),
        ("source_hash", text()),
        ("executable", flag().default(false)),
        ("permissions", text().describe("octal, such as 0644")),
    ]);
    let ulimit = Block::of([("name", required()), ("soft", integer()), ("hard", integer())]);
    vec![
        ("ports", list_of(ports)),
        ("networks_advanced", set_of(networks)),
        ("healthcheck", one_of(health)),
        ("labels", schemas::labels()),
        ("mounts", set_of(mounts())),
        ("volumes", set_of(volumes())),
        ("upload", set_of(upload)),
        ("host", set_of(Block::of([("ip", required()), ("host", required())]))),
        ("ulimit", set_of(ulimit)),
        ("timeouts", schemas::timeouts()),
    ]
}

fn mounts() -> Block {
    let volume_options = Block::of([
        ("no_copy", flag()),
        ("driver_name", text()),
        ("driver_options", text_map()),
        ("subpath", text()),
    ])
    .with([("labels", schemas::labels())]);
    Block::of([
        ("target", required()),
        ("source", text()),
        ("type", required().describe("bind, volume or tmpfs")),
        ("read_only", flag()),
    ])
    .with([
        ("bind_options", one_of(Block::of([("propagation", text())]))),
        ("volume_options", one_of(volume_options)),
        ("tmpfs_options", one_of(Block::of([("size_bytes", number()), ("mode", number())]))),
    ])
}

fn volumes() -> Block {
    Block::of([
        ("from_container", text()),
        ("container_path", text()),
        ("host_path", text()),
        ("volume_name", text()),
        ("read_only", flag()),
        ("selinux_relabel", text()),
    ])
}

fn device_blocks() -> Blocks {
    let rate = || {
        let rate = Attribute::required(Type::Number);
        set_of(Block::of([("path", required()), ("rate", rate)]))
    };
    let device = Block::of([
        ("host_path", required()),
        ("container_path", text()),
        ("permissions", text().default("rwm")),
    ]);
    let request = Block::of([
        ("driver", text().default("cdi")),
        ("count", number().default(0)),
        ("device_ids", text_set()),
        ("capabilities", text_set()),
        ("options", text_map()),
    ]);
    let capabilities = Block::of([("add", text_set()), ("drop", text_set())]);
    vec![
        ("devices", set_of(device)),
        ("device_requests", set_of(request)),
        ("device_read_bps", rate()),
        ("device_read_iops", rate()),
        ("device_write_bps", rate()),
        ("device_write_iops", rate()),
        ("capabilities", set_of(capabilities).between(0, Some(1))),
    ]
}
