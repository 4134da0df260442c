//! How many requests it takes: the rate limit of a project is shared by all that use it.

use super::{
    bench::Bench,
    project::{Given, Project},
};
use infra_hetzner_simulator::Kind;
use infra_model::{
    ask::{Answer, Question, Recorded},
    value::Value,
};
use serde_json::json;
use std::collections::BTreeMap;

/// Steps at once, as the engine has them unless told otherwise.
const AT_ONCE: usize = 10;

fn told(counts: &BTreeMap<String, u64>) -> (u64, String) {
    (counts.values().sum(), format!("{counts:#?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_objects_are_refreshed_by_their_lists() {
    let bench = Bench::start().await;
    bench.simulator.lock(|world| {
        for kind in [Kind::Server, Kind::Volume, Kind::Firewall, Kind::PrimaryIp] {
            world.set_limit(kind, 1_000);
        }
    });
    let project = Project::of(&bench).await;
    let mut recorded: BTreeMap<&str, Vec<Recorded>> = BTreeMap::new();
    for (kind, path, many) in
        [("hcloud_server", "/servers", 200), ("hcloud_volume", "/volumes", 200), ("hcloud_firewall", "/firewalls", 50)]
    {
        for at in 0..many {
            let name = format!("{}-{at}", kind.replace('_', "-"));
            let body = match kind {
                "hcloud_server" => json!({
                    "name": name, "server_type": "cx23", "image": "debian-12", "location": "fsn1",
                }),
                "hcloud_volume" => json!({ "name": name, "size": 10, "location": "fsn1" }),
                _ => json!({ "name": name }),
            };
            let made = bench.outside("POST", path, &body);
            let id = made[kind.trim_start_matches("hcloud_")]["id"].to_string();
            recorded.entry(kind).or_default().push(project.imported(kind, &id).await);
        }
    }
    bench.simulator.lock(infra_hetzner_simulator::World::forget_requests);
    let refresh = |kind: &'static str| {
        project.ask(Question::Refresh(
            infra_model::address::KindName(kind.into()),
            recorded[kind].clone(),
        ))
    };
    let (servers, volumes, firewalls) = tokio::join!(
        refresh("hcloud_server"),
        refresh("hcloud_volume"),
        refresh("hcloud_firewall")
    );
    for answer in [servers, volumes, firewalls] {
        let Answer::Observed(seen, ..) = answer else { panic!("{answer:?}") };
        let is_there = |seen| matches!(seen, infra_model::observed::Observed::Present(_));
        assert!(seen.into_iter().all(is_there));
    }
    let (sum, counts) = told(&bench.simulator.lock(|world| world.counts().clone()));
    assert!(sum <= 12, "{counts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_in_number_are_made_with_few_questions() {
    let bench = Bench::start().await;
    bench.simulator.lock(|world| {
        world.set_limit(Kind::Server, 1_000);
        world.set_limit(Kind::PrimaryIp, 1_000);
    });
    let project = Project::of(&bench).await;
    let names: Vec<String> = (0..100).map(|at| format!("web-{at}")).collect();
    for some in names.chunks(AT_ONCE) {
        let make = |name: &String| {
            let given = [
                ("name", Value::from(&**name)),
                ("server_type", Value::from("cx23")),
                ("image", Value::from("debian-12")),
                ("location", Value::from("fsn1")),
            ];
            let project = &project;
            async move {
                let given: Given<'_> = &given;
                project.create("hcloud_server", given).await.map_err(|f| f.diagnostic).unwrap()
            }
        };
        futures_util::future::join_all(some.iter().map(make)).await;
    }
    let servers = bench.simulator.lock(|world| world.objects(Kind::Server).len());
    assert_eq!(servers, 100);
    let (sum, counts) = told(&bench.simulator.lock(|world| world.counts().clone()));
    assert!(sum <= 160, "{counts}");
}
