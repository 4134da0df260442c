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
        let variants = [
            ("load_balancer_id", Value::from(ground.third_load_balancer)),
            ("ip", Value::from("10.0.1.77")),
            ("enable_public_interface", Value::from(false)),
        ];
        let network = ("network_id", Value::from(ground.network));
        let subnet =
            |range: &str| ("subnet_id", Value::string(format!("{}-{range}", ground.network)));
        let name = "hcloud_load_balancer_network";
        vec![
            Sample::new(name, base(network)).variants(variants).import(own_id, &[]),
            Sample::new(name, base(subnet("10.0.1.0/24")))
                .variants([subnet("10.0.5.0/24")])
                .import(own_id, &["subnet_id"]),
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
        let other = Value::string(ground.other_load_balancer.to_string());
        let tcp_variants = vec![
            ("load_balancer_id", other),
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
            ("health_check", list(&[check("http", &[request(false)])])),
            ("health_check", list(&[check("http", &[request(true)])])),
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
        let target = |(sort, balancer): (&'static str, i64), named: Value| {
            let by = if sort == "server" { "server_id" } else { sort };
            let base = [
                ("type", Value::from(sort)),
                ("load_balancer_id", Value::from(balancer)),
                (by, named),
            ];
            Sample::new("hcloud_load_balancer_target", base).import(own_id, &[])
        };
        let (alone, joined) = (ground.load_balancer, ground.other_load_balancer);
        let other = ("load_balancer_id", Value::from(joined));
        let private = ("use_private_ip", Value::from(true));
        let public_server = || Value::from(ground.public_server);
        vec![
            target(("server", alone), Value::from(ground.server))
                .variants([("server_id", public_server()), other.clone()]),
            target(("server", joined), public_server()).variants([private.clone()]),
            target(("label_selector", alone), Value::from("env=prod"))
                .variants([("label_selector", Value::from("env in (a,b)")), other.clone()]),
            target(("label_selector", joined), Value::from("env=prod")).variants([private]),
            // Where root servers of the owner of the project are.
            target(("ip", alone), Value::from("192.0.2.10"))
                .variants([("ip", Value::from("192.0.2.11")), other]),
        ]
    }
    Family {
        samples,
        remove: |bench, object| {
            let sort = text(object, "type");
            let body = match &*sort {
                "server" => {
                    let server: i64 = text(object, "server_id").parse().unwrap();
                    json!({ "type": sort, "server": { "id": server } })
                }
                "ip" => json!({ "type": sort, "ip": { "ip": text(object, "ip") } }),
                _ => {
                    let selector = text(object, "label_selector");
                    json!({ "type": sort, "label_selector": { "selector": selector } })
                }
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
    let requests = Value::list(request(true).ty(), requests.to_vec());
    block(&[
        ("protocol", Value::from(protocol)),
        ("port", Value::from(8080)),
        ("interval", Value::from(20)),
        ("timeout", Value::from(5)),
        ("retries", Value::from(2)),
        ("http", requests),
    ])
}

/// All of it, or some.
fn request(is_whole: bool) -> Value {
    let text = |text: &'static str| {
        if is_whole { Value::from(text) } else { Value::null(Type::String) }
    };
    block(&[
        ("domain", text("www.example.com")),
        ("path", Value::from("/healthy")),
        ("response", text("well")),
        ("tls", if is_whole { Value::from(true) } else { Value::null(Type::Bool) }),
        ("status_codes", Value::list(Type::String, vec![Value::from("2??")])),
    ])
}

fn block(entries: &[(&'static str, Value)]) -> Value {
    Value::object(entries.iter().cloned())
}

fn list(blocks: &[Value]) -> Value {
    Value::list(blocks[0].ty(), blocks.to_vec())
}
