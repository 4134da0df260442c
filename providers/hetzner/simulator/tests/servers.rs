//! The life of servers: states, actions that follow one another, counters, what dies with them.

use super::{bench::Bench, small::public_key};
use crate::{Counters, Effect, Fault, Kind};
use serde_json::{Value, json};

fn status(bench: &Bench, id: u64) -> String {
    bench.see(id)["status"].as_str().unwrap().to_owned()
}

#[test]
fn server_is_created_and_started() {
    let bench = Bench::new();
    let body =
        json!({ "name": "web", "server_type": "cx23", "image": "debian-12", "location": "fsn1" });
    let made = bench.post("/servers", &body);
    let id = made["server"]["id"].as_u64().unwrap();
    assert_eq!(made["server"]["status"], "initializing");
    assert_eq!(
        (&made["action"]["command"], &made["action"]["status"]),
        (&json!("create_server"), &json!("running"))
    );
    assert_eq!(made["next_actions"][0]["command"], "start_server");
    assert_eq!(made["root_password"].as_str().unwrap().len(), 20);
    let actions =
        format!("/actions?id={}&id={}", made["action"]["id"], made["next_actions"][0]["id"]);
    let states = || {
        let actions = bench.get(&actions)["actions"].clone();
        let actions = actions.as_array().unwrap().iter();
        actions.map(|action| action["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    bench.simulator.advance(7_999);
    assert_eq!(
        (status(&bench, id).as_str(), states()),
        ("initializing", vec!["running".into(), "running".into()])
    );
    bench.simulator.advance(1);
    assert_eq!(
        (status(&bench, id).as_str(), states()),
        ("starting", vec!["success".into(), "running".to_owned()])
    );
    assert_eq!(bench.see(id)["locked"], true);
    bench.simulator.advance(4_000);
    assert_eq!(
        (status(&bench, id).as_str(), states()),
        ("running", vec!["success".into(), "success".to_owned()])
    );
    assert_eq!(bench.see(id)["locked"], false);
    assert_eq!(bench.counters(id), Counters { disk_epoch: 0, boot_count: 1, downtime_s: 0 });
    let server = bench.see(id);
    assert_eq!(server["image"]["name"], "debian-12");
    assert_eq!(server["server_type"]["name"], "cx23");
    assert!(
        server["public_net"]["ipv4"]["ip"].is_string()
            && server["public_net"]["ipv6"]["ip"].is_string()
    );
    assert_eq!(server.get("datacenter"), None);
}

#[test]
fn server_may_stay_off() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({ "start_after_create": false }));
    assert_eq!(status(&bench, id), "off");
    assert_eq!(bench.counters(id).boot_count, 0);
    bench.on(id, "poweron", &Value::Null);
    assert_eq!((status(&bench, id).as_str(), bench.counters(id).boot_count), ("running", 1));
}

#[test]
fn password_is_given_where_no_key_is() {
    let bench = Bench::new();
    let key = bench.made("/ssh_keys", &json!({ "name": "me", "public_key": public_key(1) }));
    for (number, keys) in [json!(["me"]), json!([key.to_string()])].into_iter().enumerate() {
        let body = json!({
            "name": format!("web-{number}"), "server_type": "cx23", "image": "debian-12",
            "ssh_keys": keys,
        });
        assert_eq!(bench.post("/servers", &body)["root_password"], Value::Null);
    }
}

#[test]
fn power_goes_off_and_on_and_is_counted() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let target = |action: &str| format!("/servers/{id}/actions/{action}");
    bench.post(&target("poweroff"), &Value::Null);
    assert_eq!(status(&bench, id), "stopping");
    bench.simulator.advance(3_000);
    assert_eq!(status(&bench, id), "off");
    bench.simulator.advance(57_000);
    assert_eq!(bench.counters(id).downtime_s, 60);
    bench.post(&target("poweron"), &Value::Null);
    assert_eq!(status(&bench, id), "starting");
    bench.simulator.advance(4_000);
    assert_eq!(bench.counters(id), Counters { disk_epoch: 0, boot_count: 2, downtime_s: 64 });
    bench.on(id, "reboot", &Value::Null);
    assert_eq!(bench.counters(id), Counters { disk_epoch: 0, boot_count: 3, downtime_s: 79 });
    bench.on(id, "reset", &Value::Null);
    assert_eq!(bench.counters(id).boot_count, 4);
    bench.on(id, "poweron", &Value::Null);
    assert_eq!(bench.counters(id).boot_count, 4, "it ran already");
}

