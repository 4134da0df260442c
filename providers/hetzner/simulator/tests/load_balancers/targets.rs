//! Targets and the sides of a load balancer on which they are.

use super::{Bench, HOUR_MS, network, plain, service};
use serde_json::{Value, json};

fn to_server(server: u64, is_private: bool) -> Value {
    json!({ "type": "server", "server": { "id": server }, "use_private_ip": is_private })
}

fn to_ip(ip: &str) -> Value {
    json!({ "type": "ip", "ip": { "ip": ip } })
}

fn to_labels(selector: &str) -> Value {
    json!({ "type": "label_selector", "label_selector": { "selector": selector } })
}

#[test]
fn targets_are_added_and_removed() {
    let bench = Bench::new();
    let server = bench.server("web", &json!({ "labels": { "role": "web" } }));
    let id = bench.made("/load_balancers", &plain("front"));
    let one = format!("/load_balancers/{id}");
    let (add, remove) =
        (format!("{one}/actions/add_target"), format!("{one}/actions/remove_target"));
    bench.act("POST", &format!("{one}/actions/add_service"), &service(80));
    let shown = || bench.get(&one)["load_balancer"]["targets"].clone();
    let health = |at: usize| shown()[at]["health_status"][0]["status"].clone();
    bench.post(&add, &to_server(server, false));
    bench.simulator.advance(1_000);
    assert_eq!(health(0), "unknown", "it was not asked often enough");
    bench.simulator.advance(HOUR_MS);
    assert_eq!(health(0), "healthy");
    bench.on(server, "poweroff", &Value::Null);
    assert_eq!(health(0), "unhealthy");
    bench.on(server, "poweron", &Value::Null);
    let name = server.to_string();
    bench.simulator.lock(|world| world.set_health(&name, Some(false)));
    assert_eq!(health(0), "unhealthy");
    bench.simulator.lock(|world| world.set_health(&name, None));
    assert_eq!(health(0), "healthy");
    bench.act("POST", &add, &to_labels("role=web"));
    bench.act("POST", &add, &to_ip("192.0.2.9"));
    let own_ip = bench.see(server)["public_net"]["ipv4"]["ip"].as_str().unwrap().to_owned();
    let mut private_ip = to_ip("192.0.2.10");
    private_ip["use_private_ip"] = json!(true);
    bench.table(&[
        ("POST", &add, to_server(server, true), 422, "target_already_defined"),
        ("POST", &add, to_labels("role=web"), 422, "target_already_defined"),
        ("POST", &add, to_ip("192.0.2.9"), 422, "target_already_defined"),
        ("POST", &add, to_ip("198.51.100.9"), 422, "ip_not_owned"),
        ("POST", &add, to_ip(&own_ip), 422, "cloud_resource_ip_not_allowed"),
        ("POST", &add, to_ip("here"), 422, "invalid_input"),
        ("POST", &add, private_ip, 422, "invalid_input"),
        ("POST", &add, to_labels("role="), 201, ""),
    ]);
    bench.simulator.advance(HOUR_MS);
    bench.table(&[
        ("POST", &add, to_labels("a,,b"), 422, "invalid_input"),
        ("POST", &add, json!({ "type": "server" }), 422, "invalid_input"),
        ("POST", &add, json!({ "type": "volume" }), 422, "invalid_input"),
        ("POST", &add, to_server(7, false), 404, "not_found"),
        ("POST", &remove, to_labels("role=db"), 404, "not_found"),
        ("POST", &remove, json!({ "type": "ip" }), 422, "invalid_input"),
    ]);
    for aim in [to_labels("role=web"), to_ip("192.0.2.9"), to_labels("role=")] {
        bench.act("POST", &remove, &aim);
    }
    bench.act("DELETE", &format!("/servers/{server}"), &Value::Null);
    assert_eq!(shown(), json!([]), "a server that is gone is no target");
}

