//! Load balancers, and what is put on them.

use super::basics::labels;
use crate::tests::{
    bench::{Bench, Ground},
    contract::{Family, by_id, own_id, text},
};
use infra_model::{snapshot::Object, types::Type, value::Value};
use infra_sdk::contract::Sample;
use serde_json::json;

pub(super) fn balancers() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = |place: (&'static str, &'static str)| {
            vec![
                ("name", Value::from("edge")),
                ("load_balancer_type", Value::from("lb11")),
                (place.0, Value::from(place.1)),
            ]
        };
        let target = block(&[
            ("type", Value::from("server")),
            ("server_id", Value::from(ground.server)),
            ("use_private_ip", Value::from(false)),
        ]);
        let variants = vec![
            ("name", Value::from("inner")),
            ("load_balancer_type", Value::from("lb21")),
            ("location", Value::from("nbg1")),
            ("algorithm", list(&[block(&[("type", Value::from("least_connections"))])])),
            ("target", Value::set(target.ty(), vec![target])),
            ("delete_protection", Value::from(true)),
            labels(),
        ];
        let by_location = Sample::new("hcloud_load_balancer", base(("location", "fsn1")));
        let by_zone = Sample::new("hcloud_load_balancer", base(("network_zone", "eu-central")));
        vec![
            by_location.variants(variants).import(own_id, &[]),
            by_zone.variants([("network_zone", Value::from("us-east"))]).import(own_id, &[]),
        ]
    }
    Family { samples, remove: |bench, object| by_id(bench, object, "/load_balancers") }
}

pub(super) fn networks() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = |way: (&'static str, Value)| {
            vec![("load_balancer_id", Value::from(ground.load_balancer)), way]
        };
        let variants =
            [("ip", Value::from("10.0.1.77")), ("enable_public_interface", Value::from(false))];
        let network = ("network_id", Value::from(ground.network));
        let subnet = ("subnet_id", Value::string(format!("{}-10.0.1.0/24", ground.network)));
        let name = "hcloud_load_balancer_network";
        vec![
            Sample::new(name, base(network)).variants(variants).import(own_id, &[]),
            Sample::new(name, base(subnet)).import(own_id, &["subnet_id"]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let network: i64 = text(object, "network_id").parse().unwrap();
            act(bench, object, "detach_from_network", &json!({ "network": network }))
        },
    }
}

pub(super) fn services() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = |protocol: &'static str| {
            vec![
                ("load_balancer_id", Value::string(ground.load_balancer.to_string())),
                ("protocol", Value::from(protocol)),
            ]
        };
        let ports = [("listen_port", 2222.into()), ("destination_port", 22.into())];
        let ports = ports.map(|(name, port): (&'static str, i64)| (name, Value::from(port)));
        let tcp = base("tcp").into_iter().chain(ports);
        let tcp_variants = vec![
            ("listen_port", Value::from(2223)),
            ("destination_port", Value::from(23)),
            ("proxyprotocol", Value::from(true)),
            ("health_check", list(&[check("tcp", &[])])),
            ("protocol", Value::from("http")),
        ];
        let http_variants = vec![
            ("listen_port", Value::from(8080)),
            ("destination_port", Value::from(8080)),
            ("http", list(&[http(ground, "http")])),
            ("health_check", list(&[check("http", &[request()])])),
        ];
        let https = base("https").into_iter().chain([("http", list(&[http(ground, "https")]))]);
        let name = "hcloud_load_balancer_service";
        vec![
            Sample::new(name, tcp).variants(tcp_variants).import(own_id, &[]),
            Sample::new(name, base("http")).variants(http_variants).import(own_id, &[]),
            Sample::new(name, https).import(own_id, &[]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let port: i64 = text(object, "listen_port").parse().unwrap();
            act(bench, object, "delete_service", &json!({ "listen_port": port }))
        },
    }
}

pub(super) fn targets() -> Family {
    fn samples(ground: &Ground) -> Vec<Sample> {
        let base = |sort: &'static str, named: (&'static str, Value)| {
            let balancer = ("load_balancer_id", Value::from(ground.load_balancer));
            vec![("type", Value::from(sort)), balancer, named]
        };
        let name = "hcloud_load_balancer_target";
        let server = base("server", ("server_id", Value::from(ground.server)));
        let label = base("label_selector", ("label_selector", Value::from("env=prod")));
        vec![
            Sample::new(name, server)
                .variants([("server_id", Value::from(ground.public_server))])
                .import(own_id, &[]),
            Sample::new(name, label)
                .variants([("label_selector", Value::from("env in (a,b)"))])
                .import(own_id, &[]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let sort = text(object, "type");
            let body = if sort == "server" {
                let server: i64 = text(object, "server_id").parse().unwrap();
                json!({ "type": sort, "server": { "id": server } })
            } else {
                json!({ "type": sort, "label_selector": { "selector": text(object, "label_selector") } })
            };
            act(bench, object, "remove_target", &body)
        },
    }
}

fn act(bench: &Bench, object: &Object, name: &str, body: &serde_json::Value) -> bool {
    let balancer = text(object, "load_balancer_id");
    bench.outside("POST", &format!("/load_balancers/{balancer}/actions/{name}"), body);
    true
}

fn http(ground: &Ground, protocol: &str) -> Value {
    let is_https = protocol == "https";
    let certificates = if is_https { vec![Value::from(ground.certificate)] } else { Vec::new() };
    block(&[
        ("sticky_sessions", Value::from(true)),
        ("cookie_name", Value::from("EDGE")),
        ("cookie_lifetime", Value::from(600)),
        ("certificates", Value::set(Type::Number, certificates)),
        ("redirect_http", Value::from(is_https)),
        ("timeout_idle", Value::from(60)),
    ])
}

fn check(protocol: &'static str, requests: &[Value]) -> Value {
    let requests = Value::list(request().ty(), requests.to_vec());
    block(&[
        ("protocol", Value::from(protocol)),
        ("port", Value::from(8080)),
        ("interval", Value::from(20)),
        ("timeout", Value::from(5)),
        ("retries", Value::from(2)),
        ("http", requests),
    ])
}

/// Some of it is left out.
fn request() -> Value {
    block(&[
        ("domain", Value::null(Type::String)),
        ("path", Value::from("/healthy")),
        ("response", Value::null(Type::String)),
        ("tls", Value::null(Type::Bool)),
        ("status_codes", Value::list(Type::String, vec![Value::from("2??")])),
    ])
}

fn block(entries: &[(&'static str, Value)]) -> Value {
    Value::object(entries.iter().cloned())
}

fn list(blocks: &[Value]) -> Value {
    Value::list(blocks[0].ty(), blocks.to_vec())
}
