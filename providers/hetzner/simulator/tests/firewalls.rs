//! Firewalls: rules and their syntax, and the servers that they are for, directly or by labels.

use super::bench::{Bench, HOUR_MS, Row};
use serde_json::{Value, json};

fn rule(port: &str) -> Value {
    json!({ "direction": "in", "protocol": "tcp", "port": port, "source_ips": ["0.0.0.0/0", "::/0"] })
}

fn to_server(server: u64) -> Value {
    json!({ "type": "server", "server": { "id": server } })
}

fn to_labels(selector: &str) -> Value {
    json!({ "type": "label_selector", "label_selector": { "selector": selector } })
}

#[test]
fn firewalls_have_rules() {
    let bench = Bench::new();
    let answer = bench.post("/firewalls", &json!({ "name": "web", "rules": [rule("443")] }));
    let shown = json!({
        "description": null, "direction": "in", "protocol": "tcp", "port": "443",
        "source_ips": ["0.0.0.0/0", "::/0"], "destination_ips": [],
    });
    assert_eq!(answer["firewall"]["rules"], json!([shown]));
    assert_eq!(answer["actions"][0]["command"], "set_firewall_rules");
    let one = format!("/firewalls/{}", answer["firewall"]["id"]);
    let set = format!("{one}/actions/set_rules");
    let (apply, remove) = (
        format!("{one}/actions/apply_to_resources"),
        format!("{one}/actions/remove_from_resources"),
    );
    bench.table(&[
        ("PUT", &one, json!({ "name": "other" }), 409, "conflict"),
        ("POST", &set, json!({ "rules": [] }), 409, "conflict"),
        ("POST", &apply, json!({ "apply_to": [to_labels("a")] }), 409, "conflict"),
        ("POST", &remove, json!({ "remove_from": [to_labels("a")] }), 409, "conflict"),
        ("DELETE", &one, Value::Null, 409, "conflict"),
    ]);
    bench.simulator.advance(HOUR_MS);
    let out = json!({
        "direction": "out", "protocol": "icmp", "destination_ips": ["10.0.0.0/8"],
        "description": "ping",
    });
    bench.post(&set, &json!({ "rules": [out, rule("80-85")] }));
    assert_eq!(bench.get(&one)["firewall"]["rules"], json!([shown]), "it takes a second");
    bench.simulator.advance(HOUR_MS);
    assert_eq!(bench.get(&one)["firewall"]["rules"][0]["description"], "ping");
    bench.table(&[
        ("POST", &set, json!({ "rules": [] }), 201, ""),
        ("POST", "/firewalls", json!({ "name": "web" }), 409, "uniqueness_error"),
        ("POST", "/firewalls", json!({ "name": "bare" }), 201, ""),
        ("GET", "/firewalls?name=bare&sort=name:asc", Value::Null, 200, ""),
    ]);
    bench.simulator.advance(HOUR_MS);
    bench.table(&[
        ("PUT", &one, json!({ "name": "bare" }), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "b", "labels": { "a": "b" } }), 200, ""),
        ("DELETE", &one, Value::Null, 204, ""),
    ]);
}

#[test]
fn firewalls_refuse_wrong_rules() {
    let bench = Bench::new();
    let id = bench.made("/firewalls", &json!({ "name": "web" }));
    let set = format!("/firewalls/{id}/actions/set_rules");
    let with = |field: &str, value: Value| {
        let mut rule = rule("80");
        rule[field] = value;
        rule
    };
    let many: Vec<String> = (0..101).map(|number| format!("10.0.{number}.0/24")).collect();
    let hundred = json!(many[..100]);
    let wrong = [
        json!({}),
        with("direction", json!("up")),
        with("protocol", json!("sctp")),
        with("protocol", json!("icmp")),
        with("port", Value::Null),
        with("port", json!("0")),
        with("port", json!("85-80")),
        with("port", json!("any")),
        with("source_ips", json!([])),
        with("source_ips", json!(["10.0.0.1/24"])),
        with("source_ips", json!(["10.0.0.1"])),
        with("source_ips", json!(many)),
        with("destination_ips", json!(["10.0.0.0/8"])),
        with("direction", json!("out")),
        with("description", json!("x".repeat(256))),
    ];
    let mut rows: Vec<Row<'_>> = Vec::new();
    for rule in wrong {
        rows.push(("POST", &set, json!({ "rules": [rule] }), 422, "invalid_input"));
    }
    let full = |count: usize| json!({ "rules": vec![with("source_ips", hundred.clone()); count] });
    rows.push(("POST", &set, json!({}), 422, "invalid_input"));
    rows.push(("POST", &set, json!({ "rules": vec![rule("80"); 51] }), 422, "invalid_input"));
    rows.push(("POST", &set, full(6), 403, "resource_limit_exceeded"));
    rows.push(("POST", &set, full(5), 201, ""));
    bench.table(&rows);
}

