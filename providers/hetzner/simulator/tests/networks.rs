//! Networks, subnets, routes: what they refuse, and what changes do.

use super::bench::Bench;
use crate::{Effect, Fault};
use serde_json::{Value, json};

fn network(bench: &Bench, range: &str) -> u64 {
    bench.made("/networks", &json!({ "name": "net", "ip_range": range }))
}

#[test]
fn creation_refuses_what_is_no_network() {
    let bench = Bench::new();
    network(&bench, "10.0.0.0/16");
    let body = |range: &str| json!({ "name": "other", "ip_range": range });
    let wrong = |range: &str| ("POST", "/networks", body(range), 422, "invalid_input");
    let cloud =
        |range: &str| json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": range });
    let with = |subnets: Value, routes: Value| json!({ "name": "other", "ip_range": "10.0.0.0/16", "subnets": subnets, "routes": routes });
    bench.table(&[
        (
            "POST",
            "/networks",
            json!({ "name": "net", "ip_range": "10.0.0.0/8" }),
            409,
            "uniqueness_error",
        ),
        wrong("10.0.0.0"),
        wrong("10.0.0.1/16"),
        wrong("10.0.0.0/25"),
        wrong("11.0.0.0/16"),
        wrong("172.32.0.0/16"),
        wrong("fd00::/64"),
        ("POST", "/networks", json!({ "name": "other" }), 422, "invalid_input"),
        ("POST", "/networks", with(json!([cloud("10.1.0.0/24")]), json!([])), 422, "invalid_input"),
        (
            "POST",
            "/networks",
            with(json!([cloud("10.0.0.0/24"), cloud("10.0.0.128/25")]), json!([])),
            422,
            "invalid_input",
        ),
        (
            "POST",
            "/networks",
            with(json!([]), json!([{ "destination": "8.0.0.0/8", "gateway": "10.0.1.1" }])),
            422,
            "invalid_input",
        ),
        (
            "POST",
            "/networks",
            with(
                json!([cloud("10.0.0.0/24")]),
                json!([{ "destination": "0.0.0.0/0", "gateway": "10.0.0.2" }]),
            ),
            201,
            "",
        ),
    ]);
}

#[test]
fn subnets_have_their_place() {
    let bench = Bench::new();
    let id = network(&bench, "10.0.0.0/16");
    let add = format!("/networks/{id}/actions/add_subnet");
    let delete = format!("/networks/{id}/actions/delete_subnet");
    let cloud =
        |range: &str| json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": range });
    let wrong = |body: Value| ("POST", add.as_str(), body, 422, "invalid_input");
    bench.act("POST", &add, &cloud("10.0.1.0/24"));
    bench.table(&[
        wrong(cloud("10.0.1.128/25")),
        wrong(cloud("10.1.0.0/24")),
        wrong(cloud("10.0.2.0/31")),
        wrong(cloud("10.0.2.1/24")),
        wrong(json!({ "type": "cloud", "network_zone": "mars", "ip_range": "10.0.2.0/24" })),
        wrong(json!({ "type": "cloudy", "network_zone": "eu-central" })),
        wrong(
            json!({ "type": "vswitch", "network_zone": "eu-central", "ip_range": "10.0.2.0/24" }),
        ),
        wrong(json!({ "type": "cloud", "network_zone": "eu-central", "vswitch_id": 1 })),
        ("POST", &delete, json!({ "ip_range": "10.0.9.0/24" }), 404, "not_found"),
    ]);
    bench.act("POST", &add, &json!({ "type": "cloud", "network_zone": "us-east" }));
    bench.act("POST", &add, &json!({ "type": "vswitch", "network_zone": "eu-central", "ip_range": "10.0.8.0/24", "vswitch_id": 7 }));
    let subnets = bench.get(&format!("/networks/{id}"))["network"]["subnets"].clone();
    let ranges: Vec<&Value> = subnets.as_array().unwrap().iter().map(|s| &s["ip_range"]).collect();
    assert_eq!(ranges, ["10.0.1.0/24", "10.0.0.0/24", "10.0.8.0/24"]);
    assert_eq!(
        (&subnets[0]["gateway"], &subnets[2]["vswitch_id"]),
        (&json!("10.0.0.1"), &json!(7))
    );
    bench.act("POST", &delete, &json!({ "ip_range": "10.0.1.0/24" }));
    let subnets = bench.get(&format!("/networks/{id}"))["network"]["subnets"].clone();
    assert_eq!(subnets.as_array().unwrap().len(), 2);
}

