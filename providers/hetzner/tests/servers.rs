//! What servers and keys do beyond the contract: new disks under old addresses, other types where one is
//! sold out, keys that are there already, and servers that the state does not know.

use super::{
    bench::Bench,
    project::{Given, Project, at},
};
use infra_hetzner_simulator::{Effect, Kind};
use infra_model::{
    ask::{Answer, Question, Recorded},
    kind::ImpactSort,
    snapshot::Object,
    types::Type,
    value::Value,
};
use serde_json::json;
use std::sync::Arc;

fn text(text: &'static str) -> Value {
    Value::from(text)
}

fn server(more: Given<'_>) -> Vec<(&'static str, Value)> {
    let base = [
        ("name", text("web")),
        ("server_type", text("cx23")),
        ("image", text("debian-12")),
        ("location", text("fsn1")),
    ];
    base.into_iter().chain(more.iter().cloned()).collect()
}

fn counters(bench: &Bench, object: &Object) -> (u64, u64) {
    let id: u64 = at(&object.value, "id").as_str().unwrap().parse().unwrap();
    let counters = bench.simulator.lock(|world| world.counters(id)).unwrap();
    (counters.boot_count, counters.disk_epoch)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_keeps_the_server_and_is_told_as_a_loss() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let with = |data: &'static str, mode: &'static str| {
        server(&[("user_data", text(data)), ("on_user_data_change", text(mode))])
    };
    let made = project.create("hcloud_server", &with("#one", "rebuild")).await.unwrap();
    assert_ne!(at(&made.value, "user_data"), json!("#one"), "a digest is recorded");
    assert_eq!(counters(&bench, &made), (1, 0));
    assert_eq!(at(&made.value, "status"), json!("running"), "what the answer said is over");

    let losses = |given: &[(&'static str, Value)]| {
        let impacts = project.impacts(&made, Some(given));
        impacts.iter().filter(|impact| impact.sort == ImpactSort::DataLoss).count()
    };
    assert_eq!(losses(&with("#two", "rebuild")), 1);
    assert_eq!(losses(&with("#two", "replace")), 1, "a new server is a loss too");
    assert_eq!(losses(&with("#two", "ignore")), 0);

    let rebuilt = project.update(&made, &with("#two", "rebuild")).await.unwrap();
    for kept in ["id", "ipv4_address", "ipv6_address"] {
        assert_eq!(at(&rebuilt.value, kept), at(&made.value, kept), "{kept}");
    }
    assert_eq!(counters(&bench, &rebuilt).1, 1, "its disk is a new one");
    let ignored = project.update(&rebuilt, &with("#three", "ignore")).await.unwrap();
    assert_eq!(at(&ignored.value, "user_data"), at(&rebuilt.value, "user_data"));
    assert_eq!(counters(&bench, &ignored).1, 1, "nothing was wiped");
    assert_eq!(bench.findings(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_out_is_taken_elsewhere_in_order() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let sold_out = |server_type: &str, location: &str| {
        let effect =
            Effect::StockOut { server_type: server_type.to_owned(), location: location.to_owned() };
        bench.fault("POST /servers", effect);
    };
    sold_out("cx23", "fsn1");
    let list = |one: &'static str| Value::list(Type::String, vec![text(one)]);
    let given =
        server(&[("server_type_fallbacks", list("cx33")), ("location_fallbacks", list("nbg1"))]);
    let made = project.create("hcloud_server", &given).await.unwrap();
    let said = |name: &str| at(&made.value, name);
    assert_eq!(
        (said("server_type"), said("effective_server_type")),
        (json!("cx23"), json!("cx33"))
    );
    assert_eq!((said("location"), said("effective_location")), (json!("fsn1"), json!("fsn1")));
    assert_eq!(bench.simulator.lock(|world| world.objects(Kind::Server).len()), 1);
    let again = project.update(&made, &given).await.unwrap();
    assert_eq!(again.value, made.value, "what came in its place is no drift");

    sold_out("cx23", "fsn1");
    let alone = server(&[])
        .into_iter()
        .map(|(name, value)| (name, if name == "name" { text("other") } else { value }));
    let failure = project.create("hcloud_server", &alone.collect::<Vec<_>>()).await.unwrap_err();
    assert_eq!(failure.diagnostic.code, "infra::hetzner::stock_out");
    assert_eq!(bench.simulator.lock(|world| world.objects(Kind::Server).len()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_there_is_answered_with_what_to_write() {
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtleWtleWtleWtleWtleWtleWtleWtleWtl a";
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let body = json!({ "name": "by-hand", "public_key": KEY });
    let theirs = bench.outside("POST", "/ssh_keys", &body)["ssh_key"]["id"].to_string();
    let given = [("name", text("ours")), ("public_key", text(KEY))];
    let failure = project.create("hcloud_ssh_key", &given).await.unwrap_err();
    assert_eq!(failure.diagnostic.code, "infra::hetzner::name_taken");
    let help = &failure.diagnostic.help;
    assert!(help.contains("import {") && help.contains(&theirs), "{help}");
    assert!(help.contains("data \"hcloud_ssh_key\""), "{help}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_of_ours_that_nobody_recorded_are_reported() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let known = project.create("hcloud_server", &server(&[])).await.unwrap();
    let other = server(&[])
        .into_iter()
        .map(|(name, value)| (name, if name == "name" { text("forgotten") } else { value }));
    let lost = project.create("hcloud_server", &other.collect::<Vec<_>>()).await.unwrap();
    let marked = marked(&project, &known).await;
    assert_eq!(marked, [at(&lost.value, "id").as_str().unwrap()]);
}

async fn marked(project: &Project<'_>, known: &Arc<Object>) -> Vec<String> {
    let id = at(&known.value, "id");
    let Recorded { address, generation, .. } =
        project.imported("hcloud_server", id.as_str().unwrap()).await;
    let recorded = Recorded { address, generation, object: known.clone() };
    let answer = project.ask(Question::Refresh(known.kind.clone(), vec![recorded])).await;
    let Answer::Observed(_, _, marked) = answer else {
        panic!("it can't be refreshed: {answer:?}");
    };
    marked.iter().map(|one| one.id.to_string()).collect()
}
