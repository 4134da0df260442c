//! Faults that need no servers: what each does to a call, and which calls it hits.

use super::bench::Bench;
use crate::{Delivery, Effect, Fault, Kind, READING_TOKEN, Request, TOKEN};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn group(name: &str) -> Value {
    json!({ "name": name, "type": "spread" })
}

fn count(bench: &Bench) -> usize {
    bench.simulator.lock(|world| world.objects(Kind::PlacementGroup).len())
}

#[test]
fn faults_hit_the_calls_they_are_for() {
    let bench = Bench::new();
    let effect =
        || Effect::Answer { status: 500, code: "server_error".to_owned(), committed: false };
    let status = |bench: &Bench, target: &str| bench.send("GET", target, &Value::Null).status;
    bench
        .simulator
        .lock(|world| world.set_fault(Fault::once("GET /locations", effect()).from(2).times(2)));
    let found: Vec<u16> = (0..5).map(|_| status(&bench, "/locations")).collect();
    assert_eq!(found, [200, 500, 500, 200, 200]);
    bench.simulator.lock(|world| world.set_fault(Fault::always("* /server_*", effect())));
    assert_eq!(status(&bench, "/server_types"), 500);
    assert_eq!(status(&bench, "/locations"), 200);
    bench.simulator.lock(|world| {
        world.clear_faults();
        world.set_fault(Fault { probability: 0.5, ..Fault::always("*", effect()) });
    });
    let hits = (0..200).filter(|_| status(&bench, "/locations") == 500).count();
    assert!((60..140).contains(&hits), "{hits}");
}

#[test]
fn answers_are_cut_before_and_after() {
    let cases = [
        (Effect::CutBefore, Delivery::Never, 0),
        (Effect::CutAfter, Delivery::Never, 1),
        (Effect::CutInside, Delivery::Half, 1),
        (Effect::SlowBody { ms: 5 }, Delivery::Late(5), 1),
    ];
    for (effect, delivery, made) in cases {
        let bench = Bench::new();
        bench
            .simulator
            .lock(|w| w.set_fault(Fault::once("POST /placement_groups", effect.clone())));
        let response = bench.send("POST", "/placement_groups", &group("a"));
        assert_eq!((response.delivery, count(&bench)), (delivery, made), "{effect:?}");
    }
}

#[test]
fn answers_are_other_than_they_should_be() {
    let cases = [
        (Effect::BadGateway { committed: false }, 502, 0),
        (Effect::BadGateway { committed: true }, 502, 1),
        (Effect::Answer { status: 504, code: "timeout".to_owned(), committed: true }, 504, 1),
        (Effect::RateLimited, 429, 0),
        (Effect::RevokeToken, 401, 0),
        (Effect::Truncated, 201, 1),
    ];
    for (effect, status, made) in cases {
        let bench = Bench::new();
        bench
            .simulator
            .lock(|w| w.set_fault(Fault::once("POST /placement_groups", effect.clone())));
        let response = bench.send("POST", "/placement_groups", &group("a"));
        assert_eq!((response.status, count(&bench)), (status, made), "{effect:?}");
        let is_json = serde_json::from_slice::<Value>(&response.body).is_ok();
        assert_eq!(is_json, !matches!(effect, Effect::BadGateway { .. } | Effect::Truncated));
    }
}

#[test]
fn revoked_token_stays_revoked_and_others_do_not() {
    let bench = Bench::new();
    bench.simulator.lock(|w| w.set_fault(Fault::once("GET /locations", Effect::RevokeToken)));
    let status = |token: &str| {
        bench.simulator.answer(&Request::new("GET", "/v1/locations").with_token(token)).status
    };
    assert_eq!([status(TOKEN), status(TOKEN), status(READING_TOKEN)], [401, 401, 200]);
}

