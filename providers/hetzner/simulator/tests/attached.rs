//! What servers are created with: volumes, firewalls and primary IPs that are there already.

use super::bench::Bench;
use crate::world::{
    World,
    firewalls::Firewall,
    primary_ips::PrimaryIp,
    store::{Head, Resource},
    volumes::Volume,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn add<T: Resource>(bench: &Bench, make: impl FnOnce(&mut World, Head) -> T) -> u64 {
    bench.simulator.lock(|world| {
        let head = world.head(&format!("own-{}", world.now_ms()), BTreeMap::new());
        let object = make(world, head);
        world.insert(object)
    })
}

fn volume(bench: &Bench, location: &str) -> u64 {
    add(bench, |_, head| Volume {
        head,
        size_gb: 10,
        location: location.to_owned(),
        server: None,
        format: None,
        is_available: true,
        is_protected: false,
    })
}

fn primary_ip(bench: &Bench, is_v6: bool, location: &str) -> u64 {
    add(bench, |world, head| PrimaryIp {
        head,
        address: world.new_address(is_v6),
        location: location.to_owned(),
        assignee: None,
        auto_delete: false,
        is_protected: false,
    })
}

fn create(name: &str, change: &Value) -> Value {
    let mut body =
        json!({ "name": name, "server_type": "cx23", "image": "debian-12", "location": "fsn1" });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

#[test]
fn servers_come_with_what_is_there() {
    let bench = Bench::new();
    let (volume, v4) = (volume(&bench, "fsn1"), primary_ip(&bench, false, "fsn1"));
    let firewall = add(&bench, |_, head| Firewall {
        head,
        rules: Vec::new(),
        servers: BTreeSet::new(),
        selectors: vec!["env=prod".to_owned()],
    });
    let body = create(
        "web",
        &json!({
            "volumes": [volume],
            "firewalls": [{ "firewall": firewall }],
            "public_net": { "ipv4": v4, "enable_ipv6": false },
        }),
    );
    let made = bench.post("/servers", &body);
    let commands: Vec<_> =
        made["next_actions"].as_array().unwrap().iter().map(|a| &a["command"]).collect();
    assert_eq!(commands, ["attach_volume", "start_server"]);
    bench.simulator.advance(60_000);
    let server = bench.see(made["server"]["id"].as_u64().unwrap());
    let net = &server["public_net"];
    assert_eq!((&server["volumes"], &net["ipv4"]["id"]), (&json!([volume]), &json!(v4)));
    assert_eq!((&net["ipv6"], &net["firewalls"][0]["id"]), (&Value::Null, &json!(firewall)));
    let labelled = bench.server("other", &json!({ "labels": { "env": "prod" } }));
    assert_eq!(bench.see(labelled)["public_net"]["firewalls"][0]["id"], firewall);
    bench.act("DELETE", &format!("/servers/{}", server["id"]), &Value::Null);
    bench.simulator.lock(|world| {
        let shown = world.object(crate::Kind::Volume, volume).unwrap();
        assert_eq!(shown["server"], Value::Null);
        let shown = world.object(crate::Kind::PrimaryIp, v4).unwrap();
        assert_eq!(shown["assignee_id"], Value::Null, "it does not die with the server");
        assert_eq!(
            world.object(crate::Kind::Firewall, firewall).unwrap()["applied_to"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    });
}

#[test]
fn what_is_elsewhere_or_taken_is_refused() {
    let bench = Bench::new();
    let (here, there) = (volume(&bench, "fsn1"), volume(&bench, "nbg1"));
    let (v4, v4_there) = (primary_ip(&bench, false, "fsn1"), primary_ip(&bench, false, "nbg1"));
    let public = |ip: u64| json!({ "public_net": { "ipv4": ip } });
    bench.server("first", &json!({ "volumes": [here], "public_net": { "ipv4": v4 } }));
    let v6 = primary_ip(&bench, true, "fsn1");
    let row =
        |change: &Value, status, code| ("POST", "/servers", create("web", change), status, code);
    bench.table(&[
        row(&json!({ "volumes": [there] }), 422, "invalid_input"),
        row(&json!({ "volumes": [here] }), 422, "volume_already_attached"),
        row(&public(v4), 422, "primary_ip_assigned"),
        row(&public(v4_there), 422, "primary_ip_datacenter_mismatch"),
        row(&public(v6), 412, "primary_ip_version_mismatch"),
    ]);
}