#[test]
fn load_balancers_are_in_one_network() {
    let bench = Bench::new();
    let first = bench.made("/networks", &network("10.0.0.0/16", "10.0.1.0/29"));
    let second = bench.made("/networks", &network("10.1.0.0/16", "10.1.1.0/24"));
    let inside = bench.server("inside", &json!({ "networks": [first] }));
    let outside = bench.server("outside", &Value::Null);
    let id = bench.made("/load_balancers", &plain("front"));
    let one = format!("/load_balancers/{id}");
    let act = |what: &str| format!("{one}/actions/{what}");
    let (attach, detach) = (act("attach_to_network"), act("detach_from_network"));
    let (add, remove) = (act("add_target"), act("remove_target"));
    let (enable, disable) = (act("enable_public_interface"), act("disable_public_interface"));
    let to = |network: u64, ip: &str| json!({ "network": network, "ip": ip });
    bench.table(&[
        ("POST", &attach, json!({}), 422, "invalid_input"),
        ("POST", &attach, json!({ "network": 7 }), 404, "not_found"),
        ("POST", &attach, to(first, "10.0.1.1"), 422, "ip_not_available"),
        ("POST", &attach, to(first, "10.0.9.2"), 422, "ip_not_available"),
        ("POST", &attach, to(first, "here"), 422, "invalid_input"),
        (
            "POST",
            &attach,
            json!({ "network": first, "ip_range": "10.0.9.0/24" }),
            422,
            "no_subnet_available",
        ),
        ("POST", &detach, json!({ "network": first }), 404, "not_found"),
        ("POST", &disable, Value::Null, 422, "load_balancer_not_attached_to_network"),
        ("POST", &add, to_server(inside, true), 422, "load_balancer_not_attached_to_network"),
    ]);
    bench.act("POST", &attach, &to(first, "10.0.1.5"));
    let own = bench.get(&one)["load_balancer"].clone();
    assert_eq!(own["private_net"], json!([{ "network": first, "ip": "10.0.1.5" }]));
    bench.act("POST", &add, &to_server(inside, false));
    bench.table(&[
        ("POST", &attach, json!({ "network": second }), 422, "load_balancer_already_attached"),
        ("POST", &add, to_server(outside, true), 422, "resolve_cloud_private_targets_error"),
        ("POST", &add, to_ip("10.0.1.6"), 422, "network_has_no_vswitch_subnet"),
        ("POST", &disable, Value::Null, 422, "targets_without_use_private_ip"),
    ]);
    bench.act("POST", &remove, &json!({ "type": "server", "server": { "id": inside } }));
    bench.act("POST", &add, &to_server(inside, true));
    bench.act("POST", &disable, &Value::Null);
    assert_eq!(bench.get(&one)["load_balancer"]["public_net"]["enabled"], false);
    bench.table(&[
        ("POST", &add, to_server(outside, false), 422, "load_balancer_public_interface_disabled"),
        ("POST", &add, to_ip("192.0.2.1"), 422, "load_balancer_public_interface_disabled"),
    ]);
    bench.act("POST", &enable, &Value::Null);
    bench.act("POST", &detach, &json!({ "network": first }));
    let own = bench.get(&one)["load_balancer"].clone();
    assert_eq!((&own["private_net"], &own["public_net"]["enabled"]), (&json!([]), &json!(true)));
    bench.act("POST", &attach, &json!({ "network": second }));
    bench.delete(&format!("/networks/{second}"));
    assert_eq!(bench.get(&one)["load_balancer"]["private_net"], json!([]));
}

#[test]
fn vswitch_addresses_are_in_their_subnet() {
    let bench = Bench::new();
    let mut body = network("10.0.0.0/16", "10.0.1.0/24");
    let switched = json!({
        "type": "vswitch", "ip_range": "10.0.2.0/24", "network_zone": "eu-central",
        "vswitch_id": 1000,
    });
    body["subnets"].as_array_mut().unwrap().push(switched);
    let network = bench.made("/networks", &body);
    let mut body = plain("front");
    body["network"] = json!(network);
    let id = bench.made("/load_balancers", &body);
    let add = format!("/load_balancers/{id}/actions/add_target");
    bench.table(&[
        ("POST", &add, to_ip("10.0.1.9"), 422, "ip_not_in_vswitch_subnet"),
        ("POST", &add, to_ip("10.0.2.9"), 201, ""),
    ]);
}

#[test]
fn addresses_of_targets_stay() {
    let bench = Bench::new();
    let server = bench.server("web", &json!({ "labels": { "role": "web" } }));
    let hidden = json!({
        "start_after_create": false,
        "public_net": { "enable_ipv4": false, "enable_ipv6": true },
    });
    let hidden = bench.server("hidden", &hidden);
    let id = bench.made("/load_balancers", &plain("front"));
    let add = format!("/load_balancers/{id}/actions/add_target");
    bench.act("POST", &add, &to_labels("role=web"));
    bench.on(server, "poweroff", &Value::Null);
    let ip = bench.see(server)["public_net"]["ipv4"]["id"].clone();
    let six = bench.see(server)["public_net"]["ipv6"]["id"].clone();
    let unassign = |ip: &Value| format!("/primary_ips/{ip}/actions/unassign");
    bench.table(&[
        ("POST", &add, to_server(hidden, false), 422, "resolve_cloud_public_targets_error"),
        ("POST", &unassign(&ip), Value::Null, 422, "server_is_load_balancer_target"),
        ("POST", &unassign(&six), Value::Null, 201, ""),
    ]);
    bench.simulator.advance(HOUR_MS);
    for number in 0..24 {
        bench.act("POST", &add, &to_ip(&format!("192.0.2.{}", number + 1)));
    }
    bench.table(&[("POST", &add, to_ip("192.0.2.99"), 403, "resource_limit_exceeded")]);
}