#[test]
fn fields_are_changed_added_and_removed() {
    let bench = Bench::new();
    bench.made("/placement_groups", &group("a"));
    bench.made("/placement_groups", &group("b"));
    bench.simulator.lock(|world| {
        let list = "GET /placement_groups";
        let set = |path: &str| Effect::Set { path: path.to_owned(), value: json!("new") };
        world.set_fault(Fault::once(list, set("placement_groups.1.type")));
        world.set_fault(Fault::once(list, set("placement_groups.*.color")));
        world.set_fault(Fault::once(
            list,
            Effect::Remove { path: "placement_groups.0.name".to_owned() },
        ));
    });
    let groups = bench.get("/placement_groups")["placement_groups"].clone();
    assert_eq!((&groups[0]["type"], &groups[1]["type"]), (&json!("spread"), &json!("new")));
    assert_eq!((&groups[0]["color"], &groups[1]["color"]), (&json!("new"), &json!("new")));
    assert_eq!((groups[0].get("name"), groups[1]["name"].as_str()), (None, Some("b")));
}

#[test]
fn lists_lag_behind() {
    let bench = Bench::new();
    let old = bench.made("/placement_groups", &group("old"));
    bench.made("/placement_groups", &group("kept"));
    bench.post("/placement_groups", &group("new"));
    bench.delete(&format!("/placement_groups/{old}"));
    let names = || -> Vec<String> {
        let groups = bench.get("/placement_groups")["placement_groups"].clone();
        let groups = groups.as_array().unwrap().iter();
        groups.map(|group| group["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(), ["kept", "new"]);
    let stale = Fault::once("GET /placement_groups", Effect::StaleList { lag_ms: 5000 });
    bench.simulator.lock(|world| world.set_fault(stale));
    assert_eq!(names(), ["old", "kept"]);
    assert_eq!(names(), ["kept", "new"]);
    bench.simulator.advance(5_001);
    let stale = Fault::once("GET /placement_groups", Effect::StaleList { lag_ms: 5000 });
    bench.simulator.lock(|world| world.set_fault(stale));
    assert_eq!(names(), ["kept", "new"], "what went before that is not shown");
}

#[test]
fn lists_stand_still() {
    let bench = Bench::new();
    let changed = bench.made("/placement_groups", &group("before"));
    let gone = bench.made("/placement_groups", &group("gone"));
    let names = || -> Vec<String> {
        let groups = bench.get("/placement_groups")["placement_groups"].clone();
        let groups = groups.as_array().unwrap().iter();
        groups.map(|group| group["name"].as_str().unwrap().to_owned()).collect()
    };
    let frozen = Fault::once("GET /placement_groups", Effect::FrozenList).from(2);
    bench.simulator.lock(|world| world.set_fault(frozen));
    bench.simulator.lock(|world| world.outside().rename(Kind::PlacementGroup, changed, "after"));
    bench.delete(&format!("/placement_groups/{gone}"));
    bench.made("/placement_groups", &group("new"));
    assert_eq!(names(), ["after", "new"]);
    assert_eq!(names(), ["before", "gone"]);
    let one = bench.get(&format!("/placement_groups/{changed}"));
    assert_eq!(one["placement_group"]["name"], "after", "a single object is shown as it is");
    assert_eq!(names(), ["after", "new"]);
}

#[test]
fn tokens_come_and_go() {
    let bench = Bench::new();
    let status = |token: &str| {
        let request = Request::new("GET", "/v1/locations").with_token(token);
        bench.simulator.answer(&request).status
    };
    let steer = |body: &Value| {
        let request = Request::new("POST", "/__sim/tokens").with_body(body);
        assert_eq!(bench.simulator.answer(&request).status, 200);
    };
    assert_eq!(status("other"), 401);
    steer(&json!({ "token": "other", "can_write": true }));
    assert_eq!(status("other"), 200);
    steer(&json!({ "token": "other", "is_revoked": true }));
    assert_eq!(status("other"), 401);
}

#[test]
fn pages_are_doubled_and_shifted() {
    let bench = Bench::new();
    for number in 0..4 {
        bench.made("/placement_groups", &group(&format!("g{number}")));
    }
    let second = || -> Vec<String> {
        let groups = bench.get("/placement_groups?per_page=2&page=2")["placement_groups"].clone();
        let groups = groups.as_array().unwrap().iter();
        groups.map(|group| group["name"].as_str().unwrap().to_owned()).collect()
    };
    let set = |effect| {
        bench.simulator.lock(|w| w.set_fault(Fault::once("GET /placement_groups", effect)));
    };
    assert_eq!(second(), ["g2", "g3"]);
    set(Effect::DuplicatePage);
    assert_eq!(second(), ["g0", "g1"]);
    set(Effect::ShiftedPage { by: 1 });
    assert_eq!(second(), ["g3"]);
}

#[test]
fn others_change_what_is_ours() {
    let bench = Bench::new();
    let id = bench.made("/placement_groups", &group("a"));
    let one = format!("/placement_groups/{id}");
    let labels = BTreeMap::from([("who".to_owned(), "else".to_owned())]);
    let get = "GET /placement_groups/{id}";
    bench.simulator.lock(|world| {
        let object = Kind::PlacementGroup;
        world.set_fault(Fault::once(get, Effect::OutsideLabels { object, id, labels }));
        world.set_fault(Fault::once(get, Effect::OutsideDelete { object, id }).from(2));
    });
    assert_eq!(bench.get(&one)["placement_group"]["labels"], json!({ "who": "else" }));
    bench.table(&[("GET", &one, Value::Null, 404, "not_found")]);
    let (method, path) = ("POST".to_owned(), "/placement_groups".to_owned());
    let effect = Effect::OutsideCall { method, path, body: group("taken") };
    bench.simulator.lock(|world| world.set_fault(Fault::once("POST /placement_groups", effect)));
    bench.table(&[("POST", "/placement_groups", group("taken"), 409, "uniqueness_error")]);
    bench.simulator.lock(|world| {
        world.forget_requests();
        let (status, made) = world.outside().call("POST", "/placement_groups", &group("theirs"));
        assert_eq!(status, 201);
        let id = made["placement_group"]["id"].as_u64().unwrap();
        assert!(world.outside().rename(Kind::PlacementGroup, id, "renamed"));
        assert_eq!(world.count_all(), 0, "others are not counted");
    });
    assert_eq!(
        bench.get("/placement_groups?name=renamed")["placement_groups"][0]["name"],
        "renamed"
    );
}

#[test]
fn projects_are_limited() {
    let bench = Bench::new();
    bench.simulator.lock(|world| world.set_limit(Kind::PlacementGroup, 1));
    bench.made("/placement_groups", &group("a"));
    bench.table(&[("POST", "/placement_groups", group("b"), 403, "resource_limit_exceeded")]);
}

#[test]
fn faults_are_json_too() {
    let texts = [
        r#"{"operation":"POST /servers","effect":{"kind":"cut_after"}}"#,
        r#"{"operation":"*","from":3,"times":null,"probability":0.1,"effect":{"kind":"bad_gateway"}}"#,
        r#"{"operation":"POST /servers","times":2,"effect":{"kind":"stock_out","server_type":"cx23","location":"fsn1"}}"#,
    ];
    let faults: Vec<Fault> = texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(faults[0], Fault::once("POST /servers", Effect::CutAfter));
    assert_eq!((faults[1].from, faults[1].times), (3, None));
    for fault in &faults {
        let text = serde_json::to_string(fault).unwrap();
        assert_eq!(&serde_json::from_str::<Fault>(&text).unwrap(), fault);
    }
    let wrong = r#"{"operation":"*","effect":{"kind":"cut_after"},"often":1}"#;
    assert!(serde_json::from_str::<Fault>(wrong).is_err());
}
