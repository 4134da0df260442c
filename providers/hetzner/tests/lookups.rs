//! The data sources of services: each is read, for one and for many.

use super::{
    bench::Bench,
    project::{Given, Project, at},
};
use infra_model::value::Value;
use serde_json::json;

/// Reads one by its name and all, and returns the one.
async fn both(project: &Project<'_>, names: (&'static str, &'static str), key: Given<'_>) -> Value {
    let (one, _) = project.data(names.0, key).await.unwrap();
    let of: Vec<_> = key.iter().filter(|(name, _)| *name == "storage_box_id").cloned().collect();
    let (all, _) = project.data(names.1, &of).await.unwrap();
    let rows = names.1.trim_start_matches("hcloud_storage_box_").trim_start_matches("hcloud_");
    let rows = if rows == "types" { "storage_box_types" } else { rows };
    let rows = at(&all, rows);
    let id = at(&one, "id");
    assert!(rows.as_array().unwrap().iter().any(|row| row["id"] == id), "{}: {rows}", names.1);
    one
}

fn named(name: &'static str) -> [(&'static str, Value); 1] {
    [("name", Value::from(name))]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_ordered_is_looked_up() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let place = both(&project, ("hcloud_location", "hcloud_locations"), &named("fsn1")).await;
    assert_eq!(at(&place, "network_zone"), "eu-central");
    let size = both(&project, ("hcloud_server_type", "hcloud_server_types"), &named("cx23")).await;
    assert_eq!(at(&size, "architecture"), "x86");
    let places = at(&size, "locations");
    let here = places.as_array().unwrap().iter().find(|place| place["name"] == "fsn1").unwrap();
    assert_eq!(here["is_deprecated"], json!(false));
    let boxes = ("hcloud_storage_box_type", "hcloud_storage_box_types");
    assert_ne!(at(&both(&project, boxes, &named("bx11")).await, "size"), json!(null));
    let balancers = ("hcloud_load_balancer_type", "hcloud_load_balancer_types");
    assert_ne!(at(&both(&project, balancers, &named("lb11")).await, "max_targets"), json!(null));
    assert_eq!(bench.findings(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_project_is_looked_up() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let zone = both(&project, ("hcloud_zone", "hcloud_zones"), &named("ground.example")).await;
    assert_eq!(at(&zone, "mode"), "primary");
    let names = ("hcloud_certificate", "hcloud_certificates");
    assert_eq!(at(&both(&project, names, &named("ground")).await, "type"), "uploaded");
    bench.outside(
        "POST",
        &format!("/load_balancers/{}/actions/add_service", ground.load_balancer),
        &json!({
            "protocol": "http", "listen_port": 80, "destination_port": 8080, "proxyprotocol": false,
            "health_check": {
                "protocol": "http", "port": 8080, "interval": 15, "timeout": 10, "retries": 3,
                "http": { "domain": "", "path": "/", "status_codes": ["200", "3??", "404"] },
            },
        }),
    );
    let names = ("hcloud_load_balancer", "hcloud_load_balancers");
    let balancer = both(&project, names, &named("ground")).await;
    let service = at(&balancer, "service")[0].clone();
    assert_eq!(service["destination_port"], 8080);
    let codes = &service["health_check"][0]["http"][0]["status_codes"];
    assert_eq!(*codes, json!([200, 404]), "a pattern is no number");
    let names = ("hcloud_storage_box", "hcloud_storage_boxes");
    assert_eq!(at(&both(&project, names, &named("ground")).await, "storage_box_type"), "bx11");
    let path = format!("/storage_boxes/{}", ground.storage_box);
    bench.outside("POST", &format!("{path}/snapshots"), &json!({ "description": "one" }));
    bench.outside(
        "POST",
        &format!("{path}/subaccounts"),
        &json!({
            "home_directory": "web", "password": "Correct-Horse-1", "name": "web",
        }),
    );
    let of = ("storage_box_id", Value::from(ground.storage_box));
    let shown = bench.shown(&format!("{path}/snapshots"));
    let id = ("id", Value::from(shown["snapshots"][0]["id"].as_i64().unwrap()));
    let names = ("hcloud_storage_box_snapshot", "hcloud_storage_box_snapshots");
    let snapshot = both(&project, names, &[of.clone(), id]).await;
    assert_eq!(at(&snapshot, "description"), "one");
    let names = ("hcloud_storage_box_subaccount", "hcloud_storage_box_subaccounts");
    let account = both(&project, names, &[of, ("name", Value::from("web"))]).await;
    assert_eq!(at(&account, "home_directory"), "web");
    assert_eq!(bench.findings(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn record_sets_are_looked_up_by_name_and_type() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let zone = ("zone", Value::from("ground.example"));
    let name = ("name", Value::from("@"));
    let given = [zone.clone(), name.clone(), ("type", Value::from("NS"))];
    let (set, _) = project.data("hcloud_zone_rrset", &given).await.unwrap();
    assert_eq!(at(&set, "id"), "@/NS");
    assert_eq!(at(&set, "records").as_array().unwrap().len(), 3);
    let (all, _) = project.data("hcloud_zone_rrsets", std::slice::from_ref(&zone)).await.unwrap();
    assert_eq!(at(&all, "rrsets").as_array().unwrap().len(), 2, "the NS records and the SOA");
    let half = project.data("hcloud_zone_rrset", &[zone.clone(), name]).await.unwrap_err();
    assert_eq!(half.code, "infra::hetzner::lookup_ambiguous");
    let id = ("id", Value::from("www/A"));
    let none = project.data("hcloud_zone_rrset", &[zone, id]).await.unwrap_err();
    assert_eq!(none.code, "infra::hetzner::not_found");
    assert_eq!(bench.findings(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn data_centers_are_derived_and_warned_about() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let (one, warnings) = project.data("hcloud_datacenter", &named("nbg1-dc3")).await.unwrap();
    assert_eq!(at(&one, "location")["name"], "nbg1");
    assert!(!at(&one, "supported_server_type_ids").as_array().unwrap().is_empty());
    assert_eq!(warnings[0].code, "infra::hetzner::datacenter_gone");
    let (all, warnings) = project.data("hcloud_datacenters", &[]).await.unwrap();
    assert!(at(&all, "names").as_array().unwrap().contains(&json!("fsn1-dc14")));
    assert_eq!(warnings.len(), 1);
    let missing = project.data("hcloud_datacenter", &named("fsn1-dc8")).await.unwrap_err();
    assert!(missing.help.contains("hcloud_location"), "{}", missing.help);
}
