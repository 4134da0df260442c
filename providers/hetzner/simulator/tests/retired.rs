//! Retired types: nobody can order them, servers of them still run; and what others do.

use super::bench::Bench;
use crate::Kind;
use serde_json::{Value, json};

/// Makes a server of a retired type, as somebody did before it was retired.
fn old_server(bench: &Bench) -> u64 {
    let body =
        json!({ "name": "old", "server_type": "cx22", "image": "debian-12", "location": "fsn1" });
    bench.simulator.lock(|world| {
        let (status, made) = world.outside().call("POST", "/servers", &body);
        assert_eq!(status, 201, "{made}");
        made["server"]["id"].as_u64().unwrap()
    })
}

#[test]
fn servers_of_retired_types_run_and_can_leave_them() {
    let bench = Bench::new();
    let id = old_server(&bench);
    let server = bench.see(id);
    assert_eq!(
        (&server["status"], &server["server_type"]["name"]),
        (&json!("running"), &json!("cx22"))
    );
    assert!(server["server_type"]["locations"][0]["deprecation"]["unavailable_after"].is_string());
    assert_eq!(bench.get("/server_types?name=cx22")["server_types"], json!([]));
    bench.on(id, "reboot", &Value::Null);
    bench.on(id, "rebuild", &json!({ "image": "debian-13" }));
    bench.on(id, "poweroff", &Value::Null);
    let change = format!("/servers/{id}/actions/change_type");
    let to = |name: &str| json!({ "server_type": name, "upgrade_disk": false });
    bench.table(&[("POST", &change, to("cx32"), 422, "invalid_server_type")]);
    bench.on(id, "change_type", &to("cx33"));
    assert_eq!(bench.see(id)["server_type"]["name"], "cx33");
}

#[test]
fn types_retire_as_time_passes() {
    let bench = Bench::new();
    let listed =
        || !bench.get("/server_types?name=cpx11")["server_types"].as_array().unwrap().is_empty();
    let body = |name: &str| json!({ "name": name, "server_type": "cpx11", "image": "debian-12", "location": "ash" });
    assert!(listed());
    bench.table(&[("POST", "/servers", body("a"), 201, "")]);
    bench.simulator.advance(200 * 24 * 3_600_000);
    assert!(!listed());
    bench.table(&[("POST", "/servers", body("b"), 422, "invalid_input")]);
}

#[test]
fn others_delete_what_is_locked_and_protected() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    bench.on(id, "change_protection", &json!({ "delete": true, "rebuild": true }));
    bench.post(&format!("/servers/{id}/actions/poweroff"), &Value::Null);
    assert!(bench.simulator.lock(|world| world.outside().delete(Kind::Server, id)));
    bench.table(&[("GET", &format!("/servers/{id}"), Value::Null, 404, "not_found")]);
    assert!(!bench.simulator.lock(|world| world.outside().delete(Kind::Server, id)));
}

#[test]
fn snapshot_has_the_counters_that_the_api_does_not_show() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    bench.on(id, "rebuild", &json!({ "image": "debian-13" }));
    let snapshot = bench.simulator.lock(|world| world.snapshot());
    let counters = &snapshot["counters"][id.to_string()];
    assert_eq!(counters, &json!({ "disk_epoch": 1, "boot_count": 2, "downtime_s": 40 }));
    assert_eq!(snapshot["objects"]["servers"][0]["name"], "web");
    assert_eq!(snapshot["objects"]["images"], json!([]));
    assert!(!bench.see(id).to_string().contains("epoch"));
}

#[test]
fn objects_are_named_by_numbers_as_by_texts() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    bench.on(id, "poweroff", &Value::Null);
    let action = |name: &str| format!("/servers/{id}/actions/{name}");
    let calls = [
        ("/servers".to_owned(), json!({ "name": "a", "server_type": 114, "image": 161_547_269 })),
        (action("rebuild"), json!({ "image": 161_547_269 })),
        (action("attach_iso"), json!({ "iso": 97_641 })),
        (action("poweroff"), Value::Null),
        (action("change_type"), json!({ "server_type": 115, "upgrade_disk": false })),
    ];
    // Official clients do so, and the description has only texts.
    for (target, body) in calls {
        let call = |world: &mut crate::World| world.outside().call("POST", &target, &body);
        let (status, answer) = bench.simulator.lock(call);
        assert_eq!(status, 201, "{target}: {answer}");
    }
    assert_eq!(bench.see(id)["server_type"]["name"], "cx33");
}
