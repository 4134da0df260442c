//! How the clock moves, and what many servers at once take.

use super::bench::{Bench, HOUR_MS};
use crate::{Options, Pace, Request, Simulator, TOKEN, World};
use serde_json::{Value, json};

fn send(simulator: &Simulator, method: &str, path: &str, body: &Value) -> Value {
    let request = Request::new(method, path).with_token(TOKEN).with_body(body);
    simulator.answer(&request).value()
}

/// Creates a server and asks for it until it runs; returns how often.
fn asked_until_it_runs(pace: Pace, times_max: usize) -> usize {
    let simulator = Simulator::new(Options { pace, ..Options::default() });
    let body = json!({ "name": "web", "server_type": "cx23", "image": "debian-12" });
    let made = send(&simulator, "POST", "/v1/servers", &body);
    let path = format!("/v1/servers/{}", made["server"]["id"]);
    let runs =
        |_: &usize| send(&simulator, "GET", &path, &Value::Null)["server"]["status"] == "running";
    (1..=times_max).find(runs).unwrap()
}

#[test]
fn clock_steps_with_each_request() {
    assert_eq!(asked_until_it_runs(Pace::Stepping(1_000), 100), 12);
}

#[test]
fn clock_runs_many_times_as_fast_as_real_time() {
    asked_until_it_runs(Pace::Running(1_000_000), 1_000_000);
}

#[test]
fn clock_stands_still_by_itself() {
    let simulator = Simulator::new(Options::default());
    let before = simulator.now_ms();
    send(&simulator, "GET", "/v1/servers", &Value::Null);
    assert_eq!(simulator.now_ms(), before);
}

#[test]
fn hundred_servers_are_made_at_once_and_awaited_in_batches() {
    let bench = Bench::new();
    let network = bench.made("/networks", &json!({
        "name": "net", "ip_range": "10.0.0.0/16",
        "subnets": [{ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.0.0/24" }],
    }));
    bench.simulator.lock(World::forget_requests);
    let mut actions = Vec::new();
    for number in 0..100 {
        let made = bench.post(
            "/servers",
            &json!({
                "name": format!("web-{number}"), "server_type": "cx23", "image": "debian-12",
                "location": "fsn1", "networks": [network],
            }),
        );
        actions.extend(made["next_actions"].as_array().unwrap().clone());
    }
    bench.simulator.advance(HOUR_MS);
    for batch in actions.chunks(25) {
        let ids = batch.iter().map(|action| format!("id={}", action["id"])).collect::<Vec<_>>();
        let answer = bench.get(&format!("/actions?{}", ids.join("&")));
        let is_done = |action: &Value| action["status"] == "success";
        assert!(answer["actions"].as_array().unwrap().iter().all(is_done), "{answer}");
    }
    let mut ips = std::collections::BTreeSet::new();
    for page in 1..=2 {
        let answer = bench.get(&format!("/servers?per_page=50&page={page}"));
        for server in answer["servers"].as_array().unwrap() {
            assert_eq!(server["status"], "running");
            ips.insert(server["private_net"][0]["ip"].to_string());
            ips.insert(server["public_net"]["ipv4"]["ip"].to_string());
        }
    }
    assert_eq!(ips.len(), 200, "no two servers share an address");
    assert_eq!(bench.simulator.lock(|world| world.count_all()), 110);
}
