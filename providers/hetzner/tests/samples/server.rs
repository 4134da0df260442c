//! Servers.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id},
};
use infra_model::{types::Type, value::Value};
use infra_sdk::contract::Sample;

pub(super) fn family() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let text = |text: &'static str| Value::from(text);
        let base = [
            ("name", text("web")),
            ("server_type", text("cx23")),
            ("image", text("debian-12")),
            ("location", text("fsn1")),
        ];
        let list = |one: &'static str| Value::list(Type::String, vec![Value::from(one)]);
        let variants = vec![
            ("name", text("api")),
            ("server_type", text("cx33")),
            ("image", text("ubuntu-24.04")),
            ("location", text("nbg1")),
            ("server_type_fallbacks", list("cx33")),
            ("location_fallbacks", list("nbg1")),
            ("user_data", text("#cloud-config\n")),
            ("on_user_data_change", text("rebuild")),
            ("on_ssh_keys_change", text("ignore")),
            ("keep_disk", Value::from(true)),
            ("backups", Value::from(true)),
            ("rescue", text("linux64")),
            ("shutdown_before_deletion", Value::from(true)),
            ("ignore_remote_firewall_ids", Value::from(true)),
            labels(),
            ("network", network(ground.network)),
            ("public_net", public_net()),
        ];
        let not_told = [
            "keep_disk",
            "on_user_data_change",
            "on_ssh_keys_change",
            "public_net",
            "network",
            "shutdown_before_deletion",
            "ignore_remote_firewall_ids",
            "server_type_fallbacks",
            "location_fallbacks",
            "rescue",
            "timeouts",
            "status",
            "labels",
        ];
        vec![Sample::new("hcloud_server", base).variants(variants).import(own_id, &not_told)]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/servers") }
}

fn network(id: i64) -> Value {
    let none = |ty: Type| Value::null(ty);
    one_block([
        ("network_id", Value::from(id)),
        ("subnet_id", none(Type::String)),
        ("ip", Value::from("10.0.1.5")),
        ("alias_ips", none(Type::set(Type::String))),
        ("mac_address", none(Type::String)),
    ])
}

fn public_net() -> Value {
    one_block([
        ("ipv4_enabled", Value::from(false)),
        ("ipv6_enabled", Value::from(true)),
        ("ipv4", Value::null(Type::Number)),
        ("ipv6", Value::null(Type::Number)),
    ])
}

fn one_block<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let block = Value::object(entries);
    Value::set(block.ty(), vec![block])
}
