//! What is to be joined and is not in one place is found while planning, without a request for each.

use super::{bench::Bench, project::Project};
use infra_model::value::Value;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_apart_is_not_joined() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let far = json!({
        "name": "far", "server_type": "cpx11", "image": "debian-12", "location": "ash",
    });
    let far = bench.outside("POST", "/servers", &far)["server"]["id"].as_i64().unwrap();
    let west = json!({ "name": "west", "load_balancer_type": "lb11", "location": "hil" });
    let west = bench.outside("POST", "/load_balancers", &west)["load_balancer"]["id"].as_i64();
    let (far, west) = (|| Value::from(far), || Value::from(west.unwrap()));
    let project = Project::of(&bench).await;
    let text = |text: &'static str| Value::from(text);
    let subnet = || Value::string(format!("{}-10.0.1.0/24", ground.network));
    let network = || Value::from(ground.network);
    let volume = Value::from(ground.volume);
    for (kind, given, place) in [
        (
            "hcloud_volume",
            vec![
                ("name", text("data")),
                ("size", Value::from(10)),
                ("location", text("fsn1")),
                ("server_id", far()),
            ],
            "location",
        ),
        (
            "hcloud_volume_attachment",
            vec![("volume_id", volume), ("server_id", far())],
            "server_id",
        ),
        (
            "hcloud_primary_ip",
            vec![
                ("name", text("own")),
                ("type", text("ipv4")),
                ("datacenter", text("fsn1-dc14")),
                ("assignee_id", far()),
            ],
            "datacenter",
        ),
        ("hcloud_server_network", vec![("server_id", far()), ("subnet_id", subnet())], "subnet_id"),
        (
            "hcloud_server_network",
            vec![("server_id", far()), ("network_id", network()), ("ip", text("10.0.1.9"))],
            "ip",
        ),
        (
            "hcloud_load_balancer_network",
            vec![("load_balancer_id", west()), ("subnet_id", subnet())],
            "subnet_id",
        ),
    ] {
        bench.simulator.lock(infra_hetzner_simulator::World::forget_requests);
        let found = project.planned(kind, &given).await;
        assert_eq!(found.len(), 1, "{kind}: {found:?}");
        assert_eq!(found[0].path.as_ref().and_then(|path| path.root()).map(|r| &**r), Some(place));
        let counts = bench.simulator.lock(|world| world.counts().clone());
        assert!(counts.keys().all(|operation| !operation.contains("{id}")), "{counts:?}");
        // A subnet in the right zone may still be made, if none is named.
        let open: Vec<_> = given
            .into_iter()
            .filter(|(name, _)| !["subnet_id", "ip", "location", "datacenter"].contains(name))
            .chain(kind.ends_with("_network").then(|| ("network_id", network())))
            .collect();
        let is_always_apart = kind == "hcloud_volume_attachment";
        assert_eq!(project.planned(kind, &open).await.is_empty(), !is_always_apart, "{kind}");
    }
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}
