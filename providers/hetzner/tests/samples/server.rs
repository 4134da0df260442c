//! Servers.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id},
};
use infra_model::{types::Type, value::Value};
use infra_sdk::contract::Sample;

/// What an import can't tell: what is only given, or only for this tool.
const NOT_TOLD: [&str; 12] = [
    "cloud_init",
    "keep_disk",
    "location_fallbacks",
    "network",
    "on_ssh_keys_change",
    "on_user_data_change",
    "public_net",
    "server_type_fallbacks",
    "shutdown_before_deletion",
    "ignore_remote_firewall_ids",
    "status",
    "timeouts",
];

pub(super) fn family() -> Family {
    Family { samples, remove: |bench, object| by_id(bench, object, "/servers") }
}

fn samples(ground: &Ground) -> Vec<Sample> {
    let protected = ["delete_protection", "rebuild_protection"].map(|on| (on, Value::from(true)));
    let protected = base().into_iter().chain(protected);
    let old = base().into_iter().filter(|(name, _)| *name != "location");
    let old = old.chain([("datacenter", text("fsn1-dc14"))]);
    let usual = Sample::new("hcloud_server", base()).variants(variants(ground));
    // A disk that has grown leaves no way back.
    let small = base().into_iter().chain([("keep_disk", Value::from(true))]);
    let resized = Sample::new("hcloud_server", small).variants([("server_type", text("cx33"))]);
    vec![
        usual.import(own_id, &NOT_TOLD),
        resized,
        Sample::new("hcloud_server", protected).import(own_id, &NOT_TOLD),
        Sample::new("hcloud_server", old),
    ]
}

fn base() -> Vec<(&'static str, Value)> {
    [("name", "web"), ("server_type", "cx23"), ("image", "debian-12"), ("location", "fsn1")]
        .map(|(name, value)| (name, text(value)))
        .to_vec()
}

fn variants(ground: &Ground) -> Vec<(&'static str, Value)> {
    let list = |one: &'static str| Value::list(Type::String, vec![text(one)]);
    vec![
        ("name", text("api")),
        ("image", text("ubuntu-24.04")),
        ("location", text("nbg1")),
        ("server_type_fallbacks", list("cx33")),
        ("location_fallbacks", list("nbg1")),
        ("user_data", text("#cloud-config\n")),
        ("on_user_data_change", text("rebuild")),
        ("ssh_keys", list("ground")),
        ("on_ssh_keys_change", text("ignore")),
        ("keep_disk", Value::from(true)),
        ("allow_deprecated_images", Value::from(true)),
        ("backups", Value::from(true)),
        ("iso", text("alpine-virt-3.22.1-x86_64.iso")),
        ("rescue", text("linux64")),
        ("firewall_ids", Value::set(Type::Number, vec![Value::from(ground.firewall)])),
        ("placement_group_id", Value::from(ground.placement_group)),
        ("shutdown_before_deletion", Value::from(true)),
        ("ignore_remote_firewall_ids", Value::from(true)),
        labels(),
        ("cloud_init", cloud_init()),
        ("network", network(ground.network)),
        ("network", subnet(ground.network)),
        ("public_net", public_net(None)),
        ("public_net", public_net(Some(ground))),
    ]
}

fn text(text: &'static str) -> Value {
    Value::from(text)
}

fn network(id: i64) -> Value {
    one_block([
        ("network_id", Value::from(id)),
        ("subnet_id", Value::null(Type::String)),
        ("ip", text("10.0.1.5")),
        ("alias_ips", Value::null(Type::set(Type::String))),
        ("mac_address", Value::null(Type::String)),
    ])
}

/// A subnet of a network, and more than one address there.
fn subnet(network: i64) -> Value {
    one_block([
        ("network_id", Value::null(Type::Number)),
        ("subnet_id", Value::string(format!("{network}-10.0.5.0/24"))),
        ("ip", text("10.0.5.5")),
        ("alias_ips", Value::set(Type::String, vec![text("10.0.5.6")])),
        ("mac_address", Value::null(Type::String)),
    ])
}

/// Addresses of its own, or some that are there already.
fn public_net(ground: Option<&Ground>) -> Value {
    let id = |of: fn(&Ground) -> i64| {
        ground.map_or_else(|| Value::null(Type::Number), |ground| Value::from(of(ground)))
    };
    one_block([
        ("ipv4_enabled", Value::from(ground.is_some())),
        ("ipv6_enabled", Value::from(true)),
        ("ipv4", id(|ground| ground.primary_ip)),
        ("ipv6", id(|ground| ground.primary_ipv6)),
    ])
}

/// What waits for a next disk alone: the server is there already, and nobody logs in to it.
fn cloud_init() -> Value {
    let texts = [
        "private_key",
        "timeout",
        "host",
        "host_key",
        "bastion_host",
        "bastion_user",
        "bastion_private_key",
        "bastion_host_key",
    ];
    let nulls = texts.map(|name| (name, Value::null(Type::String)));
    let given = [
        ("user", text("admin")),
        ("agent", Value::null(Type::Bool)),
        ("port", Value::from(2_222_i64)),
        ("bastion_port", Value::null(Type::Number)),
    ];
    let block = Value::object(nulls.into_iter().chain(given));
    Value::list(block.ty(), vec![block])
}

fn one_block<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let block = Value::object(entries);
    Value::set(block.ty(), vec![block])
}
