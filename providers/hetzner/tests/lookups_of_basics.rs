//! The data sources of networks, firewalls, addresses, volumes and images.

use super::{
    bench::Bench,
    project::{Project, at},
};
use infra_model::{types::Type, value::Value};
use serde_json::json;

/// The data source for one and for many, and the attribute that holds the rows.
const NAMES: [(&str, &str, &str); 6] = [
    ("hcloud_network", "hcloud_networks", "networks"),
    ("hcloud_firewall", "hcloud_firewalls", "firewalls"),
    ("hcloud_floating_ip", "hcloud_floating_ips", "floating_ips"),
    ("hcloud_primary_ip", "hcloud_primary_ips", "primary_ips"),
    ("hcloud_placement_group", "hcloud_placement_groups", "placement_groups"),
    ("hcloud_volume", "hcloud_volumes", "volumes"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_has_a_name_is_found_by_it_and_among_all() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    for (one, many, rows) in NAMES {
        let (found, _) = project.data(one, &[("name", Value::from("ground"))]).await.unwrap();
        let (all, _) = project.data(many, &[]).await.unwrap();
        let ids: Vec<_> =
            at(&all, rows).as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
        assert!(ids.contains(&at(&found, "id")), "{many}");
        let id = at(&found, "id").as_i64().unwrap();
        let (again, _) = project.data(one, &[("id", Value::from(id))]).await.unwrap();
        assert_eq!(at(&again, "name"), "ground", "{one}");
        let missing = project.data(one, &[("name", Value::from("nobody"))]).await.unwrap_err();
        assert_eq!(missing.code, "infra::hetzner::not_found");
    }
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_found_by_themselves() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    for (kind, address, id) in [
        ("hcloud_primary_ip", &ground.primary_ip_address, ground.primary_ip),
        ("hcloud_floating_ip", &ground.floating_ip_address, ground.floating_ip),
    ] {
        let given = [("ip_address", Value::from(&**address))];
        let (found, _) = project.data(kind, &given).await.unwrap();
        assert_eq!(at(&found, "id"), json!(id));
    }
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn images_are_of_the_usual_architecture_unless_another_is_asked_for() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let name = ("name", Value::from("debian-12"));
    let (found, _) = project.data("hcloud_image", std::slice::from_ref(&name)).await.unwrap();
    assert_eq!(at(&found, "architecture"), "x86");
    let given = [name, ("with_architecture", Value::from("arm"))];
    let (found, _) = project.data("hcloud_image", &given).await.unwrap();
    assert_eq!(at(&found, "architecture"), "arm");
    let arm = Value::set(Type::String, vec![Value::from("arm")]);
    let (all, _) = project.data("hcloud_images", &[("with_architecture", arm)]).await.unwrap();
    let all = at(&all, "images");
    assert!(all.as_array().unwrap().iter().all(|image| image["architecture"] == "arm"), "{all}");
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn volumes_are_found_by_their_status() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let with =
        |status: &str| [("with_status", Value::list(Type::String, vec![Value::from(status)]))];
    let rows = |value: Value| at(&value, "volumes").as_array().unwrap().len();
    let (creating, _) = project.data("hcloud_volumes", &with("creating")).await.unwrap();
    let (there, _) = project.data("hcloud_volumes", &with("available")).await.unwrap();
    assert_eq!(rows(creating) + rows(there), 2);
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}