#[test]
fn firewalls_are_applied_to_servers() {
    let bench = Bench::new();
    let server = bench.server("web", &Value::Null);
    let hidden = json!({
        "start_after_create": false,
        "public_net": { "enable_ipv4": false, "enable_ipv6": false },
    });
    let hidden = bench.server("hidden", &hidden);
    let create = |aims: Value| json!({ "name": "web", "rules": [rule("80")], "apply_to": aims });
    bench.table(&[
        ("POST", "/firewalls", create(json!([to_server(7)])), 422, "firewall_resource_not_found"),
        (
            "POST",
            "/firewalls",
            create(json!([to_server(hidden)])),
            422,
            "incompatible_network_type",
        ),
        (
            "POST",
            "/firewalls",
            create(json!([to_server(server), to_server(server)])),
            422,
            "server_already_added",
        ),
        ("POST", "/firewalls", create(json!([{ "type": "server" }])), 422, "invalid_input"),
        ("POST", "/firewalls", create(json!([to_labels("a=")])), 201, ""),
    ]);
    let answer = bench.post("/firewalls", &json!({ "name": "b", "apply_to": [to_server(server)] }));
    assert_eq!(answer["actions"][0]["command"], "apply_firewall");
    bench.simulator.advance(HOUR_MS);
    let id = answer["firewall"]["id"].as_u64().unwrap();
    let one = format!("/firewalls/{id}");
    assert_eq!(bench.get(&one)["firewall"]["applied_to"], json!([to_server(server)]));
    let shown = bench.get(&format!("/servers/{server}"))["server"]["public_net"].clone();
    assert_eq!(shown["firewalls"], json!([{ "id": id, "status": "applied" }]));
    let apply = format!("{one}/actions/apply_to_resources");
    let remove = format!("{one}/actions/remove_from_resources");
    let to = |aim: Value| json!({ "apply_to": [aim] });
    let from = |aim: Value| json!({ "remove_from": [aim] });
    bench.table(&[
        ("POST", &apply, json!({ "apply_to": [] }), 422, "invalid_input"),
        ("POST", &apply, to(json!({ "type": "volume" })), 422, "invalid_input"),
        ("POST", &apply, to(to_server(7)), 404, "firewall_resource_not_found"),
        ("POST", &apply, to(to_server(server)), 422, "firewall_already_applied"),
        ("POST", &apply, to(to_server(hidden)), 422, "private_net_only_server"),
        ("POST", &apply, to(to_labels("a,,b")), 422, "invalid_input"),
        ("POST", &remove, from(to_server(hidden)), 404, "firewall_resource_not_found"),
        ("POST", &remove, from(to_labels("a=b")), 404, "firewall_resource_not_found"),
        ("DELETE", &one, Value::Null, 422, "resource_in_use"),
        ("POST", &remove, from(to_server(server)), 201, ""),
    ]);
    bench.simulator.advance(HOUR_MS);
    bench.table(&[("DELETE", &one, Value::Null, 204, "")]);
}

#[test]
fn firewalls_own_the_servers_they_select() {
    let bench = Bench::new();
    let server = bench.server("web", &json!({ "labels": { "role": "web" } }));
    let id = bench.made("/firewalls", &json!({ "name": "a", "apply_to": [to_labels("role=web")] }));
    let one = format!("/firewalls/{id}");
    let apply = format!("{one}/actions/apply_to_resources");
    let remove = format!("{one}/actions/remove_from_resources");
    let mut selected = to_labels("role=web");
    selected["applied_to_resources"] = json!([to_server(server)]);
    assert_eq!(bench.get(&one)["firewall"]["applied_to"], json!([selected]));
    let answer = bench.post(&format!("{one}/actions/set_rules"), &json!({ "rules": [rule("80")] }));
    let commands: Vec<_> = answer["actions"].as_array().unwrap().iter().collect();
    assert_eq!(commands[1]["resources"][0], json!({ "id": server, "type": "server" }));
    bench.simulator.advance(HOUR_MS);
    let from = |aim: Value| json!({ "remove_from": [aim] });
    bench.table(&[
        ("POST", &remove, from(to_server(server)), 422, "firewall_managed_by_label_selector"),
        (
            "POST",
            &apply,
            json!({ "apply_to": [to_labels("role=web")] }),
            422,
            "firewall_already_applied",
        ),
        ("POST", &apply, json!({ "apply_to": [to_server(server)] }), 201, ""),
    ]);
    bench.simulator.advance(HOUR_MS);
    bench.table(&[("POST", &remove, from(to_server(server)), 201, "")]);
    bench.simulator.advance(HOUR_MS);
    bench.put(&format!("/servers/{server}"), &json!({ "labels": {} }));
    let applied = bench.get(&one)["firewall"]["applied_to"].clone();
    assert_eq!(applied[0]["applied_to_resources"], json!([]));
    bench.put(&format!("/servers/{server}"), &json!({ "labels": { "role": "web" } }));
    for number in 1..5 {
        let body = json!({ "name": format!("f{number}"), "apply_to": [to_server(server)] });
        bench.made("/firewalls", &body);
    }
    let sixth = |aim: Value| json!({ "name": "sixth", "apply_to": [aim] });
    bench.table(&[
        ("POST", "/firewalls", sixth(to_server(server)), 403, "resource_limit_exceeded"),
        ("POST", "/firewalls", sixth(to_labels("role")), 403, "resource_limit_exceeded"),
        ("DELETE", &one, Value::Null, 422, "resource_in_use"),
        ("POST", &remove, from(to_labels("role=web")), 201, ""),
    ]);
    bench.simulator.advance(HOUR_MS);
    bench.table(&[("DELETE", &one, Value::Null, 204, "")]);
}
