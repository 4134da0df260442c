//! SSH keys, placement groups and subnets.

use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id, text},
};
use infra_model::{types::Type, value::Value};
use infra_sdk::contract::Sample;
use serde_json::json;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPnHeFBWFzB4IHmKoQoQWu6QtEbCW0mxsZLlTd0uDmD a";
const OTHER: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAHeFBWFzB4IHmKoQoQWu6QtEbCW0mxsZLlTd0uDmD b";

/// Labels that differ from none.
pub(crate) fn labels() -> (&'static str, Value) {
    ("labels", Value::map(Type::String, [("env", Value::from("prod"))]))
}

pub(super) fn keys() -> Family {
    fn samples(_: &Ground) -> Vec<Sample> {
        let base = [("name", Value::from("ann")), ("public_key", Value::from(KEY))];
        let variants = [("name", Value::from("bob")), ("public_key", Value::from(OTHER)), labels()];
        vec![Sample::new("hcloud_ssh_key", base).variants(variants).import(own_id, &[])]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/ssh_keys") }
}

pub(super) fn groups() -> Family {
    fn samples(_: &Ground) -> Vec<Sample> {
        let base = [("name", Value::from("apart")), ("type", Value::from("spread"))];
        let variants = [("name", Value::from("other")), labels()];
        let sample = Sample::new("hcloud_placement_group", base).variants(variants);
        vec![sample.import(own_id, &[])]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/placement_groups") }
}

pub(super) fn subnets() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = |sort: &'static str| {
            vec![
                ("network_id", Value::from(ground.network)),
                ("type", Value::from(sort)),
                ("network_zone", Value::from("eu-central")),
                ("ip_range", Value::from("10.0.2.0/24")),
            ]
        };
        let coupled = base("vswitch").into_iter().chain([("vswitch_id", Value::from(4711))]);
        let variants = [
            ("network_id", Value::from(ground.other_network)),
            ("network_zone", Value::from("us-east")),
            ("ip_range", Value::from("10.0.3.0/24")),
        ];
        let others = [("vswitch_id", Value::from(4712))];
        let kind = "hcloud_network_subnet";
        vec![
            Sample::new(kind, base("cloud")).variants(variants).import(own_id, &[]),
            Sample::new(kind, coupled).variants(others).import(own_id, &[]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let path = format!("/networks/{}/actions/delete_subnet", text(object, "network_id"));
            let body = json!({ "ip_range": text(object, "ip_range") });
            bench.outside("POST", &path, &body);
            true
        },
    }
}
