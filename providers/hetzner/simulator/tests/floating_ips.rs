//! Floating IPs: assigned to a server of any location, one at a time.

use super::bench::{Bench, HOUR_MS};
use serde_json::{Value, json};

fn v4(name: &str) -> Value {
    json!({ "name": name, "type": "ipv4", "home_location": "fsn1" })
}

#[test]
fn floating_ips_are_made_and_changed() {
    let bench = Bench::new();
    let answer = bench.post("/floating_ips", &v4("one"));
    assert_eq!(answer.get("action"), None, "nothing is assigned");
    let one = format!("/floating_ips/{}", answer["floating_ip"]["id"]);
    let ip =
        bench.put(&one, &json!({ "description": "web", "labels": { "a": "b" } }))["floating_ip"]
            .clone();
    assert_eq!((&ip["description"], &ip["home_location"]["name"]), (&json!("web"), &json!("fsn1")));
    let ip = bench.put(&one, &json!({ "description": null, "name": "two" }))["floating_ip"].clone();
    assert_eq!((&ip["description"], &ip["labels"]), (&Value::Null, &json!({ "a": "b" })));
    let listed = bench.get("/floating_ips?name=two&sort=created:desc&label_selector=a=b");
    assert_eq!(listed["floating_ips"][0], ip);
    let six = bench.post("/floating_ips", &json!({ "type": "ipv6", "home_location": 2 }));
    let six = &six["floating_ip"];
    assert!(six["ip"].as_str().unwrap().ends_with("::/64"), "{six}");
    assert!(six["name"].as_str().unwrap().starts_with("floating-ip-"), "{six}");
    assert_eq!(six["home_location"]["name"], "nbg1");
    let pointer = format!("{one}/actions/change_dns_ptr");
    bench.act("POST", &pointer, &json!({ "ip": ip["ip"], "dns_ptr": "a.example" }));
    assert_eq!(bench.get(&one)["floating_ip"]["dns_ptr"][0]["dns_ptr"], "a.example");
}

#[test]
fn floating_ips_refuse_what_does_not_fit() {
    let bench = Bench::new();
    let id = bench.made("/floating_ips", &v4("one"));
    let one = format!("/floating_ips/{id}");
    let (assign, unassign) = (format!("{one}/actions/assign"), format!("{one}/actions/unassign"));
    let protect = format!("{one}/actions/change_protection");
    let pointer = format!("{one}/actions/change_dns_ptr");
    bench.table(&[
        ("POST", "/floating_ips", json!({}), 422, "invalid_input"),
        ("POST", "/floating_ips", json!({ "type": "ipv4" }), 422, "invalid_input"),
        (
            "POST",
            "/floating_ips",
            json!({ "type": "ipv9", "home_location": "fsn1" }),
            422,
            "invalid_input",
        ),
        (
            "POST",
            "/floating_ips",
            json!({ "type": "ipv4", "home_location": "mars" }),
            422,
            "invalid_input",
        ),
        ("POST", "/floating_ips", json!({ "type": "ipv4", "server": 7 }), 404, "not_found"),
        ("POST", "/floating_ips", v4("one"), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "" }), 422, "invalid_input"),
        ("POST", &assign, json!({}), 422, "invalid_input"),
        ("POST", &assign, json!({ "server": null }), 422, "invalid_input"),
        ("POST", &assign, json!({ "server": 7 }), 404, "not_found"),
        ("POST", &unassign, Value::Null, 422, "service_error"),
        (
            "POST",
            &pointer,
            json!({ "ip": "192.0.2.1", "dns_ptr": "a.example" }),
            422,
            "invalid_input",
        ),
        ("POST", &protect, json!({}), 422, "invalid_input"),
        ("POST", &protect, json!({ "delete": true }), 201, ""),
        ("PUT", &one, json!({ "name": "x" }), 423, "locked"),
    ]);
    bench.simulator.advance(HOUR_MS);
    bench.table(&[("DELETE", &one, Value::Null, 423, "protected")]);
}

#[test]
fn floating_ips_go_from_server_to_server() {
    let bench = Bench::new();
    let (first, second) = (
        bench.server("first", &Value::Null),
        bench.server("second", &json!({ "location": "hel1" })),
    );
    let answer =
        bench.post("/floating_ips", &json!({ "type": "ipv4", "name": "a", "server": first }));
    assert_eq!(answer["action"]["command"], "assign_floating_ip");
    assert_eq!(answer["floating_ip"]["home_location"]["name"], "fsn1");
    bench.simulator.advance(HOUR_MS);
    let one = format!("/floating_ips/{}", answer["floating_ip"]["id"]);
    let (assign, unassign) = (format!("{one}/actions/assign"), format!("{one}/actions/unassign"));
    bench.table(&[
        ("POST", &assign, json!({ "server": second }), 422, "floating_ip_assigned"),
        ("DELETE", &one, Value::Null, 422, "must_be_unassigned"),
    ]);
    assert_eq!(bench.act("POST", &unassign, &Value::Null)["command"], "unassign_floating_ip");
    bench.act("POST", &assign, &json!({ "server": second }));
    let server = bench.get(&format!("/servers/{second}"))["server"].clone();
    assert_eq!(server["public_net"]["floating_ips"], json!([answer["floating_ip"]["id"]]));
    bench.act("DELETE", &format!("/servers/{second}"), &Value::Null);
    assert_eq!(bench.get(&one)["floating_ip"]["server"], Value::Null);
    bench.table(&[("DELETE", &one, Value::Null, 204, "")]);
}
