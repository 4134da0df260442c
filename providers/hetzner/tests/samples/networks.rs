//! Networks, their routes, and servers in them.

use super::basics::labels;
use crate::tests::{
    bench::{Bench, Ground},
    contract::{Family, by_id, own_id, text},
};
use infra_model::{snapshot::Object, types::Type, value::Value};
use infra_sdk::contract::Sample;
use serde_json::json;

pub(super) fn networks() -> Family {
    fn samples(_: &Ground) -> Vec<Sample> {
        let base = [("name", Value::from("lan")), ("ip_range", Value::from("10.8.0.0/16"))];
        let variants = [
            ("name", Value::from("wan")),
            ("ip_range", Value::from("10.8.0.0/14")),
            ("delete_protection", Value::from(true)),
            ("expose_routes_to_vswitch", Value::from(true)),
            labels(),
        ];
        vec![Sample::new("hcloud_network", base).variants(variants).import(own_id, &[])]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/networks") }
}

pub(super) fn routes() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = [
            ("network_id", Value::from(ground.network)),
            ("destination", Value::from("10.100.1.0/24")),
            ("gateway", Value::from("10.0.1.2")),
        ];
        let variants = [
            ("network_id", Value::from(ground.other_network)),
            ("destination", Value::from("0.0.0.0/0")),
            ("gateway", Value::from("10.0.1.3")),
        ];
        vec![Sample::new("hcloud_network_route", base).variants(variants).import(own_id, &[])]
    }
    Family {
        samples,
        remove: |bench, object| {
            let path = format!("/networks/{}/actions/delete_route", text(object, "network_id"));
            let body = json!({
                "destination": text(object, "destination"), "gateway": text(object, "gateway"),
            });
            bench.outside("POST", &path, &body);
            true
        },
    }
}

pub(super) fn servers() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let subnet = Value::from(&*format!("{}-10.0.1.0/24", ground.network));
        let aliases = Value::set(Type::String, vec![Value::from("10.0.1.60")]);
        let server = ("server_id", Value::from(ground.server));
        let by_network = [server.clone(), ("network_id", Value::from(ground.network))];
        let variants = [
            ("server_id", Value::from(ground.other_server)),
            ("network_id", Value::from(ground.other_network)),
            ("subnet_id", subnet.clone()),
            ("ip", Value::from("10.0.1.50")),
            ("alias_ips", aliases.clone()),
        ];
        let by_subnet = [server, ("subnet_id", subnet)];
        let variants_by_subnet =
            [("server_id", Value::from(ground.other_server)), ("alias_ips", aliases)];
        let kind = "hcloud_server_network";
        vec![
            Sample::new(kind, by_network).variants(variants).import(own_id, &[]),
            Sample::new(kind, by_subnet)
                .variants(variants_by_subnet)
                .import(own_id, &["subnet_id"]),
        ]
    }
    Family { samples, remove: detach }
}

fn detach(bench: &Bench, object: &Object) -> bool {
    let path = format!("/servers/{}/actions/detach_from_network", text(object, "server_id"));
    let network: i64 = text(object, "network_id").parse().unwrap();
    bench.outside("POST", &path, &json!({ "network": network }));
    true
}
