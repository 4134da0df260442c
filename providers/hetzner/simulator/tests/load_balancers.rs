//! Load balancers: services, targets with their health, the network, and all that is refused.

mod services;
mod targets;

use super::bench::{Bench, HOUR_MS};
use serde_json::{Value, json};

pub(super) fn plain(name: &str) -> Value {
    json!({ "name": name, "load_balancer_type": "lb11", "location": "fsn1" })
}

pub(super) fn service(port: u64) -> Value {
    json!({
        "protocol": "tcp",
        "listen_port": port,
        "destination_port": 8080,
        "proxyprotocol": false,
        "health_check": {
            "protocol": "tcp", "port": 8080, "interval": 15, "timeout": 10, "retries": 3,
        },
    })
}

#[test]
fn types_are_listed() {
    let bench = Bench::new();
    let types = bench.get("/load_balancer_types")["load_balancer_types"].clone();
    let names: Vec<_> = types.as_array().unwrap().iter().map(|of| of["name"].clone()).collect();
    assert_eq!(names, ["lb11", "lb21", "lb31"]);
    let by_name = bench.get("/load_balancer_types?name=lb21")["load_balancer_types"].clone();
    assert_eq!(by_name[0]["max_services"], 15);
    bench.table(&[
        ("GET", "/load_balancer_types/3", Value::Null, 200, ""),
        ("GET", "/load_balancer_types/9", Value::Null, 404, "not_found"),
    ]);
}

#[test]
fn load_balancers_are_made_with_everything() {
    let bench = Bench::new();
    let network = bench.made("/networks", &network("10.0.0.0/16", "10.0.1.0/24"));
    let inside = json!({ "networks": [network], "labels": { "role": "web" } });
    let server = bench.server("web", &inside);
    let body = json!({
        "name": "front",
        "load_balancer_type": "lb21",
        "network_zone": "eu-central",
        "algorithm": { "type": "least_connections" },
        "labels": { "env": "prod" },
        "network": network,
        "public_interface": true,
        "services": [service(80), service(443)],
        "targets": [
            { "type": "server", "server": { "id": server }, "use_private_ip": true },
            { "type": "label_selector", "label_selector": { "selector": "role=web" } },
            { "type": "ip", "ip": { "ip": "192.0.2.7" } },
        ],
    });
    let answer = bench.post("/load_balancers", &body);
    assert_eq!(answer["action"]["command"], "create_load_balancer");
    let one = format!("/load_balancers/{}", answer["load_balancer"]["id"]);
    bench.table(&[("PUT", &one, json!({ "name": "x" }), 423, "locked")]);
    bench.simulator.advance(HOUR_MS);
    let own = bench.get(&one)["load_balancer"].clone();
    assert_eq!(
        (&own["algorithm"]["type"], &own["location"]["name"]),
        (&json!("least_connections"), &json!("fsn1"))
    );
    assert_eq!(own["private_net"], json!([{ "network": network, "ip": "10.0.1.2" }]));
    assert_eq!(
        (own["services"].as_array().unwrap().len(), &own["included_traffic"]),
        (2, &json!(20_000_000_000_000_u64))
    );
    let healthy = json!([
        { "listen_port": 80, "status": "healthy" },
        { "listen_port": 443, "status": "healthy" },
    ]);
    assert_eq!(own["targets"][0]["health_status"], healthy);
    assert_eq!(own["targets"][1]["targets"][0]["server"]["id"], server);
    assert_eq!(
        own["targets"][2],
        json!({ "type": "ip", "ip": { "ip": "192.0.2.7" }, "health_status": healthy })
    );
    assert_eq!(
        bench.get(&format!("/networks/{network}"))["network"]["load_balancers"],
        json!([own["id"]])
    );
    assert_eq!(bench.see(server)["load_balancers"], json!([own["id"]]));
    bench.put(&one, &json!({ "name": "other", "labels": {} }));
    assert_eq!(bench.get("/load_balancers?name=other")["load_balancers"][0]["id"], own["id"]);
    let action = bench.act("DELETE", &one, &Value::Null);
    assert_eq!(action["command"], "delete_load_balancer");
    bench.table(&[("GET", &one, Value::Null, 404, "not_found")]);
    assert_eq!(bench.see(server)["load_balancers"], json!([]));
}

pub(super) fn network(range: &str, subnet: &str) -> Value {
    json!({
        "name": range.replace('/', "-"),
        "ip_range": range,
        "subnets": [{ "type": "cloud", "ip_range": subnet, "network_zone": "eu-central" }],
    })
}