#[test]
fn routes_have_their_place() {
    let bench = Bench::new();
    let id = network(&bench, "10.0.0.0/16");
    let add = format!("/networks/{id}/actions/add_route");
    let delete = format!("/networks/{id}/actions/delete_route");
    let subnet = format!("/networks/{id}/actions/add_subnet");
    bench.act(
        "POST",
        &subnet,
        &json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.1.0/24" }),
    );
    bench.act("POST", &subnet, &json!({ "type": "vswitch", "network_zone": "eu-central", "ip_range": "10.0.8.0/24", "vswitch_id": 7 }));
    let route = |to: &str, by: &str| json!({ "destination": to, "gateway": by });
    bench.act("POST", &add, &route("10.100.0.0/16", "10.0.1.5"));
    let wrong = |to: &str, by: &str| ("POST", add.as_str(), route(to, by), 422, "invalid_input");
    bench.table(&[
        wrong("10.100.1.0/24", "10.0.1.5"),
        wrong("10.0.1.0/25", "10.0.1.5"),
        wrong("8.8.8.0/24", "10.0.1.5"),
        wrong("10.101.0.0/16", "10.0.0.1"),
        wrong("10.101.0.0/16", "172.31.1.1"),
        wrong("10.101.0.0/16", "10.0.8.4"),
        wrong("10.101.0.0/16", "10.7.0.4"),
        wrong("nowhere", "10.0.1.5"),
        wrong("10.101.0.0/16", "nobody"),
        ("POST", &delete, route("10.100.0.0/16", "10.0.1.6"), 404, "not_found"),
        (
            "POST",
            &subnet,
            json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.1.0/24" }),
            422,
            "invalid_input",
        ),
    ]);
    bench.act("POST", &add, &route("0.0.0.0/0", "10.0.1.5"));
    bench.table(&[wrong("0.0.0.0/0", "10.0.1.6")]);
    bench.act("POST", &add, &route("10.102.0.0/16", "10.0.1.5"));
    bench.act("POST", &delete, &route("10.100.0.0/16", "10.0.1.5"));
    let routes = bench.get(&format!("/networks/{id}"))["network"]["routes"].clone();
    assert_eq!(routes, json!([route("0.0.0.0/0", "10.0.1.5"), route("10.102.0.0/16", "10.0.1.5")]));
}

#[test]
fn range_is_only_extended() {
    let bench = Bench::new();
    let id = network(&bench, "10.0.0.0/16");
    let change = format!("/networks/{id}/actions/change_ip_range");
    let range = |range: &str| json!({ "ip_range": range });
    bench.table(&[
        ("POST", &change, range("10.0.0.0/17"), 422, "invalid_input"),
        ("POST", &change, range("10.0.0.0/16"), 422, "invalid_input"),
        ("POST", &change, range("10.1.0.0/16"), 422, "invalid_input"),
        ("POST", &change, range("0.0.0.0/0"), 422, "invalid_input"),
    ]);
    bench.act("POST", &change, &range("10.0.0.0/14"));
    assert_eq!(bench.get(&format!("/networks/{id}"))["network"]["ip_range"], "10.0.0.0/14");
}

#[test]
fn one_change_at_a_time() {
    let bench = Bench::new();
    let id = network(&bench, "10.0.0.0/16");
    let at = |action: &str| format!("/networks/{id}/actions/{action}");
    let one = format!("/networks/{id}");
    bench.post(&at("add_subnet"), &json!({ "type": "cloud", "network_zone": "eu-central" }));
    bench.table(&[
        (
            "POST",
            &at("add_subnet"),
            json!({ "type": "cloud", "network_zone": "us-east" }),
            409,
            "conflict",
        ),
        ("POST", &at("add_route"), json!({}), 409, "conflict"),
        ("POST", &at("change_protection"), json!({ "delete": true }), 409, "conflict"),
        ("DELETE", &one, Value::Null, 409, "conflict"),
        ("GET", &one, Value::Null, 200, ""),
    ]);
    assert_eq!(bench.get(&one)["network"]["subnets"], json!([]), "it is not made yet");
    bench.simulator.advance(1_000);
    bench.act("POST", &at("change_protection"), &json!({ "delete": true }));
    bench.table(&[
        ("DELETE", &one, Value::Null, 423, "protected"),
        (
            "PUT",
            &one,
            json!({ "name": "renamed", "expose_routes_to_vswitch": true, "labels": { "a": "b" } }),
            200,
            "",
        ),
    ]);
    let shown = bench.get(&one)["network"].clone();
    assert_eq!(
        (&shown["name"], &shown["expose_routes_to_vswitch"]),
        (&json!("renamed"), &json!(true))
    );
    bench.act("POST", &at("change_protection"), &json!({ "delete": false }));
    bench.table(&[
        ("DELETE", &one, Value::Null, 204, ""),
        ("GET", &one, Value::Null, 404, "not_found"),
    ]);
    let lock = Effect::Lock { for_ms: 1_000 };
    let delete = format!("/networks/{}", network(&bench, "10.0.0.0/16"));
    bench.simulator.lock(|world| world.set_fault(Fault::once("DELETE /networks/{id}", lock)));
    bench.table(&[("DELETE", &delete, Value::Null, 409, "conflict")]);
    bench.simulator.advance(1_000);
    bench.table(&[("DELETE", &delete, Value::Null, 204, "")]);
    let actions = bench.get("/networks/actions?status=success&sort=id:desc")["actions"].clone();
    assert_eq!(
        (&actions[0]["command"], &actions[2]["command"]),
        (&json!("change_protection"), &json!("add_subnet"))
    );
}
