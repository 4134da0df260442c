//! What floating and primary IPs and their names do beyond the contract.

use super::{
    bench::Bench,
    project::{Project, at},
};
use infra_hetzner_simulator::Effect;
use infra_model::{kind::ImpactSort, observed::Observed, value::Value};
use serde_json::{Value as Json, json};
use std::sync::{Arc, atomic::Ordering};

fn primary(server: i64) -> [(&'static str, Value); 3] {
    [
        ("name", Value::from("own")),
        ("type", Value::from("ipv4")),
        ("assignee_id", Value::from(server)),
    ]
}

fn counters(bench: &Bench, server: i64) -> Json {
    let world = bench.simulator.lock(|world| world.snapshot());
    world["counters"][server.to_string()].clone()
}

/// Puts a server without an address of IPv4 beside those of the ground.
fn bare(bench: &Bench) -> i64 {
    let body = json!({
        "name": "bare", "server_type": "cx23", "image": "debian-12", "location": "fsn1",
        "public_net": { "enable_ipv4": false, "enable_ipv6": true },
    });
    bench.outside("POST", "/servers", &body)["server"]["id"].as_i64().unwrap()
}

/// Returns what was asked for, without the notes at a server of who switched it off.
fn calls(project: &Project<'_>) -> Vec<String> {
    let mut calls = project.calls();
    calls.retain(|call| call != "PUT /servers/{id}");
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_shut_down_once_for_its_address_and_started_once() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let before = counters(&bench, ground.other_server)["boot_count"].as_u64().unwrap();
    let given = primary(ground.other_server);
    let made = project.create("hcloud_primary_ip", &given).await.unwrap();
    let server = |name: &str| format!("POST /servers/{{id}}/actions/{name}");
    let address = |name: &str| format!("POST /primary_ips/{{id}}/actions/{name}");
    let create = "POST /primary_ips".to_owned();
    let expected = [create, server("shutdown"), address("assign"), server("poweron")];
    assert_eq!(calls(&project), expected);
    assert_eq!(at(&made.value, "location"), "fsn1", "where its server is");
    let after = counters(&bench, ground.other_server);
    assert_eq!(after["boot_count"].as_u64().unwrap(), before + 1);
    assert_eq!(after["disk_epoch"], 0);

    let other = bare(&bench);
    calls(&project);
    let told = project.impacts(&made, Some(&primary(other)));
    assert_eq!(told.iter().map(|i| i.sort).collect::<Vec<_>>(), [ImpactSort::Downtime; 2]);
    let moved = project.update(&made, &primary(other)).await.unwrap();
    let leave = [server("shutdown"), address("unassign"), server("poweron")];
    let enter = [server("shutdown"), address("assign"), server("poweron")];
    assert_eq!(calls(&project), [leave.clone(), enter].concat());

    project.delete(&moved).await.unwrap();
    let remove = ["DELETE /primary_ips/{id}".to_owned()];
    assert_eq!(calls(&project), [&leave[..], &remove[..]].concat());
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_heed_the_signal_loses_its_power() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    bench.fault("POST /servers/{id}/actions/shutdown", Effect::ShutdownIgnored);
    project.create("hcloud_primary_ip", &primary(ground.other_server)).await.unwrap();
    let server = |name: &str| format!("POST /servers/{{id}}/actions/{name}");
    let calls = calls(&project);
    assert_eq!(calls[1..3], [server("shutdown"), server("poweroff")]);
    assert_eq!(calls.last(), Some(&server("poweron")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_started_again_whatever_becomes_of_its_address() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    // This one has an address of IPv4 already.
    let failed = project.create("hcloud_primary_ip", &primary(ground.server)).await.unwrap_err();
    assert!(failed.partial.is_some(), "the address is there, and not lost");
    assert_eq!(calls(&project).last().unwrap(), "POST /servers/{id}/actions/poweron");
    let shown = bench.shown(&format!("/servers/{}", ground.server));
    assert_eq!(shown["server"]["status"], "running");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_started_again_although_the_run_is_stopped() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let stop = Arc::clone(&bench.stop);
    bench.simulator.observe(move |exchange| {
        if exchange.path.ends_with("/shutdown") {
            stop.store(true, Ordering::SeqCst);
        }
    });
    let status = || {
        let shown = bench.shown(&format!("/servers/{}", ground.other_server));
        shown["server"]["status"].as_str().unwrap_or_default().to_owned()
    };
    let given = primary(ground.other_server);
    let made = project.create("hcloud_primary_ip", &given).await.unwrap();
    assert_eq!(status(), "running");

    // What is not begun yet of a change is left, and what was switched off is switched on.
    bench.stop.store(false, Ordering::SeqCst);
    let moved = primary(bare(&bench));
    let failed = project.update(&made, &moved).await.unwrap_err();
    assert!(failed.partial.is_some(), "what is there is recorded");
    assert_eq!(status(), "running");
    // Nothing new is begun.
    let next = [("type", Value::from("ipv4")), ("home_location", Value::from("fsn1"))];
    assert!(project.create("hcloud_floating_ip", &next).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_assigns_an_address_makes_no_drift() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let given = [("type", Value::from("ipv4")), ("home_location", Value::from("fsn1"))];
    let made = project.create("hcloud_floating_ip", &given).await.unwrap();
    let id: i64 = at(&made.value, "id").as_str().unwrap().parse().unwrap();
    let assignment =
        [("floating_ip_id", Value::from(id)), ("server_id", Value::from(ground.server))];
    let assigned = project.create("hcloud_floating_ip_assignment", &assignment).await.unwrap();
    let Observed::Present(seen) = project.refresh(&made).await else { panic!("it is there") };
    assert_eq!(seen, made.value);

    // Removing the assignment after others have moved the address leaves it where it is.
    let path = format!("/floating_ips/{id}/actions");
    bench.outside("POST", &format!("{path}/unassign"), &json!({}));
    bench.outside("POST", &format!("{path}/assign"), &json!({ "server": ground.other_server }));
    project.delete(&assigned).await.unwrap();
    let shown = bench.shown(&format!("/floating_ips/{id}"));
    assert_eq!(shown["floating_ip"]["server"], json!(ground.other_server));

    calls(&project);
    project.delete(&made).await.unwrap();
    let expected = ["POST /floating_ips/{id}/actions/unassign", "DELETE /floating_ips/{id}"];
    assert_eq!(calls(&project), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_removed_is_that_of_the_beginning_again() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let given = [
        ("floating_ip_id", Value::from(ground.floating_ip)),
        ("ip_address", Value::from(&*ground.floating_ip_address)),
        ("dns_ptr", Value::from("www.example.com")),
    ];
    let made = project.create("hcloud_rdns", &given).await.unwrap();
    let name = || {
        let shown = bench.shown(&format!("/floating_ips/{}", ground.floating_ip));
        shown["floating_ip"]["dns_ptr"][0]["dns_ptr"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(name(), "www.example.com");
    project.delete(&made).await.unwrap();
    assert!(name().starts_with("static."), "{}", name());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_load_balancer_gets_a_name() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let path = format!("/load_balancers/{}", ground.load_balancer);
    let net = || bench.shown(&path)["load_balancer"]["public_net"].clone();
    let ip = net()["ipv4"]["ip"].as_str().unwrap().to_owned();
    let given = [
        ("load_balancer_id", Value::from(ground.load_balancer)),
        ("ip_address", Value::from(&*ip)),
        ("dns_ptr", Value::from("www.example.com")),
    ];
    let made = project.create("hcloud_rdns", &given).await.unwrap();
    assert_eq!(at(&made.value, "id"), format!("l-{}-{ip}", ground.load_balancer));
    assert_eq!(net()["ipv4"]["dns_ptr"], "www.example.com");
    let Observed::Present(seen) = project.refresh(&made).await else { panic!("it is there") };
    assert_eq!(seen, made.value);
    project.delete(&made).await.unwrap();
    assert_ne!(net()["ipv4"]["dns_ptr"], "www.example.com");
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}
