//! Volumes: made, attached, resized, detached and deleted, and what each of it is refused for.

use super::bench::{Bench, HOUR_MS};
use crate::{Effect, Fault, Kind};
use serde_json::{Value, json};

fn disk(name: &str) -> Value {
    json!({ "name": name, "size": 10, "location": "fsn1" })
}

#[test]
fn volumes_are_made_in_a_location() {
    let bench = Bench::new();
    let body = json!({
        "name": "data",
        "size": 42,
        "location": "fsn1",
        "format": "ext4",
        "labels": { "env": "prod" },
    });
    let answer = bench.post("/volumes", &body);
    let volume = &answer["volume"];
    assert_eq!((&volume["status"], &volume["server"]), (&json!("creating"), &Value::Null));
    assert_eq!((&volume["size"], &volume["format"]), (&json!(42), &json!("ext4")));
    assert_eq!(
        (&answer["action"]["command"], &answer["next_actions"]),
        (&json!("create_volume"), &json!([]))
    );
    let one = format!("/volumes/{}", volume["id"]);
    bench.table(&[("PUT", &one, json!({ "name": "other" }), 423, "locked")]);
    bench.simulator.advance(HOUR_MS);
    let volume = bench.get(&one)["volume"].clone();
    let device = format!("/dev/disk/by-id/scsi-0HC_Volume_{}", volume["id"]);
    assert_eq!((&volume["status"], &volume["linux_device"]), (&json!("available"), &json!(device)));
    assert_eq!(volume["location"]["network_zone"], "eu-central");
    assert_eq!(bench.get("/volumes?status=creating")["volumes"], json!([]));
    assert_eq!(bench.get("/volumes?label_selector=env=prod&name=data")["volumes"][0], volume);
}

#[test]
fn volumes_refuse_what_does_not_fit() {
    let bench = Bench::new();
    let id = bench.made("/volumes", &disk("data"));
    let one = format!("/volumes/{id}");
    let act = |what: &str| format!("{one}/actions/{what}");
    let (resize, attach, detach) = (act("resize"), act("attach"), act("detach"));
    let with = |field: &str, value: Value| {
        let mut body = disk("more");
        body[field] = value;
        body
    };
    bench.table(&[
        ("POST", "/volumes", json!({}), 422, "invalid_input"),
        ("POST", "/volumes", json!({ "name": "more", "size": 10 }), 422, "invalid_input"),
        ("POST", "/volumes", with("name", json!("data")), 409, "uniqueness_error"),
        ("POST", "/volumes", with("name", json!("-more")), 422, "invalid_input"),
        ("POST", "/volumes", with("name", json!("a b")), 422, "invalid_input"),
        ("POST", "/volumes", with("name", json!("a".repeat(65))), 422, "invalid_input"),
        ("POST", "/volumes", with("size", json!(9)), 422, "invalid_input"),
        ("POST", "/volumes", with("size", json!(10_241)), 422, "invalid_input"),
        ("POST", "/volumes", with("format", json!("ntfs")), 422, "invalid_input"),
        ("POST", "/volumes", with("location", json!("mars")), 422, "invalid_input"),
        ("POST", "/volumes", with("automount", json!(true)), 422, "invalid_input"),
        ("POST", "/volumes", with("server", json!(7)), 404, "not_found"),
        ("POST", "/volumes", with("labels", json!({ "a": "b c" })), 422, "invalid_input"),
        ("PUT", &one, json!({ "name": "a b" }), 422, "invalid_input"),
        ("POST", &resize, json!({}), 422, "invalid_input"),
        ("POST", &resize, json!({ "size": 10 }), 422, "invalid_input"),
        ("POST", &resize, json!({ "size": 9 }), 422, "invalid_input"),
        ("POST", &resize, json!({ "size": 10_241 }), 422, "invalid_input"),
        ("POST", &attach, json!({}), 422, "invalid_input"),
        ("POST", &attach, json!({ "server": 7 }), 404, "not_found"),
        ("POST", &detach, Value::Null, 422, "service_error"),
        ("POST", "/volumes/7/actions/detach", Value::Null, 404, "not_found"),
        ("GET", "/volumes/7", Value::Null, 404, "not_found"),
    ]);
    bench.simulator.lock(|world| {
        let (server_type, location) = ("volume".to_owned(), "fsn1".to_owned());
        let effect = Effect::StockOut { server_type, location };
        world.set_fault(Fault::once("POST /volumes", effect));
        world.set_limit(Kind::Volume, 2);
    });
    bench.table(&[("POST", "/volumes", disk("more"), 422, "no_space_left_in_location")]);
    bench.made("/volumes", &disk("more"));
    bench.table(&[("POST", "/volumes", disk("most"), 403, "resource_limit_exceeded")]);
}

