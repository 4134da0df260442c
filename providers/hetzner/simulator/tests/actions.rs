//! Actions as clients follow them, and how faults let them go.

use super::bench::{Bench, HOUR_MS};
use crate::{Effect, Fault, World};
use serde_json::{Value, json};

fn create(name: &str) -> Value {
    json!({ "name": name, "server_type": "cx23", "image": "debian-12", "location": "fsn1" })
}

#[test]
fn actions_are_listed_by_id_by_kind_and_by_object() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let other = bench.server("db", &json!({}));
    let action = bench.on(id, "poweroff", &Value::Null);
    assert_eq!(
        (&action["progress"], &action["resources"]),
        (&json!(100), &json!([{ "id": id, "type": "server" }]))
    );
    let commands = |target: &str| -> Vec<String> {
        let actions = bench.get(target)["actions"].clone();
        let actions = actions.as_array().unwrap().iter();
        actions.map(|action| action["command"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        commands(&format!("/servers/{id}/actions")),
        ["create_server", "start_server", "stop_server"]
    );
    assert_eq!(
        commands(&format!("/servers/{id}/actions?sort=command:desc&status=success"))[0],
        "stop_server"
    );
    assert_eq!(commands(&format!("/servers/{other}/actions")).len(), 2);
    assert_eq!(commands("/servers/actions").len(), 5);
    assert_eq!(commands(&format!("/servers/actions?id={}", action["id"])), ["stop_server"]);
    assert_eq!(commands("/servers/actions?status=running").len(), 0);
    let one = format!("/servers/{id}/actions/{}", action["id"]);
    bench.table(&[
        ("GET", &one, Value::Null, 200, ""),
        ("GET", &format!("/servers/actions/{}", action["id"]), Value::Null, 200, ""),
        ("GET", "/actions/1", Value::Null, 404, "not_found"),
        ("GET", "/actions?id=x", Value::Null, 422, "invalid_input"),
        ("GET", "/servers/1/actions", Value::Null, 404, "not_found"),
        ("GET", "/images/actions", Value::Null, 200, ""),
    ]);
    assert_eq!(
        bench.get(&format!("/actions?id={}&id=1", action["id"]))["actions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn progress_grows() {
    let bench = Bench::new();
    let made = bench.post("/servers", &create("web"));
    let progress =
        || bench.get(&format!("/actions/{}", made["action"]["id"]))["action"]["progress"].clone();
    assert_eq!(progress(), 0);
    bench.simulator.advance(4_000);
    assert_eq!(progress(), 50);
    bench.simulator.advance(4_000);
    assert_eq!(progress(), 100);
}

#[test]
fn failed_action_takes_those_after_it_along() {
    let bench = Bench::new();
    let fails = Effect::ActionFails {
        command: Some("create_server".to_owned()),
        code: "action_failed".to_owned(),
    };
    bench.simulator.lock(|world| world.set_fault(Fault::once("POST /servers", fails)));
    let made = bench.post("/servers", &create("web"));
    bench.simulator.advance(HOUR_MS);
    let ids = format!("/actions?id={}&id={}", made["action"]["id"], made["next_actions"][0]["id"]);
    let actions = bench.get(&ids)["actions"].clone();
    assert_eq!((&actions[0]["status"], &actions[1]["status"]), (&json!("error"), &json!("error")));
    assert_eq!(actions[0]["error"]["code"], "action_failed");
    let id = made["server"]["id"].as_u64().unwrap();
    assert_eq!(
        (&bench.see(id)["status"], &bench.see(id)["locked"]),
        (&json!("off"), &json!(false))
    );
    assert_eq!(bench.counters(id).boot_count, 0);
    bench.on(id, "poweron", &Value::Null);
    assert_eq!(bench.see(id)["status"], "running");
}

#[test]
fn failed_changes_leave_things_as_they_were() {
    let bench = Bench::new();
    let id = bench.server("web", &json!({}));
    let fail = |action: &str| {
        let code = "action_failed".to_owned();
        let operation = format!("POST /servers/{{id}}/actions/{action}");
        let fault = Fault::once(&operation, Effect::ActionFails { command: None, code });
        bench.simulator.lock(|world| world.set_fault(fault));
    };
    fail("poweroff");
    assert_eq!(bench.on(id, "poweroff", &Value::Null)["status"], "error");
    assert_eq!(bench.see(id)["status"], "running");
    fail("rebuild");
    bench.on(id, "rebuild", &json!({ "image": "debian-13" }));
    assert_eq!(
        (&bench.see(id)["image"]["name"], bench.counters(id).disk_epoch),
        (&json!("debian-12"), 0)
    );
    fail("create_image");
    bench.on(id, "create_image", &json!({}));
    assert_eq!(bench.get("/images?type=snapshot")["images"], json!([]));
}

#[test]
fn stuck_action_holds_its_lock_until_it_is_released() {
    let bench = Bench::new();
    let stuck = |for_ms| {
        Fault::once(
            "POST /servers",
            Effect::ActionSticks { command: Some("start_server".to_owned()), for_ms },
        )
    };
    bench.simulator.lock(|world| world.set_fault(stuck(None)));
    let id = bench.server("web", &json!({}));
    let server = bench.see(id);
    assert_eq!((&server["status"], &server["locked"]), (&json!("starting"), &json!(true)));
    bench.table(&[("DELETE", &format!("/servers/{id}"), Value::Null, 423, "locked")]);
    assert_eq!(bench.simulator.lock(World::release_stuck), 1);
    let server = bench.see(id);
    assert_eq!((&server["status"], &server["locked"]), (&json!("running"), &json!(false)));
    bench.simulator.lock(|world| world.set_fault(stuck(Some(100_000))));
    let made = bench.post("/servers", &create("slow"))["server"]["id"].as_u64().unwrap();
    bench.simulator.advance(100_000);
    assert_eq!(bench.see(made)["status"], "starting");
    bench.simulator.advance(12_000);
    assert_eq!(bench.see(made)["status"], "running");
}

#[test]
fn vanished_action_does_what_it_does() {
    let bench = Bench::new();
    let vanishes = Effect::ActionVanishes { command: Some("create_server".to_owned()) };
    bench.simulator.lock(|world| world.set_fault(Fault::once("POST /servers", vanishes)));
    let made = bench.post("/servers", &create("web"));
    let (action, next) = (made["action"]["id"].clone(), made["next_actions"][0]["id"].clone());
    bench.table(&[("GET", &format!("/actions/{action}"), Value::Null, 404, "not_found")]);
    let seen = bench.get(&format!("/actions?id={action}&id={next}"))["actions"].clone();
    assert_eq!((seen.as_array().unwrap().len(), &seen[0]["id"]), (1, &next));
    bench.simulator.advance(HOUR_MS);
    assert_eq!(bench.see(made["server"]["id"].as_u64().unwrap())["status"], "running");
}

#[test]
fn durations_can_be_set() {
    let bench = Bench::new();
    bench.simulator.lock(|world| world.set_duration("create_server", 1));
    let made = bench.post("/servers", &create("web"));
    bench.simulator.advance(1);
    assert_eq!(bench.see(made["server"]["id"].as_u64().unwrap())["status"], "starting");
}
