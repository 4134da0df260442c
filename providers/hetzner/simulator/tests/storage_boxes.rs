//! Storage boxes with their snapshots, subaccounts, plans and types.

mod snapshots;
mod subaccounts;

use super::bench::Bench;
use crate::{Effect, Fault, Kind};
use serde_json::{Value, json};

const PASSWORD: &str = "abcdefgH1234!";
const TERABYTE: u64 = 1 << 40;
const DAY_MS: u64 = 86_400_000;

fn body(name: &str) -> Value {
    json!({ "name": name, "location": "fsn1", "storage_box_type": "bx11", "password": PASSWORD })
}

fn with(field: &str, value: Value) -> Value {
    let mut body = body("other");
    body[field] = value;
    body
}

/// A bench with one box that is active.
fn bench() -> (Bench, u64) {
    let bench = Bench::new();
    let id = bench.made("/storage_boxes", &body("backup"));
    (bench, id)
}

fn act(bench: &Bench, id: u64, action: &str, body: &Value) -> Value {
    bench.act("POST", &format!("/storage_boxes/{id}/actions/{action}"), body)
}

fn see(bench: &Bench, id: u64) -> Value {
    bench.get(&format!("/storage_boxes/{id}"))["storage_box"].clone()
}

fn len(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

#[test]
fn boxes_are_made() {
    let bench = Bench::new();
    let mut wanted = body("backup");
    wanted["labels"] = json!({ "env": "prod" });
    wanted["access_settings"] = json!({ "ssh_enabled": true });
    wanted["ssh_keys"] = json!([super::small::public_key(1)]);
    let made = bench.post("/storage_boxes", &wanted);
    assert!(!made.to_string().contains(PASSWORD));
    let shown = &made["storage_box"];
    assert_eq!((&shown["status"], &shown["server"]), (&json!("initializing"), &Value::Null));
    let id = shown["id"].as_u64().unwrap();
    bench.table(&[
        ("PUT", &format!("/storage_boxes/{id}"), json!({ "name": "x" }), 423, "locked"),
        ("POST", &format!("/storage_boxes/{id}/snapshots"), json!({}), 423, "locked"),
        ("DELETE", &format!("/storage_boxes/{id}"), Value::Null, 423, "locked"),
    ]);
    bench.simulator.advance(60_000);
    let shown = see(&bench, id);
    assert_eq!(
        (&shown["status"], &shown["username"]),
        (&json!("active"), &json!(format!("u{id}")))
    );
    assert_eq!(shown["server"], format!("u{id}.your-storagebox.de"));
    assert_eq!(shown["access_settings"]["ssh_enabled"], true);
    assert_eq!(shown["access_settings"]["zfs_enabled"], false);
    assert_eq!(
        (&shown["location"]["name"], &shown["snapshot_plan"]),
        (&json!("fsn1"), &Value::Null)
    );
    let text = bench.simulator.lock(|world| format!("{:?} {}", world.log(), world.snapshot()));
    assert!(!text.contains(PASSWORD));
    let list = |query: &str| bench.get(&format!("/storage_boxes?{query}"))["storage_boxes"].clone();
    for (query, count) in
        [("name=backup", 1), ("name=b", 0), ("label_selector=env", 1), ("sort=stats.size:desc", 1)]
    {
        assert_eq!(len(&list(query)), count, "{query}");
    }
}

#[test]
fn boxes_are_made_by_their_rules() {
    let (bench, _) = bench();
    let invalid = "invalid_input";
    let rows = [
        (body("backup"), 409, "uniqueness_error"),
        (body(""), 422, invalid),
        (json!({}), 422, invalid),
        (with("location", json!("eu-central")), 422, invalid),
        (with("location", json!("ash")), 412, "resource_unavailable"),
        (with("storage_box_type", json!("bx99")), 422, invalid),
        (with("password", json!("short1!A")), 422, invalid),
        (with("password", json!("")), 422, invalid),
        (with("password", json!("no upper 1234!")), 422, invalid),
        (with("ssh_keys", json!(["ssh-rsa no"])), 422, invalid),
        (with("access_settings", json!({ "ssh_enabled": "yes" })), 422, invalid),
        (with("labels", json!({ "a b": "c" })), 422, invalid),
        (with("storage_box_type", json!("1334")), 201, ""),
    ];
    bench.table(&rows.map(|(body, status, code)| ("POST", "/storage_boxes", body, status, code)));
    let refused = bench.send("POST", "/storage_boxes", &with("password", json!("secretsecret")));
    assert!(!refused.value().to_string().contains("secretsecret"));
    bench.simulator.lock(|world| world.set_limit(Kind::StorageBox, 2));
    bench.table(&[("POST", "/storage_boxes", body("more"), 403, "resource_limit_exceeded")]);
}

#[test]
fn boxes_are_changed_by_their_rules() {
    let (bench, id) = bench();
    let one = format!("/storage_boxes/{id}");
    let invalid = "invalid_input";
    bench.simulator.lock(|world| world.set_box_data(id, 2 * TERABYTE));
    let actions = [
        ("change_type", json!({ "storage_box_type": "bx11" }), 422, invalid),
        ("change_type", json!({ "storage_box_type": "bx99" }), 422, invalid),
        ("change_type", json!({}), 422, invalid),
        ("reset_password", json!({ "password": "weak" }), 422, invalid),
        ("reset_password", json!({}), 422, invalid),
        ("update_access_settings", json!({ "ssh_enabled": 1 }), 422, invalid),
        ("change_protection", json!({ "delete": "yes" }), 422, invalid),
        ("rollback_snapshot", json!({ "snapshot": "none" }), 404, "not_found"),
        ("rollback_snapshot", json!({}), 422, invalid),
        (
            "enable_snapshot_plan",
            json!({ "max_snapshots": 11, "minute": 0, "hour": 3 }),
            422,
            invalid,
        ),
        (
            "enable_snapshot_plan",
            json!({ "max_snapshots": 0, "minute": 0, "hour": 3 }),
            422,
            invalid,
        ),
        (
            "enable_snapshot_plan",
            json!({ "max_snapshots": 1, "minute": 60, "hour": 3 }),
            422,
            invalid,
        ),
        (
            "enable_snapshot_plan",
            json!({ "max_snapshots": 1, "minute": 0, "hour": 24 }),
            422,
            invalid,
        ),
        ("enable_snapshot_plan", json!({ "max_snapshots": 1, "hour": 3 }), 422, invalid),
        (
            "enable_snapshot_plan",
            json!({ "max_snapshots": 1, "minute": 0, "hour": 3, "day_of_week": 8 }),
            422,
            invalid,
        ),
        (
            "enable_snapshot_plan",
            json!({ "max_snapshots": 1, "minute": 0, "hour": 3, "day_of_month": 0 }),
            422,
            invalid,
        ),
    ];
    for (action, body, status, code) in actions {
        bench.table(&[("POST", &format!("{one}/actions/{action}"), body, status, code)]);
    }
}

#[test]
fn boxes_are_changed_and_deleted() {
    let (bench, id) = bench();
    bench.made("/storage_boxes", &body("other"));
    let one = format!("/storage_boxes/{id}");
    bench.simulator.lock(|world| world.set_box_data(id, 2 * TERABYTE));
    act(&bench, id, "change_type", &json!({ "storage_box_type": "bx21" }));
    act(&bench, id, "reset_password", &json!({ "password": "another1PASS!" }));
    let on = json!({ "samba_enabled": true, "reachable_externally": true });
    act(&bench, id, "update_access_settings", &on);
    act(&bench, id, "update_access_settings", &json!({ "samba_enabled": false }));
    let shown = see(&bench, id);
    assert_eq!(shown["storage_box_type"]["name"], "bx21");
    assert_eq!(shown["access_settings"]["reachable_externally"], true);
    assert_eq!(shown["access_settings"]["samba_enabled"], false);
    assert_eq!(shown["stats"]["size_data"], 2 * TERABYTE);
    act(&bench, id, "change_protection", &json!({ "delete": true }));
    bench.table(&[
        ("PUT", &one, json!({ "name": "other" }), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "new", "labels": { "a": "b" } }), 200, ""),
        ("DELETE", &one, Value::Null, 423, "protected"),
    ]);
    act(&bench, id, "change_protection", &json!({ "delete": false }));
    bench.made(&format!("{one}/snapshots"), &json!({}));
    let account = json!({ "home_directory": "a", "password": PASSWORD });
    bench.made(&format!("{one}/subaccounts"), &account);
    let action = bench.act("DELETE", &one, &Value::Null);
    assert_eq!((&action["command"], &action["status"]), (&json!("delete"), &json!("success")));
    bench.table(&[
        ("GET", &one, Value::Null, 404, "not_found"),
        ("GET", &format!("{one}/snapshots"), Value::Null, 404, "not_found"),
    ]);
    let left = |kind| bench.simulator.lock(|world| world.objects(kind).len());
    assert_eq!((left(Kind::StorageBoxSnapshot), left(Kind::StorageBoxSubaccount)), (0, 0));
}

