//! Firewalls and what they are applied to.

use super::basics::labels;
use crate::tests::{
    bench::Ground,
    contract::{Family, by_id, own_id, text},
};
use infra_model::{types::Type, value::Value};
use infra_sdk::contract::Sample;
use serde_json::{Value as Json, json};

pub(super) fn firewalls() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [("name", Value::from("web"))];
        let variants = [
            ("name", Value::from("db")),
            ("rule", rules()),
            ("apply_to", applied_to(Value::null(Type::String), Value::from(ground.server))),
            ("apply_to", applied_to(Value::from("env=prod"), Value::null(Type::Number))),
            labels(),
        ];
        let ruled = [("name", Value::from("ruled")), ("rule", rules())];
        vec![
            Sample::new("hcloud_firewall", base).variants(variants).import(own_id, &[]),
            // An import has the words of the API; that they mean the same is tested by itself.
            Sample::new("hcloud_firewall", ruled).import(own_id, &["rule"]),
        ]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/firewalls") }
}

pub(super) fn attachments() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let ids =
            |ids: &[i64]| Value::set(Type::Number, ids.iter().map(|id| Value::from(*id)).collect());
        let base =
            [("firewall_id", Value::from(ground.firewall)), ("server_ids", ids(&[ground.server]))];
        let selectors = Value::set(Type::String, vec![Value::from("env=prod")]);
        let variants = [
            ("firewall_id", Value::from(ground.other_firewall)),
            ("server_ids", ids(&[ground.server, ground.other_server])),
            ("label_selectors", selectors),
        ];
        vec![Sample::new("hcloud_firewall_attachment", base).variants(variants).import(own_id, &[])]
    }
    Family {
        samples,
        remove: |bench, object| {
            let path = format!("/firewalls/{}", text(object, "firewall_id"));
            let shown: Json = bench.shown(&path);
            let targets: Vec<Json> = shown["firewall"]["applied_to"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|one| json!({ "type": "server", "server": one["server"] }))
                .collect();
            let path = format!("{path}/actions/remove_from_resources");
            bench.outside("POST", &path, &json!({ "remove_from": targets }));
            true
        },
    }
}

pub(crate) fn rules() -> Value {
    let ranges = |all: &[&str]| {
        Value::set(Type::String, all.iter().map(|range| Value::from(*range)).collect())
    };
    let none = || Value::null(Type::String);
    let rule = Value::object([
        ("direction", Value::from("in")),
        ("protocol", Value::from("tcp")),
        ("port", Value::from("any")),
        ("source_ips", ranges(&["0.0.0.0/0", "2001:DB8::/32"])),
        ("destination_ips", Value::null(Type::set(Type::String))),
        ("description", none()),
    ]);
    let ping = Value::object([
        ("direction", Value::from("out")),
        ("protocol", Value::from("icmp")),
        ("port", none()),
        ("source_ips", Value::null(Type::set(Type::String))),
        ("destination_ips", ranges(&["0.0.0.0/0"])),
        ("description", Value::from("ping")),
    ]);
    Value::set(rule.ty(), vec![rule, ping])
}

fn applied_to(selector: Value, server: Value) -> Value {
    let block = Value::object([("label_selector", selector), ("server", server)]);
    Value::set(block.ty(), vec![block])
}
