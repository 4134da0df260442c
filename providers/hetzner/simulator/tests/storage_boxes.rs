//! Storage boxes with their snapshots, subaccounts, plans and types.

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
fn snapshots_are_made_and_rolled_back_to() {
    let (bench, id) = bench();
    let snapshots = format!("/storage_boxes/{id}/snapshots");
    bench.simulator.lock(|world| world.set_box_data(id, 100));
    let made = bench.post(&snapshots, &json!({ "description": "first", "labels": { "a": "b" } }));
    let first = made["snapshot"]["id"].as_u64().unwrap();
    assert_eq!(
        made["action"]["resources"],
        json!([{ "id": id, "type": "storage_box" }, { "id": first, "type": "storage_box_snapshot" }])
    );
    bench.table(&[("POST", &snapshots, json!({}), 423, "locked")]);
    bench.simulator.advance(60_000);
    bench.simulator.lock(|world| world.set_box_data(id, 900));
    let second = bench.made(&snapshots, &json!({}));
    let list = |query: &str| bench.get(&format!("{snapshots}{query}"))["snapshots"].clone();
    assert_eq!((len(&list("")), len(&list("?label_selector=a"))), (2, 1));
    assert_eq!((len(&list("?is_automatic=true")), len(&list("?is_automatic=false"))), (0, 2));
    assert_eq!(list("?sort=created:desc")[0]["id"], second);
    let name = list("")[0]["name"].as_str().unwrap().to_owned();
    assert_eq!(name, "2026-11-01T01-00-00");
    assert_eq!(len(&list(&format!("?name={name}"))), 1);
    assert_eq!(
        see(&bench, id)["stats"],
        json!({ "size": 1000, "size_data": 900, "size_snapshots": 100 })
    );
    let one = format!("{snapshots}/{first}");
    let long = "a".repeat(1001);
    bench.table(&[
        ("PUT", &one, json!({ "description": "new", "labels": {} }), 200, ""),
        ("PUT", &one, json!({ "description": long }), 422, "invalid_input"),
        ("POST", &snapshots, json!({ "labels": { "": "" } }), 422, "invalid_input"),
        ("GET", &format!("{snapshots}/1"), Value::Null, 404, "not_found"),
    ]);
    act(&bench, id, "rollback_snapshot", &json!({ "snapshot": name }));
    assert_eq!((len(&list("")), &list("")[0]["description"]), (1, &json!("new")));
    assert_eq!(see(&bench, id)["stats"]["size_data"], 100);
    assert_eq!(bench.simulator.lock(|world| world.data_epoch(id)), Some(1));
    act(&bench, id, "rollback_snapshot", &json!({ "snapshot": first.to_string() }));
    bench.act("DELETE", &one, &Value::Null);
    assert_eq!(list(""), json!([]));
    for _ in 0..10 {
        bench.made(&snapshots, &json!({}));
    }
    bench.table(&[("POST", &snapshots, json!({}), 403, "resource_limit_exceeded")]);
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
fn plans_make_snapshots_as_time_passes() {
    let (bench, id) = bench();
    let list = || {
        let snapshots = bench.get(&format!("/storage_boxes/{id}/snapshots?is_automatic=true"));
        let snapshots = snapshots["snapshots"].as_array().unwrap().clone();
        snapshots.iter().map(|of| of["created"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let daily = json!({ "max_snapshots": 2, "minute": 30, "hour": 3 });
    act(&bench, id, "enable_snapshot_plan", &daily);
    let shown = &see(&bench, id)["snapshot_plan"];
    assert_eq!((&shown["hour"], &shown["day_of_week"]), (&json!(3), &Value::Null));
    bench.simulator.advance(DAY_MS);
    assert_eq!(list(), ["2026-11-01T03:30:00Z"]);
    bench.simulator.advance(3 * DAY_MS);
    assert_eq!(list(), ["2026-11-03T03:30:00Z", "2026-11-04T03:30:00Z"]);
    // 2026-11-08 is a Sunday, and December begins with a Tuesday.
    let weekly = json!({ "max_snapshots": 2, "minute": 0, "hour": 0, "day_of_week": 7 });
    act(&bench, id, "enable_snapshot_plan", &weekly);
    bench.simulator.advance(5 * DAY_MS);
    assert_eq!(list(), ["2026-11-04T03:30:00Z", "2026-11-08T00:00:00Z"]);
    let monthly = json!({ "max_snapshots": 1, "minute": 0, "hour": 6, "day_of_month": 1 });
    act(&bench, id, "enable_snapshot_plan", &monthly);
    bench.simulator.advance(60 * DAY_MS);
    assert_eq!(list(), ["2027-01-01T06:00:00Z"]);
    act(&bench, id, "disable_snapshot_plan", &Value::Null);
    bench.simulator.advance(60 * DAY_MS);
    assert_eq!((list().len(), &see(&bench, id)["snapshot_plan"]), (1, &Value::Null));
}

#[test]
fn subaccounts_have_homes_and_settings() {
    let (bench, id) = bench();
    let all = format!("/storage_boxes/{id}/subaccounts");
    let account = |home: &str| json!({ "home_directory": home, "password": PASSWORD });
    let named = |name: &str| {
        let mut body = account("b");
        body["name"] = name.into();
        body
    };
    let first = bench.made(&all, &account("team/web"));
    let mut wanted = named("second");
    wanted["access_settings"] = json!({ "readonly": true });
    wanted["description"] = "who".into();
    wanted["labels"] = json!({ "a": "b" });
    let second = bench.made(&all, &wanted);
    let one = format!("{all}/{first}");
    let shown = bench.get(&one)["subaccount"].clone();
    let username = format!("u{id}-sub1");
    assert_eq!((&shown["username"], &shown["name"]), (&json!(username), &json!(username)));
    assert_eq!(shown["server"], format!("{username}.your-storagebox.de"));
    let invalid = "invalid_input";
    let long = "a".repeat(51);
    bench.table(&[
        ("POST", &all, account("/absolute"), 422, invalid),
        ("POST", &all, account("a:b"), 422, invalid),
        ("POST", &all, account(""), 422, invalid),
        ("POST", &all, json!({ "home_directory": "a" }), 422, invalid),
        ("POST", &all, json!({ "home_directory": "a", "password": "weak" }), 422, invalid),
        ("POST", &all, named(&long), 422, invalid),
        ("POST", &all, named("second"), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "second" }), 409, "uniqueness_error"),
        ("PUT", &one, json!({ "name": "" }), 422, invalid),
        ("PUT", &one, json!({ "name": "first", "description": "new", "labels": {} }), 200, ""),
        ("POST", &format!("{one}/actions/change_home_directory"), account("/a"), 422, invalid),
        (
            "POST",
            &format!("{one}/actions/reset_subaccount_password"),
            json!({ "password": "weak" }),
            422,
            invalid,
        ),
        ("GET", &format!("{all}?username={username}&sort=id:desc"), Value::Null, 200, ""),
    ]);
    let act = |action: &str, body: Value| {
        bench.act("POST", &format!("{one}/actions/{action}"), &body);
    };
    act("change_home_directory", json!({ "home_directory": "team/mail" }));
    act("reset_subaccount_password", json!({ "password": "another1PASS!" }));
    act("update_access_settings", json!({ "ssh_enabled": true, "readonly": true }));
    act("update_access_settings", json!({ "readonly": false }));
    let shown = bench.get(&one)["subaccount"].clone();
    assert_eq!((&shown["name"], &shown["home_directory"]), (&json!("first"), &json!("team/mail")));
    assert_eq!(shown["access_settings"]["ssh_enabled"], true);
    assert_eq!(shown["access_settings"]["readonly"], false);
    let folders =
        |path: &str| bench.get(&format!("/storage_boxes/{id}/folders{path}"))["folders"].clone();
    assert_eq!(
        (folders(""), folders("?path=/team")),
        (json!(["b", "team"]), json!(["mail", "web"]))
    );
    let missing = format!("/storage_boxes/{id}/folders?path=none");
    bench.table(&[("GET", &missing, Value::Null, 404, "not_found")]);
    let action = bench.act("DELETE", &format!("{all}/{second}"), &Value::Null);
    assert_eq!(action["resources"][1], json!({ "id": second, "type": "storage_box_subaccount" }));
    assert_eq!(len(&bench.get(&all)["subaccounts"]), 1);
    bench.simulator.lock(|world| world.catalogue().storage_box_types[0].subaccounts_max = 0);
    let none = bench.made("/storage_boxes", &body("none"));
    let all = format!("/storage_boxes/{none}/subaccounts");
    bench.table(&[("POST", &all, account("a"), 403, "resource_limit_exceeded")]);
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
