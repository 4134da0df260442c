//! Servers in networks: addresses, aliases, zones.

use super::bench::Bench;
use serde_json::{Value, json};

/// Returns a bench with a network that has a subnet in Europe and a small one in Ashburn.
fn with_network() -> (Bench, u64) {
    let bench = Bench::new();
    let subnet = |zone: &str, range: &str| json!({ "type": "cloud", "network_zone": zone, "ip_range": range });
    let network = bench.made(
        "/networks",
        &json!({
            "name": "net", "ip_range": "10.0.0.0/16",
            "subnets": [
                subnet("eu-central", "10.0.0.0/24"),
                subnet("eu-central", "10.0.1.0/24"),
                subnet("us-east", "10.0.2.0/30"),
            ],
        }),
    );
    (bench, network)
}

fn attach(bench: &Bench, id: u64, body: &Value) -> Value {
    bench.on(id, "attach_to_network", body);
    bench.see(id)["private_net"].clone()
}

#[test]
fn addresses_are_given_and_given_back() {
    let (bench, network) = with_network();
    let first = bench.server("first", &json!({ "networks": [network] }));
    let net = bench.see(first)["private_net"].clone();
    assert_eq!((&net[0]["ip"], &net[0]["network"]), (&json!("10.0.0.2"), &json!(network)));
    let second = bench.server("second", &json!({}));
    let net = attach(
        &bench,
        second,
        &json!({ "network": network, "ip": "10.0.1.7", "alias_ips": ["10.0.1.8"] }),
    );
    assert_eq!((&net[0]["ip"], &net[0]["alias_ips"]), (&json!("10.0.1.7"), &json!(["10.0.1.8"])));
    let third = bench.server("third", &json!({}));
    let net = attach(&bench, third, &json!({ "network": network, "ip_range": "10.0.1.0/24" }));
    assert_eq!(net[0]["ip"], "10.0.1.1");
    bench.on(first, "detach_from_network", &json!({ "network": network }));
    assert_eq!(bench.see(first)["private_net"], json!([]));
    let net = attach(&bench, first, &json!({ "network": network }));
    assert_eq!(net[0]["ip"], "10.0.0.2");
    bench.on(
        second,
        "change_alias_ips",
        &json!({ "network": network, "alias_ips": ["10.0.1.9", "10.0.1.8"] }),
    );
    assert_eq!(bench.see(second)["private_net"][0]["alias_ips"], json!(["10.0.1.9", "10.0.1.8"]));
    bench.delete(&format!("/networks/{network}"));
    assert_eq!(bench.see(third)["private_net"], json!([]));
}

#[test]
fn attachments_are_refused() {
    let (bench, network) = with_network();
    let overlapping = bench.made("/networks", &json!({
        "name": "other", "ip_range": "10.0.0.0/8",
        "subnets": [{ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.9.0.0/24" }],
    }));
    let taken = bench.server("taken", &json!({ "networks": [network] }));
    let id = bench.server("web", &json!({}));
    let at = |id: u64, action: &str| format!("/servers/{id}/actions/{action}");
    let with = |change: Value| {
        let mut body = json!({ "network": network });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let own = at(id, "attach_to_network");
    let no_ip = |change: Value| ("POST", own.as_str(), with(change), 422, "ip_not_available");
    bench.table(&[
        ("POST", &at(taken, "attach_to_network"), with(json!({})), 422, "server_already_attached"),
        (
            "POST",
            &at(taken, "attach_to_network"),
            json!({ "network": overlapping }),
            422,
            "networks_overlap",
        ),
        ("POST", &own, json!({ "network": 1 }), 404, "not_found"),
        ("POST", &own, json!({}), 422, "invalid_input"),
        ("POST", &own, with(json!({ "ip": "ten" })), 422, "invalid_input"),
        no_ip(json!({ "ip": "10.0.0.2" })),
        no_ip(json!({ "ip": "10.0.0.1" })),
        no_ip(json!({ "ip": "10.0.0.255" })),
        no_ip(json!({ "ip": "10.0.2.1" })),
        no_ip(json!({ "ip": "10.0.7.1" })),
        no_ip(json!({ "alias_ips": ["10.0.0.2"] })),
        no_ip(json!({ "alias_ips": ["10.0.0.9", "10.0.0.9"] })),
        ("POST", &own, with(json!({ "ip_range": "10.0.7.0/24" })), 422, "no_subnet_available"),
        ("POST", &at(id, "detach_from_network"), with(json!({})), 404, "not_found"),
        ("POST", &at(id, "change_alias_ips"), with(json!({ "alias_ips": [] })), 404, "not_found"),
        (
            "POST",
            &at(taken, "change_alias_ips"),
            with(json!({ "alias_ips": ["10.0.7.1"] })),
            422,
            "ip_not_available",
        ),
        ("POST", &at(taken, "change_alias_ips"), with(json!({})), 422, "invalid_input"),
    ]);
    let subnet = format!("/networks/{network}/actions/delete_subnet");
    bench.table(&[("POST", &subnet, json!({ "ip_range": "10.0.0.0/24" }), 409, "conflict")]);
}

#[test]
fn zones_and_full_subnets_have_nothing_to_give() {
    let (bench, network) = with_network();
    let place = |name: &str, of: &str, at: &str| json!({ "name": name, "server_type": of, "image": "debian-12", "location": at, "networks": [network] });
    bench.table(&[
        ("POST", "/servers", place("hil", "ccx13", "hil"), 422, "no_subnet_available"),
        ("POST", "/servers", place("ash-1", "ccx13", "ash"), 201, ""),
        ("POST", "/servers", place("ash-2", "ccx13", "ash"), 201, ""),
        ("POST", "/servers", place("ash-3", "ccx13", "ash"), 422, "no_subnet_available"),
    ]);
}

#[test]
fn private_servers_start_in_their_network() {
    let (bench, network) = with_network();
    let none = json!({ "enable_ipv4": false, "enable_ipv6": false });
    let id = bench.server("hidden", &json!({ "networks": [network], "public_net": none }));
    let server = bench.see(id);
    assert_eq!(
        (&server["public_net"]["ipv4"], &server["public_net"]["ipv6"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&server["status"], &server["private_net"][0]["ip"]),
        (&json!("running"), &json!("10.0.0.2"))
    );
    let later = bench.server("later", &json!({ "start_after_create": false, "public_net": none }));
    attach(&bench, later, &json!({ "network": network }));
    bench.on(later, "poweron", &Value::Null);
    assert_eq!(
        (&bench.see(later)["status"], bench.counters(later).boot_count),
        (&json!("running"), 1)
    );
}
