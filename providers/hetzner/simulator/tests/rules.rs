//! What servers and images refuse: a row per rule, with the status and code that it gets.

use super::bench::Bench;
use crate::{Effect, Fault, Kind, World};
use serde_json::{Value, json};

fn server(change: &Value) -> Value {
    let mut body = json!({
        "name": "new", "server_type": "cx23", "image": "debian-12", "location": "fsn1",
    });
    let body_of = body.as_object_mut().unwrap();
    body_of.extend(change.as_object().unwrap().clone());
    body_of.retain(|_, value| !value.is_null());
    body
}

#[test]
fn creation_refuses_what_does_not_fit() {
    let bench = Bench::new();
    bench.server("taken", &json!({}));
    let wrong = |change: Value| ("POST", "/servers", server(&change), 422, "invalid_input");
    let missing = |change: Value| ("POST", "/servers", server(&change), 404, "not_found");
    bench.table(&[
        ("POST", "/servers", server(&json!({ "name": "taken" })), 409, "uniqueness_error"),
        wrong(json!({ "name": "under_score" })),
        wrong(json!({ "name": "-dash" })),
        wrong(json!({ "name": "" })),
        wrong(json!({ "name": null })),
        wrong(json!({ "name": "a".repeat(64) })),
        wrong(json!({ "labels": { "a": "not good" } })),
        wrong(json!({ "labels": { "hetzner.cloud/a": "b" } })),
        wrong(json!({ "server_type": "cx99" })),
        wrong(json!({ "server_type": "cx22" })),
        wrong(json!({ "server_type": "cpx11" })),
        wrong(json!({ "server_type": "cx23", "location": "ash" })),
        wrong(json!({ "location": "eu-central" })),
        wrong(json!({ "datacenter": "fsn1-dc14" })),
        wrong(json!({ "image": "debian-99" })),
        wrong(json!({ "image": "999" })),
        wrong(json!({ "image": "161547270" })),
        wrong(json!({ "server_type": "cax11", "image": "lamp" })),
        wrong(json!({ "user_data": "x".repeat(32 * 1024 + 1) })),
        wrong(json!({ "public_net": { "enable_ipv4": false, "enable_ipv6": false } })),
        wrong(json!({ "public_net": { "enable_ipv4": false, "ipv4": 1 } })),
        missing(json!({ "ssh_keys": ["nobody"] })),
        missing(json!({ "networks": [1] })),
        missing(json!({ "volumes": [1] })),
        missing(json!({ "firewalls": [{ "firewall": 1 }] })),
        missing(json!({ "placement_group": 1 })),
        missing(json!({ "public_net": { "ipv4": 1 } })),
        ("POST", "/servers", server(&json!({ "server_type": "cax11" })), 201, ""),
        ("POST", "/servers", server(&json!({ "name": "app", "image": "docker-ce" })), 201, ""),
        (
            "POST",
            "/servers",
            server(&json!({ "name": "id", "server_type": "114", "image": "161547269" })),
            201,
            "",
        ),
        (
            "POST",
            "/servers",
            server(&json!({ "name": "a.b-c.example", "user_data": "x".repeat(32 * 1024) })),
            201,
            "",
        ),
    ]);
}

#[test]
fn creation_runs_out_of_stock() {
    let bench = Bench::new();
    let effect = Effect::StockOut { server_type: "cx23".to_owned(), location: "fsn1".to_owned() };
    bench.simulator.lock(|world| {
        world.set_fault(Fault::always("*", effect));
        world.catalogue().set_available("cx33", "fsn1", false);
    });
    let place = |name: &str, of: &str, at: &str| {
        server(&json!({ "name": name, "server_type": of, "location": at }))
    };
    bench.table(&[
        ("POST", "/servers", place("a", "cx23", "fsn1"), 412, "resource_unavailable"),
        ("POST", "/servers", place("a", "cx33", "fsn1"), 412, "resource_unavailable"),
        ("POST", "/servers", place("a", "cx23", "nbg1"), 201, ""),
        ("POST", "/servers", place("b", "cx43", "fsn1"), 201, ""),
        ("POST", "/servers", server(&json!({ "name": "c", "location": null })), 201, ""),
    ]);
    let types = bench.get("/server_types?name=cx33")["server_types"].clone();
    assert_eq!(types[0]["locations"][0]["available"], false);
    let types = bench.get("/server_types?name=cx23")["server_types"].clone();
    assert_eq!(types[0]["locations"][0]["available"], true, "a fault does not tell");
    let third = bench.get("/servers?name=c")["servers"].clone();
    assert_eq!(third[0]["location"]["name"], "nbg1");
    bench.simulator.lock(World::clear_faults);
    bench.table(&[("POST", "/servers", place("d", "cx23", "fsn1"), 201, "")]);
}

#[test]
fn projects_have_limits() {
    let bench = Bench::new();
    bench.simulator.lock(|world| world.set_limit(Kind::Server, 1));
    bench.server("one", &json!({}));
    bench.table(&[("POST", "/servers", server(&json!({})), 403, "resource_limit_exceeded")]);
    let error = bench.send("POST", "/servers", &server(&json!({}))).value()["error"].clone();
    assert_eq!(error["details"]["limits"][0]["name"], "project_limit");
}

