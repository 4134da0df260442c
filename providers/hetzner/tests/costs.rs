//! What objects cost: by their parts, from what the API says, and asked for only where it counts.

use super::{bench::Bench, project::Project, samples};
use infra_model::{
    address::Mode,
    cost::{Cost, Decimal},
    value::Value,
};
use infra_sdk::connection::Provider as _;

fn names(cost: &Cost) -> Vec<&str> {
    cost.parts.iter().map(|part| &*part.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_costs_what_belongs_to_it_and_tells_of_its_traffic() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let given = [
        ("name", Value::from("web")),
        ("server_type", Value::from("cx23")),
        ("image", Value::from("debian-12")),
        ("location", Value::from("fsn1")),
        ("backups", Value::from(true)),
    ];
    let cost = project.cost("hcloud_server", None, &given).await.unwrap();
    let [server, address, backups, traffic] = &names(&cost)[..] else { panic!("{cost:?}") };
    assert_eq!((*server, *address, *backups), ("server", "IPv4 address", "backups"));
    assert!(traffic.starts_with("traffic up to 20 TB (") && traffic.ends_with(" EUR a TB beyond)"));
    assert_eq!(cost.parts[2].net, cost.parts[0].net * Decimal::new(20, 2));
    assert!(cost.parts[3].net.is_zero(), "nobody knows how much there will be");
    let balancer = [("load_balancer_type", Value::from("lb11")), ("location", Value::from("fsn1"))];
    let cost = project.cost("hcloud_load_balancer", None, &balancer).await.unwrap();
    assert_eq!(names(&cost).len(), 2, "{cost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_has_a_price_when_its_size_is_known() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let given = [("server_id", Value::from(ground.server))];
    assert_eq!(project.cost("hcloud_snapshot", None, &given).await, None);
    let made = project.create("hcloud_snapshot", &given).await.unwrap();
    let cost = project.cost("hcloud_snapshot", Some(&made.value), &given).await.unwrap();
    assert_eq!(names(&cost), ["storage"]);
    let id = super::contract::text(&made, "id");
    let shown = bench.shown(&format!("/images/{id}"))["image"]["image_size"].to_string();
    let a_gb = &bench.shown("/pricing")["pricing"]["image"]["price_per_gb_month"]["net"];
    let decimal = |text: &str| Decimal::from_str_exact(&text[..text.len().min(20)]).unwrap();
    assert_eq!(cost.net, (decimal(&shown) * decimal(a_gb.as_str().unwrap())).normalize());
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_asked_for_only_where_something_has_one() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let kinds = bench.provider.kinds();
    let samples = samples::all();
    for sample in samples.iter().flat_map(|family| (family.samples)(&ground)) {
        let named = kinds.iter().find(|k| k.mode() == Mode::Managed && *k.name().0 == *sample.kind);
        let kind = named.unwrap();
        let desired = Value::object(sample.base.iter().cloned());
        let asked = kind.facts(None, &desired).iter().any(|key| &*key.0 == "pricing");
        let is_elsewhere = ["hcloud_storage_box", "hcloud_snapshot"].contains(&sample.kind);
        assert_eq!(asked, kind.is_priced() && !is_elsewhere, "{}", sample.kind);
    }
}
