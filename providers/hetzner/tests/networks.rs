//! What networks and servers in them do beyond the contract.

use super::{
    bench::Bench,
    project::{Project, at},
};
use infra_hetzner_simulator::Effect;
use infra_model::{kind::ImpactSort, types::Type, value::Value};

#[tokio::test(flavor = "multi_thread")]
async fn a_network_grows_in_place() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let with =
        |range: &'static str| [("name", Value::from("lan")), ("ip_range", Value::from(range))];
    let made = project.create("hcloud_network", &with("10.8.0.0/16")).await.unwrap();
    project.calls();
    let told = project.impacts(&made, Some(&with("10.8.0.0/14")));
    assert_eq!(told.iter().map(|i| i.sort).collect::<Vec<_>>(), [ImpactSort::Irreversible]);
    let grown = project.update(&made, &with("10.8.0.0/14")).await.unwrap();
    assert_eq!(project.calls(), ["POST /networks/{id}/actions/change_ip_range"]);
    assert_eq!(at(&grown.value, "ip_range"), "10.8.0.0/14");
    let smaller = project.impacts(&grown, Some(&with("10.8.0.0/24")));
    assert_eq!(smaller.iter().map(|i| i.sort).collect::<Vec<_>>(), [ImpactSort::Downtime]);
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_waits_for_a_subnet_and_changes_its_aliases_in_place() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let attach = "POST /servers/{id}/actions/attach_to_network";
    let no_subnet =
        Effect::Answer { status: 422, code: "no_subnet_available".into(), committed: false };
    bench.fault(attach, no_subnet);
    let subnet = format!("{}-10.0.1.0/24", ground.network);
    let base = [
        ("server_id", Value::from(ground.server)),
        ("subnet_id", Value::from(&*subnet)),
        ("ip", Value::from("10.0.1.7")),
    ];
    let made = project.create("hcloud_server_network", &base).await.unwrap();
    assert_eq!(project.calls(), [attach, attach]);
    assert_eq!(at(&made.value, "network_id"), ground.network);

    let aliases = Value::set(Type::String, vec![Value::from("10.0.1.8")]);
    let given: Vec<_> = base.iter().cloned().chain([("alias_ips", aliases)]).collect();
    project.update(&made, &given).await.unwrap();
    assert_eq!(project.calls(), ["POST /servers/{id}/actions/change_alias_ips"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_ranges_are_judged_with_their_place() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let found = project.judged(
        "hcloud_network",
        &[("name", Value::from("lan")), ("ip_range", Value::from("192.0.2.0/24"))],
    );
    assert_eq!(found[0].path.as_ref().unwrap().to_string(), "ip_range");
    let elsewhere = [
        ("server_id", Value::from(1_i64)),
        ("subnet_id", Value::from("7-10.0.1.0/24")),
        ("ip", Value::from("10.0.2.7")),
    ];
    let found = project.judged("hcloud_server_network", &elsewhere);
    assert_eq!(found[0].path.as_ref().unwrap().to_string(), "ip");
    let nowhere = project.judged("hcloud_server_network", &elsewhere[..1]);
    assert_eq!(nowhere.len(), 1);
    let gateway = [
        ("network_id", Value::from(1_i64)),
        ("destination", Value::from("0.0.0.0/0")),
        ("gateway", Value::from("172.31.1.1")),
    ];
    assert_eq!(project.judged("hcloud_network_route", &gateway).len(), 1);
}
