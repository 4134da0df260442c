//! What volumes do beyond the contract: grow, and go from server to server.

use super::{
    bench::Bench,
    project::{Project, at},
};
use infra_model::{kind::ImpactSort, observed::Observed, value::Value};
use serde_json::json;

fn volume(size: i64, more: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    let base = [("name", Value::from("data")), ("size", Value::from(size))];
    base.into_iter().chain(more.iter().cloned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_grows_in_place_and_says_that_there_is_no_way_back() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let place = [("server_id", Value::from(ground.server)), ("format", Value::from("ext4"))];
    let made = project.create("hcloud_volume", &volume(10, &place)).await.unwrap();
    assert_eq!(project.calls(), ["POST /volumes"], "made and attached at once");

    let larger = volume(20, &place);
    let told = project.impacts(&made, Some(&larger));
    assert_eq!(told.iter().map(|i| i.sort).collect::<Vec<_>>(), [ImpactSort::Irreversible]);
    let grown = project.update(&made, &larger).await.unwrap();
    assert_eq!(project.calls(), ["POST /volumes/{id}/actions/resize"]);
    assert_eq!(at(&grown.value, "size"), 20);
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_goes_from_server_to_server_and_is_let_go_before_it_is_removed() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let at_one = [("server_id", Value::from(ground.server))];
    let made = project.create("hcloud_volume", &volume(10, &at_one)).await.unwrap();
    project.calls();

    let moved =
        [("server_id", Value::from(ground.other_server)), ("delete_protection", Value::from(true))];
    let made = project.update(&made, &volume(10, &moved)).await.unwrap();
    let action = |name: &str| format!("POST /volumes/{{id}}/actions/{name}");
    assert_eq!(project.calls(), ["detach", "attach", "change_protection"].map(action));

    project.delete(&made).await.unwrap();
    let expected = [action("change_protection"), action("detach"), "DELETE /volumes/{id}".into()];
    assert_eq!(project.calls(), expected);
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_is_no_drift_of_its_volume() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let place = [("location", Value::from("fsn1"))];
    let made = project.create("hcloud_volume", &volume(10, &place)).await.unwrap();
    let id: i64 = at(&made.value, "id").as_str().unwrap().parse().unwrap();
    let attachment = [("volume_id", Value::from(id)), ("server_id", Value::from(ground.server))];
    project.create("hcloud_volume_attachment", &attachment).await.unwrap();
    let Observed::Present(seen) = project.refresh(&made).await else { panic!("it is there") };
    assert_eq!(seen, made.value);

    // Another change of the volume leaves the attachment alone.
    project.calls();
    let renamed = [place[0].clone(), ("delete_protection", Value::from(true))];
    project.update(&made, &volume(10, &renamed)).await.unwrap();
    assert_eq!(project.calls(), ["POST /volumes/{id}/actions/change_protection"]);
    assert_eq!(bench.shown(&format!("/volumes/{id}"))["volume"]["server"], json!(ground.server));
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_formats_and_names_are_judged_with_their_place() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    for (name, wrong) in [
        ("size", Value::from(5_i64)),
        ("size", Value::from(20_000_i64)),
        ("format", Value::from("zfs")),
        ("name", Value::from("-data")),
    ] {
        let given = [("name", Value::from("data")), ("size", Value::from(10_i64))];
        let given: Vec<_> =
            given.into_iter().filter(|(other, _)| *other != name).chain([(name, wrong)]).collect();
        let found = project.judged("hcloud_volume", &given);
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0].path.as_ref().unwrap().to_string(), name);
    }
    let nowhere = project.planned("hcloud_volume", &volume(10, &[])).await;
    assert_eq!(nowhere.len(), 1);
    for (kind, attribute) in [
        ("hcloud_volume", "location"),
        ("hcloud_primary_ip", "location"),
        ("hcloud_floating_ip", "home_location"),
        ("hcloud_network_subnet", "network_zone"),
    ] {
        let found = project.planned(kind, &[(attribute, Value::from("fsn9"))]).await;
        assert_eq!(found.len(), 1, "{kind}");
        assert_eq!(found[0].path.as_ref().unwrap().to_string(), attribute);
    }
}