#[test]
fn shutdown_takes_its_time_or_is_ignored() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let shutdown = format!("/servers/{id}/actions/shutdown");
    let begin = || {
        let action = bench.post(&shutdown, &Value::Null)["action"]["id"].clone();
        bench.simulator.advance(1_000);
        let action = bench.get(&format!("/actions/{action}"))["action"]["status"].clone();
        (action.as_str().unwrap().to_owned(), status(&bench, id))
    };
    assert_eq!(begin(), ("success".to_owned(), "stopping".to_owned()));
    bench.simulator.advance(11_999);
    assert_eq!(status(&bench, id), "stopping");
    bench.simulator.advance(1);
    assert_eq!(status(&bench, id), "off");
    bench.on(id, "poweron", &Value::Null);
    let ignored = Fault::once("POST /servers/{id}/actions/shutdown", Effect::ShutdownIgnored);
    bench.simulator.lock(|world| world.set_fault(ignored));
    assert_eq!(begin(), ("success".to_owned(), "running".to_owned()));
    bench.simulator.advance(60_000);
    assert_eq!(status(&bench, id), "running");
    // Power that is cut meanwhile is not cut once more by the signal.
    begin();
    bench.post(&format!("/servers/{id}/actions/poweroff"), &Value::Null);
    bench.simulator.advance(3_000);
    bench.post(&format!("/servers/{id}/actions/poweron"), &Value::Null);
    bench.simulator.advance(60_000);
    assert_eq!(status(&bench, id), "running");
}

#[test]
fn rebuild_wipes_the_disk_and_keeps_the_rest() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({ "user_data": "#!/bin/sh" }));
    let user_data = || bench.simulator.lock(|world| world.user_data(id).map(str::to_owned));
    let before = bench.see(id);
    let rebuild = format!("/servers/{id}/actions/rebuild");
    let answer = bench.post(&rebuild, &json!({ "image": "debian-13" }));
    assert!(answer["root_password"].is_string());
    assert_eq!(status(&bench, id), "rebuilding");
    bench.simulator.advance(40_000);
    let after = bench.see(id);
    assert_eq!(
        (&after["status"], &after["image"]["name"]),
        (&json!("running"), &json!("debian-13"))
    );
    assert_eq!(after["public_net"], before["public_net"]);
    assert_eq!(bench.counters(id), Counters { disk_epoch: 1, boot_count: 2, downtime_s: 40 });
    assert_eq!(user_data().as_deref(), Some("#!/bin/sh"));
    bench.on(id, "rebuild", &json!({ "image": "debian-13", "user_data": "#cloud-config" }));
    assert_eq!((user_data().as_deref(), bench.counters(id).disk_epoch), (Some("#cloud-config"), 2));
}

#[test]
fn type_is_changed_off_and_starts_the_server() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let change = format!("/servers/{id}/actions/change_type");
    let to = |name: &str, upgrade: bool| json!({ "server_type": name, "upgrade_disk": upgrade });
    bench.on(id, "poweroff", &Value::Null);
    bench.post(&change, &to("cx33", false));
    assert_eq!(status(&bench, id), "migrating");
    bench.simulator.advance(60_000);
    let server = bench.see(id);
    assert_eq!((&server["status"], &server["primary_disk_size"]), (&json!("running"), &json!(40)));
    assert_eq!(
        (&server["server_type"]["name"], bench.counters(id).boot_count),
        (&json!("cx33"), 2)
    );
    bench.on(id, "poweroff", &Value::Null);
    assert_eq!(bench.on(id, "change_type", &to("cx23", true))["status"], "success");
    bench.on(id, "poweroff", &Value::Null);
    bench.on(id, "change_type", &to("cx43", true));
    assert_eq!(bench.see(id)["primary_disk_size"], 160);
    bench.on(id, "poweroff", &Value::Null);
    bench.table(&[("POST", &change, to("cx33", false), 422, "invalid_server_type")]);
    assert_eq!(bench.counters(id).disk_epoch, 0);
}

