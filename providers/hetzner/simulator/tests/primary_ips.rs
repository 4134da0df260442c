//! Primary IPs: bound to a location, assigned while the server is off, deleted when unassigned.

use super::bench::{Bench, HOUR_MS};
use serde_json::{Value, json};

fn v4(name: &str) -> Value {
    json!({ "name": name, "type": "ipv4", "assignee_type": "server", "location": "fsn1" })
}

fn private() -> Value {
    json!({
        "start_after_create": false,
        "public_net": { "enable_ipv4": false, "enable_ipv6": false },
    })
}

#[test]
fn primary_ips_are_made_and_read() {
    let bench = Bench::new();
    let answer = bench.post("/primary_ips", &v4("one"));
    assert_eq!(answer.get("action"), None, "nothing is assigned");
    let ip = &answer["primary_ip"];
    let address = ip["ip"].as_str().unwrap();
    let reversed: Vec<&str> = address.split('.').rev().collect();
    let name = format!("static.{}.clients.your-server.de", reversed.join("."));
    assert_eq!(ip["dns_ptr"], json!([{ "ip": address, "dns_ptr": name }]));
    assert_eq!((&ip["assignee_id"], &ip["auto_delete"]), (&Value::Null, &json!(false)));
    let by_ip = bench.get(&format!("/primary_ips?ip={address}"));
    assert_eq!(by_ip["primary_ips"][0]["id"], ip["id"]);
    assert_eq!(bench.get("/primary_ips?ip=192.0.2.1&sort=created:desc")["primary_ips"], json!([]));
    let body = json!({ "name": "two", "type": "ipv6", "assignee_type": "server", "location": "1" });
    let six = bench.post("/primary_ips", &body)["primary_ip"].clone();
    assert!(six["ip"].as_str().unwrap().ends_with("::/64"), "{six}");
    assert_eq!((&six["dns_ptr"], &six["location"]["name"]), (&json!([]), &json!("fsn1")));
}

#[test]
fn primary_ips_refuse_what_does_not_fit() {
    let bench = Bench::new();
    let id = bench.made("/primary_ips", &v4("one"));
    let one = format!("/primary_ips/{id}");
    let running = bench.server("web", &Value::Null);
    let (assign, unassign) = (format!("{one}/actions/assign"), format!("{one}/actions/unassign"));
    let pointer = format!("{one}/actions/change_dns_ptr");
    let protect = format!("{one}/actions/change_protection");
    let to = |server: u64| json!({ "assignee_id": server, "assignee_type": "server" });
    let with = |field: &str, value: Value| {
        let mut body = v4("two");
        body[field] = value;
        body
    };
    let bare = json!({ "name": "two", "type": "ipv4", "assignee_type": "server" });
    let unsorted = json!({ "name": "two", "type": "ipv4", "assignee_id": running });
    let taken = |server: u64| {
        let mut body = bare.clone();
        body["assignee_id"] = server.into();
        body
    };
    bench.table(&[
        ("POST", "/primary_ips", json!({}), 422, "invalid_input"),
        ("POST", "/primary_ips", bare.clone(), 422, "invalid_input"),
        ("POST", "/primary_ips", unsorted, 422, "invalid_input"),
        ("POST", "/primary_ips", with("name", json!("one")), 409, "uniqueness_error"),
        ("POST", "/primary_ips", with("type", json!("ipv5")), 422, "invalid_input"),
        ("POST", "/primary_ips", with("location", json!("mars")), 422, "invalid_input"),
        ("POST", "/primary_ips", with("assignee_type", json!("volume")), 422, "invalid_input"),
        ("POST", "/primary_ips", with("datacenter", json!("fsn1-dc14")), 422, "invalid_input"),
        ("POST", "/primary_ips", taken(7), 404, "not_found"),
        ("POST", "/primary_ips", taken(running), 422, "server_not_stopped"),
        ("PUT", &one, json!({ "name": "" }), 422, "invalid_input"),
        ("PUT", &one, json!({ "name": "one", "auto_delete": true }), 200, ""),
        ("POST", &protect, json!({ "delete": true }), 422, "invalid_input"),
        ("PUT", &one, json!({ "auto_delete": false }), 200, ""),
        ("POST", &protect, json!({}), 422, "invalid_input"),
        ("POST", &protect, json!({ "delete": true }), 201, ""),
        ("PUT", &one, json!({ "name": "other" }), 409, "conflict"),
        ("POST", &pointer, json!({ "ip": "192.0.2.1", "dns_ptr": "a.example" }), 423, "locked"),
    ]);
    bench.simulator.advance(HOUR_MS);
    bench.table(&[
        ("PUT", &one, json!({ "auto_delete": true }), 422, "invalid_input"),
        ("DELETE", &one, Value::Null, 423, "protected"),
        ("POST", &assign, json!({ "assignee_id": running }), 422, "invalid_input"),
        ("POST", &assign, to(7), 404, "not_found"),
        ("POST", &assign, to(running), 422, "server_not_stopped"),
        ("POST", &unassign, Value::Null, 422, "service_error"),
        (
            "POST",
            &pointer,
            json!({ "ip": "192.0.2.1", "dns_ptr": "a.example" }),
            422,
            "invalid_input",
        ),
        ("POST", &pointer, json!({ "ip": "192.0.2.1", "dns_ptr": "a b" }), 422, "invalid_input"),
        ("POST", &pointer, json!({}), 422, "invalid_input"),
    ]);
}