#[test]
fn load_balancers_refuse_what_does_not_fit() {
    let bench = Bench::new();
    bench.made("/load_balancers", &plain("front"));
    let far = json!({
        "name": "far",
        "ip_range": "10.9.0.0/16",
        "subnets": [{ "type": "cloud", "ip_range": "10.9.1.0/24", "network_zone": "us-east" }],
    });
    let far = bench.made("/networks", &far);
    let with = |field: &str, value: Value| {
        let mut body = plain("other");
        body[field] = value;
        body
    };
    let of_server = |id: u64| json!({ "type": "server", "server": { "id": id } });
    let ip = |ip: &str| json!([{ "type": "ip", "ip": { "ip": ip } }]);
    let private = json!([{
        "type": "label_selector", "label_selector": { "selector": "a" }, "use_private_ip": true,
    }]);
    let post = "/load_balancers";
    bench.table(&[
        ("POST", post, json!({}), 422, "invalid_input"),
        ("POST", post, json!({ "name": "a", "load_balancer_type": "lb11" }), 422, "invalid_input"),
        ("POST", post, plain("front"), 409, "uniqueness_error"),
        ("POST", post, plain(" a"), 422, "invalid_input"),
        ("POST", post, plain(&"a".repeat(129)), 422, "invalid_input"),
        ("POST", post, with("load_balancer_type", json!("lb99")), 422, "invalid_input"),
        ("POST", post, with("location", json!("mars")), 422, "invalid_input"),
        ("POST", post, with("network_zone", json!("eu-central")), 422, "invalid_input"),
        ("POST", post, with("algorithm", json!({ "type": "random" })), 422, "invalid_input"),
        ("POST", post, with("services", json!([{ "protocol": "tcp" }])), 422, "invalid_input"),
        (
            "POST",
            post,
            with("services", json!([service(80), service(80)])),
            412,
            "source_port_already_used",
        ),
        (
            "POST",
            post,
            with("services", vec![1, 2, 3, 4, 5, 6].into_iter().map(service).collect()),
            403,
            "resource_limit_exceeded",
        ),
        ("POST", post, with("targets", json!([of_server(7)])), 404, "not_found"),
        ("POST", post, with("targets", json!([{ "type": "server" }])), 422, "invalid_input"),
        ("POST", post, with("targets", ip("198.51.100.1")), 422, "ip_not_owned"),
        (
            "POST",
            post,
            with("targets", ip("10.0.0.1")),
            422,
            "load_balancer_not_attached_to_network",
        ),
        ("POST", post, with("targets", private), 422, "load_balancer_not_attached_to_network"),
        (
            "POST",
            post,
            with("public_interface", json!(false)),
            422,
            "load_balancer_not_attached_to_network",
        ),
        ("POST", post, with("public_net", json!({ "ipv4": 7 })), 422, "invalid_input"),
        ("POST", post, with("network", json!(7)), 404, "not_found"),
        ("POST", post, with("network", json!(far)), 422, "no_subnet_available"),
    ]);
}

#[test]
fn load_balancers_are_changed() {
    let bench = Bench::new();
    let mut body = plain("front");
    body["services"] = (80..=85).map(service).collect();
    body["load_balancer_type"] = json!("lb21");
    let id = bench.made("/load_balancers", &body);
    let one = format!("/load_balancers/{id}");
    let act = |what: &str| format!("{one}/actions/{what}");
    let (algorithm, of_type) = (act("change_algorithm"), act("change_type"));
    let (pointer, protect) = (act("change_dns_ptr"), act("change_protection"));
    let shown = || bench.get(&one)["load_balancer"].clone();
    bench.table(&[
        ("POST", &algorithm, json!({}), 422, "invalid_input"),
        ("POST", &algorithm, json!({ "type": "random" }), 422, "invalid_input"),
        ("POST", &of_type, json!({ "load_balancer_type": "lb99" }), 422, "invalid_input"),
        (
            "POST",
            &of_type,
            json!({ "load_balancer_type": "lb11" }),
            422,
            "invalid_load_balancer_type",
        ),
        (
            "POST",
            &pointer,
            json!({ "ip": "192.0.2.1", "dns_ptr": "a.example" }),
            422,
            "invalid_input",
        ),
    ]);
    bench.act("POST", &algorithm, &json!({ "type": "least_connections" }));
    let action = bench.act("POST", &of_type, &json!({ "load_balancer_type": "lb31" }));
    assert_eq!(action["command"], "change_load_balancer_type");
    let own = shown();
    assert_eq!(
        (&own["algorithm"]["type"], &own["load_balancer_type"]["name"]),
        (&json!("least_connections"), &json!("lb31"))
    );
    for version in ["ipv4", "ipv6"] {
        let before = shown()["public_net"][version].clone();
        bench.act("POST", &pointer, &json!({ "ip": before["ip"], "dns_ptr": "lb.example.com" }));
        assert_eq!(shown()["public_net"][version]["dns_ptr"], "lb.example.com");
        bench.act("POST", &pointer, &json!({ "ip": before["ip"], "dns_ptr": null }));
        assert_eq!(shown()["public_net"][version], before);
    }
    bench.act("POST", &protect, &json!({ "delete": true }));
    bench.table(&[("DELETE", &one, Value::Null, 423, "protected")]);
    bench.act("POST", &protect, &json!({ "delete": false }));
    bench.table(&[
        ("DELETE", &one, Value::Null, 200, ""),
        ("DELETE", &one, Value::Null, 423, "locked"),
    ]);
}