#[test]
fn what_hangs_on_a_server_is_detached_or_dies_with_it() {
    let bench = Bench::new();
    let group = bench.made("/placement_groups", &json!({ "name": "g", "type": "spread" }));
    let network = bench.made("/networks", &json!({
        "name": "n", "ip_range": "10.0.0.0/16",
        "subnets": [{ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.1.0/24" }],
    }));
    let id = bench.server("web", &json!({ "placement_group": group, "networks": [network] }));
    assert_eq!(
        bench.get(&format!("/placement_groups/{group}"))["placement_group"]["servers"],
        json!([id])
    );
    assert_eq!(bench.get(&format!("/networks/{network}"))["network"]["servers"], json!([id]));
    assert_eq!(bench.see(id)["placement_group"]["name"], "g");
    bench.on(id, "enable_backup", &Value::Null);
    bench.on(id, "create_image", &json!({ "type": "backup" }));
    bench.on(id, "create_image", &json!({ "description": "kept", "labels": { "a": "b" } }));
    let images =
        || bench.get("/images?type=backup&type=snapshot")["images"].as_array().unwrap().len();
    assert_eq!(images(), 2);
    let kinds = || bench.simulator.lock(|world| world.objects(Kind::PrimaryIp).len());
    assert_eq!(kinds(), 2);
    let action = bench.delete(&format!("/servers/{id}"))["action"].clone();
    assert_eq!(
        (&action["command"], status(&bench, id).as_str()),
        (&json!("delete_server"), "deleting")
    );
    bench.simulator.advance(2_000);
    bench.table(&[("GET", &format!("/servers/{id}"), Value::Null, 404, "not_found")]);
    assert_eq!((images(), kinds()), (1, 0));
    assert_eq!(
        bench.get(&format!("/placement_groups/{group}"))["placement_group"]["servers"],
        json!([])
    );
    assert_eq!(bench.get(&format!("/networks/{network}"))["network"]["servers"], json!([]));
    assert_eq!(bench.get(&format!("/actions/{}", action["id"]))["action"]["status"], "success");
}

#[test]
fn extras_come_and_go() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    bench.on(id, "enable_backup", &Value::Null);
    assert_eq!(bench.see(id)["backup_window"], "22-02");
    bench.on(id, "create_image", &json!({ "type": "backup" }));
    assert_eq!(bench.get(&format!("/images?bound_to={id}"))["images"][0]["type"], "backup");
    bench.on(id, "disable_backup", &Value::Null);
    assert_eq!(bench.see(id)["backup_window"], Value::Null);
    assert_eq!(bench.get(&format!("/images?bound_to={id}"))["images"], json!([]));
    bench.on(id, "attach_iso", &json!({ "iso": "alpine-virt-3.22.1-x86_64.iso" }));
    assert_eq!(bench.see(id)["iso"]["name"], "alpine-virt-3.22.1-x86_64.iso");
    bench.on(id, "detach_iso", &Value::Null);
    assert_eq!(bench.see(id)["iso"], Value::Null);
    bench.on(id, "enable_rescue", &json!({ "type": "linux64" }));
    bench.simulator.advance(1_000);
    assert_eq!(bench.see(id)["rescue_enabled"], false, "an hour is over");
    let rescue = format!("/servers/{id}/actions/enable_rescue");
    let answer = bench.post(&rescue, &json!({}));
    assert!(answer["root_password"].is_string());
    bench.simulator.advance(1_000);
    assert_eq!(bench.see(id)["rescue_enabled"], true);
    bench.on(id, "reset", &Value::Null);
    assert_eq!(bench.see(id)["rescue_enabled"], false, "it was booted");
    let ip = bench.see(id)["public_net"]["ipv4"]["ip"].clone();
    bench.on(id, "change_dns_ptr", &json!({ "ip": ip, "dns_ptr": "web.example.com" }));
    assert_eq!(bench.see(id)["public_net"]["ipv4"]["dns_ptr"], "web.example.com");
    bench.on(id, "change_dns_ptr", &json!({ "ip": ip, "dns_ptr": null }));
    let name = bench.see(id)["public_net"]["ipv4"]["dns_ptr"].clone();
    assert!(name.as_str().unwrap().ends_with(".clients.your-server.de"), "{name}");
    bench.put(&format!("/servers/{id}"), &json!({ "name": "db", "labels": { "a": "b" } }));
    let server = bench.see(id);
    assert_eq!((&server["name"], &server["labels"]), (&json!("db"), &json!({ "a": "b" })));
    let password = bench.post(&format!("/servers/{id}/actions/reset_password"), &Value::Null);
    assert!(password["root_password"].is_string());
    bench.simulator.advance(1_000);
    bench.on(id, "disable_rescue", &Value::Null);
    bench.on(id, "change_protection", &json!({ "delete": true, "rebuild": true }));
    assert_eq!(bench.see(id)["protection"], json!({ "delete": true, "rebuild": true }));
}

#[test]
fn groups_are_joined_off_and_left() {
    let bench = Bench::new();
    let group = bench.made("/placement_groups", &json!({ "name": "g", "type": "spread" }));
    let id = bench.server("web", &json!({}));
    let add = format!("/servers/{id}/actions/add_to_placement_group");
    let body = json!({ "placement_group": group });
    bench.table(&[("POST", &add, body.clone(), 422, "server_not_stopped")]);
    bench.on(id, "poweroff", &Value::Null);
    bench.on(id, "add_to_placement_group", &body);
    assert_eq!(bench.see(id)["placement_group"]["id"], group);
    bench.table(&[("POST", &add, body, 422, "already_in_placement_group")]);
    bench.on(id, "remove_from_placement_group", &Value::Null);
    bench.on(id, "poweron", &Value::Null);
    assert_eq!(bench.see(id)["placement_group"], Value::Null);
    for number in 0..10 {
        bench.server(&format!("m{number}"), &json!({ "placement_group": group }));
    }
    bench.table(&[("POST", &add, json!({ "placement_group": group }), 422, "server_not_stopped")]);
    bench.on(id, "poweroff", &Value::Null);
    bench.table(&[(
        "POST",
        &add,
        json!({ "placement_group": group }),
        403,
        "resource_limit_exceeded",
    )]);
    let full = json!({
        "name": "m10", "server_type": "cx23", "image": "debian-12", "placement_group": group,
    });
    bench.table(&[("POST", "/servers", full, 422, "placement_error")]);
    bench.delete(&format!("/placement_groups/{group}"));
    let member = bench.get("/servers?name=m0")["servers"][0].clone();
    assert_eq!(member["placement_group"], Value::Null);
}