#[test]
fn primary_ips_are_assigned_while_the_server_is_off() {
    let bench = Bench::new();
    let server = bench.server("web", &private());
    let far = bench.server("far", &json!({ "location": "nbg1", "start_after_create": false }));
    let id = bench.made("/primary_ips", &v4("one"));
    let second = bench.made("/primary_ips", &v4("two"));
    let one = format!("/primary_ips/{id}");
    let assign = format!("{one}/actions/assign");
    let unassign = format!("{one}/actions/unassign");
    let assign_second = format!("/primary_ips/{second}/actions/assign");
    let to = |server: u64| json!({ "assignee_id": server, "assignee_type": "server" });
    bench.table(&[("POST", &assign, to(far), 422, "primary_ip_datacenter_mismatch")]);
    let action = bench.act("POST", &assign, &to(server));
    assert_eq!(
        (&action["command"], &action["status"]),
        (&json!("assign_primary_ip"), &json!("success"))
    );
    let shown = bench.get(&format!("/servers/{server}"))["server"]["public_net"].clone();
    let ip = bench.get(&one)["primary_ip"].clone();
    assert_eq!((&shown["ipv4"]["id"], &shown["ipv4"]["ip"]), (&json!(id), &ip["ip"]));
    let six = json!({
        "name": "six", "type": "ipv6", "assignee_type": "server", "assignee_id": server,
        "auto_delete": true,
    });
    let answer = bench.post("/primary_ips", &six);
    assert_eq!(answer["action"]["command"], "assign_primary_ip");
    bench.table(&[("POST", &unassign, Value::Null, 423, "locked")]);
    bench.simulator.advance(HOUR_MS);
    let again =
        json!({ "name": "x", "type": "ipv6", "assignee_type": "server", "assignee_id": server });
    bench.table(&[
        ("POST", &assign, to(server), 422, "primary_ip_already_assigned"),
        ("POST", &assign_second, to(server), 422, "server_has_ipv4"),
        ("POST", "/primary_ips", again, 422, "server_has_ipv6"),
        ("DELETE", &one, Value::Null, 422, "must_be_unassigned"),
    ]);
    bench.on(server, "poweron", &Value::Null);
    bench.table(&[("POST", &unassign, Value::Null, 422, "server_not_stopped")]);
    bench.on(server, "poweroff", &Value::Null);
    assert_eq!(bench.act("POST", &unassign, &Value::Null)["command"], "unassign_primary_ip");
    bench.table(&[("DELETE", &one, Value::Null, 204, "")]);
    bench.act("POST", &assign_second, &to(server));
    bench.act("DELETE", &format!("/servers/{server}"), &Value::Null);
    let kept = bench.get(&format!("/primary_ips/{second}"))["primary_ip"].clone();
    assert_eq!(kept["assignee_id"], Value::Null, "it outlives its server");
    let gone = format!("/primary_ips/{}", answer["primary_ip"]["id"]);
    bench.table(&[("GET", &gone, Value::Null, 404, "not_found")]);
}

#[test]
fn primary_ips_have_names() {
    let bench = Bench::new();
    let mut ids = Vec::new();
    for (name, sort) in [("four", "ipv4"), ("six", "ipv6")] {
        let body = json!({
            "name": name, "type": sort, "assignee_type": "server", "location": "fsn1",
        });
        ids.push(bench.made("/primary_ips", &body));
    }
    for id in ids {
        let one = format!("/primary_ips/{id}");
        let shown = || bench.get(&one)["primary_ip"].clone();
        let before = shown()["dns_ptr"].clone();
        let base = shown()["ip"].as_str().unwrap().replace("::/64", "::7");
        let change = |name: Value| {
            let body = json!({ "ip": base, "dns_ptr": name });
            bench.act("POST", &format!("{one}/actions/change_dns_ptr"), &body);
        };
        change(json!("web.example.com"));
        assert_eq!(shown()["dns_ptr"], json!([{ "ip": base, "dns_ptr": "web.example.com" }]));
        change(Value::Null);
        assert_eq!(shown()["dns_ptr"], before);
    }
}