#[test]
fn volumes_are_attached_and_detached() {
    let bench = Bench::new();
    let server = bench.server("web", &Value::Null);
    let elsewhere = bench.server("far", &json!({ "location": "nbg1" }));
    let id = bench.made("/volumes", &disk("data"));
    let other = bench.made("/volumes", &disk("other"));
    let one = format!("/volumes/{id}");
    let act = |what: &str| format!("{one}/actions/{what}");
    let (resize, attach, detach) = (act("resize"), act("attach"), act("detach"));
    let protect = act("change_protection");
    let to = |server: u64| json!({ "server": server });
    bench.table(&[
        ("POST", &attach, to(elsewhere), 422, "invalid_input"),
        ("POST", &attach, json!({ "server": server, "automount": true }), 201, ""),
        // Both are locked now.
        ("POST", &resize, json!({ "size": 20 }), 423, "locked"),
        ("POST", &format!("/volumes/{other}/actions/attach"), to(server), 423, "locked"),
        ("POST", &format!("/servers/{server}/actions/poweroff"), Value::Null, 423, "locked"),
    ]);
    bench.simulator.advance(HOUR_MS);
    assert_eq!(bench.get(&one)["volume"]["server"], server);
    assert_eq!(bench.get(&format!("/servers/{server}"))["server"]["volumes"], json!([id]));
    bench.table(&[
        ("POST", &attach, to(server), 422, "volume_already_attached"),
        ("DELETE", &one, Value::Null, 422, "service_error"),
    ]);
    let action = bench.act("POST", &resize, &json!({ "size": 20 }));
    assert_eq!(
        (&action["command"], &action["status"]),
        (&json!("resize_volume"), &json!("success"))
    );
    assert_eq!(bench.get(&one)["volume"]["size"], 20);
    let action = bench.act("POST", &detach, &Value::Null);
    let about = json!([{ "id": server, "type": "server" }, { "id": id, "type": "volume" }]);
    assert_eq!((&action["command"], &action["resources"]), (&json!("detach_volume"), &about));
    assert_eq!(bench.get(&one)["volume"]["server"], Value::Null);
    bench.act("POST", &protect, &json!({ "delete": true }));
    bench.table(&[("DELETE", &one, Value::Null, 423, "protected")]);
    bench.act("POST", &protect, &json!({ "delete": false }));
    bench.table(&[
        ("DELETE", &one, Value::Null, 204, ""),
        ("DELETE", &one, Value::Null, 404, "not_found"),
    ]);
}

#[test]
fn volumes_come_with_a_server() {
    let bench = Bench::new();
    let server = bench.server("web", &Value::Null);
    let body = json!({ "name": "data", "size": 10, "server": server, "automount": true });
    let answer = bench.post("/volumes", &body);
    assert_eq!(answer["next_actions"][0]["command"], "attach_volume");
    // The second one has to wait for the first.
    let second = json!({ "name": "more", "size": 10, "server": server });
    bench.table(&[("POST", "/volumes", second.clone(), 423, "locked")]);
    bench.simulator.advance(HOUR_MS);
    let one = format!("/volumes/{}", answer["volume"]["id"]);
    let volume = bench.get(&one)["volume"].clone();
    assert_eq!((&volume["server"], &volume["location"]["name"]), (&json!(server), &json!("fsn1")));
    for number in 1..16 {
        bench.made(
            "/volumes",
            &json!({ "name": format!("v{number}"), "size": 10, "server": server }),
        );
    }
    bench.table(&[("POST", "/volumes", second, 403, "resource_limit_exceeded")]);
    bench.act("DELETE", &format!("/servers/{server}"), &Value::Null);
    assert_eq!(bench.get(&one)["volume"]["server"], Value::Null, "volumes outlive their server");
}

#[test]
fn volume_actions_fail_without_effect() {
    let bench = Bench::new();
    let server = bench.server("web", &Value::Null);
    let id = bench.made("/volumes", &disk("data"));
    let one = format!("/volumes/{id}");
    let fails = || Effect::ActionFails { command: None, code: "action_failed".to_owned() };
    bench.simulator.lock(|world| world.set_fault(Fault::once("POST /volumes/*", fails())));
    let action = bench.act("POST", &format!("{one}/actions/attach"), &json!({ "server": server }));
    assert_eq!(action["error"]["code"], "action_failed");
    assert_eq!(bench.get(&one)["volume"]["server"], Value::Null);
    bench.simulator.lock(|world| world.set_fault(Fault::once("POST /volumes", fails())));
    let body = json!({ "name": "more", "size": 10, "server": server });
    let answer = bench.post("/volumes", &body);
    bench.simulator.advance(HOUR_MS);
    let next = bench.get(&format!("/actions/{}", answer["next_actions"][0]["id"]));
    assert_eq!(next["action"]["status"], "error", "what follows a failure fails");
    let listed = bench.get(&format!("/volumes/{id}/actions?status=error"))["actions"].clone();
    assert_eq!(listed[0]["command"], "attach_volume");
}
