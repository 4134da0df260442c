//! Snapshots of storage boxes, by hand and by plan.

use super::{DAY_MS, act, bench, len, see};
use serde_json::{Value, json};

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