#[test]
fn running_actions_lock_their_server() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let at = |action: &str| format!("/servers/{id}/actions/{action}");
    let one = format!("/servers/{id}");
    bench.post(&at("poweroff"), &Value::Null);
    bench.table(&[
        ("POST", &at("poweron"), Value::Null, 423, "locked"),
        ("POST", &at("enable_backup"), Value::Null, 423, "locked"),
        ("PUT", &one, json!({ "name": "db" }), 423, "locked"),
        ("DELETE", &one, Value::Null, 423, "locked"),
        ("GET", &one, Value::Null, 200, ""),
    ]);
    bench.simulator.advance(3_000);
    bench.table(&[("POST", &at("poweron"), Value::Null, 201, "")]);
    bench.simulator.advance(60_000);
    let lock = Fault::once("POST /servers/{id}/actions/poweroff", Effect::Lock { for_ms: 5_000 });
    bench.simulator.lock(|world| world.set_fault(lock));
    bench.table(&[
        ("POST", &at("poweroff"), Value::Null, 423, "locked"),
        ("POST", &at("reboot"), Value::Null, 423, "locked"),
    ]);
    bench.simulator.advance(5_000);
    bench.table(&[("POST", &at("poweroff"), Value::Null, 201, "")]);
}

#[test]
fn protection_protects() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let at = |action: &str| format!("/servers/{id}/actions/{action}");
    let protect = |to: bool| json!({ "delete": to, "rebuild": to });
    bench.table(&[(
        "POST",
        &at("change_protection"),
        json!({ "delete": true }),
        422,
        "invalid_input",
    )]);
    bench.on(id, "change_protection", &protect(true));
    bench.table(&[
        ("DELETE", &format!("/servers/{id}"), Value::Null, 423, "protected"),
        ("POST", &at("rebuild"), json!({ "image": "debian-13" }), 423, "protected"),
    ]);
    bench.on(id, "change_protection", &protect(false));
    bench.table(&[("DELETE", &format!("/servers/{id}"), Value::Null, 200, "")]);
}

#[test]
fn actions_refuse_what_does_not_fit() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let at = |action: &str| format!("/servers/{id}/actions/{action}");
    let to = |name: &str| json!({ "server_type": name, "upgrade_disk": true });
    bench.table(&[
        ("POST", &at("change_type"), to("cx33"), 422, "server_not_stopped"),
        ("POST", &at("rebuild"), json!({}), 422, "invalid_input"),
        ("POST", &at("rebuild"), json!({ "image": "nothing" }), 422, "invalid_input"),
        ("POST", &at("rebuild"), json!({ "image": "161547270" }), 422, "invalid_input"),
        ("POST", &at("attach_iso"), json!({ "iso": "nothing" }), 404, "not_found"),
        ("POST", &at("attach_iso"), json!({ "iso": "97642" }), 422, "invalid_input"),
        ("POST", &at("enable_rescue"), json!({ "type": "freebsd64" }), 422, "invalid_input"),
        ("POST", &at("enable_rescue"), json!({ "ssh_keys": [1] }), 404, "not_found"),
        ("POST", &at("create_image"), json!({ "type": "backup" }), 422, "unsupported_error"),
        ("POST", &at("create_image"), json!({ "type": "system" }), 422, "invalid_input"),
        (
            "POST",
            &at("change_dns_ptr"),
            json!({ "ip": "1.2.3.4", "dns_ptr": "a.b" }),
            422,
            "invalid_input",
        ),
        ("POST", &at("remove_from_placement_group"), Value::Null, 404, "not_found"),
        ("POST", &at("add_to_placement_group"), json!({}), 422, "invalid_input"),
        ("POST", "/servers/1/actions/poweron", Value::Null, 404, "not_found"),
    ]);
    bench.on(id, "poweroff", &Value::Null);
    bench.table(&[
        ("POST", &at("change_type"), json!({ "server_type": "cx33" }), 422, "invalid_input"),
        ("POST", &at("change_type"), to("nothing"), 422, "invalid_input"),
        ("POST", &at("change_type"), to("cx23"), 422, "invalid_server_type"),
        ("POST", &at("change_type"), to("cax21"), 422, "invalid_server_type"),
        ("POST", &at("change_type"), to("cx32"), 422, "invalid_server_type"),
        ("POST", &at("reset_password"), Value::Null, 422, "unsupported_error"),
    ]);
}

#[test]
fn snapshots_are_ours() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({ "server_type": "cx33" }));
    let made = bench
        .post(&format!("/servers/{id}/actions/create_image"), &json!({ "description": "first" }));
    let (image, status) = (made["image"]["id"].clone(), made["image"]["status"].clone());
    assert_eq!(status, "creating");
    let one = format!("/images/{image}");
    bench.simulator.advance(45_000);
    let shown = bench.get(&one)["image"].clone();
    assert_eq!((&shown["status"], &shown["created_from"]["id"]), (&json!("available"), &json!(id)));
    assert_eq!((&shown["name"], &shown["os_flavor"]), (&Value::Null, &json!("debian")));
    let from = |of: &str, name: &str| {
        server(&json!({ "image": image.to_string(), "server_type": of, "name": name }))
    };
    let protect = format!("{one}/actions/change_protection");
    bench.table(&[
        ("POST", "/servers", from("cx23", "small"), 422, "invalid_input"),
        ("POST", "/servers", from("cax21", "arm"), 422, "invalid_input"),
        ("POST", "/servers", from("cx33", "same"), 201, ""),
        ("PUT", &one, json!({ "description": "second", "labels": { "a": "b" } }), 200, ""),
        ("POST", &protect, json!({ "delete": true }), 201, ""),
        ("DELETE", &one, Value::Null, 423, "locked"),
    ]);
    bench.simulator.advance(60_000);
    bench.table(&[("DELETE", &one, Value::Null, 423, "protected")]);
    bench.act("POST", &protect, &json!({ "delete": false }));
    bench.table(&[
        ("DELETE", &one, Value::Null, 204, ""),
        ("GET", &one, Value::Null, 404, "not_found"),
    ]);
}