#[test]
fn what_lies_in_another_box_is_not_found() {
    let (bench, id) = bench();
    let other = bench.made("/storage_boxes", &body("other"));
    let snapshot = bench.made(&format!("/storage_boxes/{id}/snapshots"), &json!({}));
    let account = json!({ "home_directory": "a", "password": PASSWORD });
    let account = bench.made(&format!("/storage_boxes/{id}/subaccounts"), &account);
    let paths = [
        format!("/storage_boxes/{other}/snapshots/{snapshot}"),
        format!("/storage_boxes/{other}/subaccounts/{account}"),
        format!("/storage_boxes/1/snapshots/{snapshot}"),
    ];
    for path in paths {
        bench.table(&[
            ("GET", &path, Value::Null, 404, "not_found"),
            ("PUT", &path, json!({ "labels": {} }), 404, "not_found"),
            ("DELETE", &path, Value::Null, 404, "not_found"),
        ]);
    }
    let rollback = format!("/storage_boxes/{other}/actions/rollback_snapshot");
    let by_id = json!({ "snapshot": snapshot.to_string() });
    bench.table(&[("POST", &rollback, by_id, 404, "not_found")]);
}

#[test]
fn actions_of_boxes_are_found_by_ids() {
    let (bench, id) = bench();
    let one = act(&bench, id, "change_protection", &json!({ "delete": false }));
    let two = act(&bench, id, "update_access_settings", &json!({}));
    let by_ids = format!("/storage_boxes/actions?id={}&id={}", one["id"], two["id"]);
    assert_eq!(len(&bench.get(&by_ids)["actions"]), 2);
    assert_eq!(
        len(&bench.get(&format!("/storage_boxes/{id}/actions?status=success"))["actions"]),
        3
    );
    bench.get(&format!("/storage_boxes/actions/{}", one["id"]));
    bench.table(&[("GET", "/storage_boxes/actions/1", Value::Null, 404, "not_found")]);
    let fails = Effect::ActionFails { command: None, code: "action_failed".to_owned() };
    let create = "POST /storage_boxes/{id}/snapshots";
    bench.simulator.lock(|world| world.set_fault(Fault::once(create, fails)));
    let snapshots = format!("/storage_boxes/{id}/snapshots");
    assert_eq!(bench.act("POST", &snapshots, &json!({}))["status"], "error");
    assert_eq!(bench.get(&snapshots)["snapshots"], json!([]));
}

#[test]
fn types_of_boxes_are_listed() {
    let bench = Bench::new();
    let types = bench.get("/storage_box_types")["storage_box_types"].clone();
    assert_eq!((len(&types), &types[0]["name"]), (4, &json!("bx11")));
    assert_eq!(len(&bench.get("/storage_box_types?name=bx21")["storage_box_types"]), 1);
    let one = format!("/storage_box_types/{}", types[3]["id"]);
    assert_eq!(bench.get(&one)["storage_box_type"]["name"], "bx41");
    bench.table(&[("GET", "/storage_box_types/1", Value::Null, 404, "not_found")]);
}

#[test]
fn others_delete_what_lies_in_boxes_and_zones() {
    let (bench, id) = bench();
    let snapshot = bench.made(&format!("/storage_boxes/{id}/snapshots"), &json!({}));
    bench.made("/zones", &super::zones::zone("example.com"));
    let set = json!({ "name": "*", "type": "A", "records": [{ "value": "192.0.2.1" }] });
    bench.post("/zones/example.com/rrsets", &set);
    bench.simulator.lock(|world| {
        assert!(world.outside().delete(Kind::StorageBoxSnapshot, snapshot));
        assert!(!world.outside().delete(Kind::StorageBoxSnapshot, snapshot));
        let sets = world.objects(Kind::RrSet).len();
        let (status, _) =
            world.outside().call("DELETE", "/zones/example.com/rrsets/*/A", &Value::Null);
        assert_eq!((status, world.objects(Kind::RrSet).len()), (201, sets - 1));
    });
}
