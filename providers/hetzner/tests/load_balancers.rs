//! What load balancers and their parts do beyond the contract.

use super::{
    bench::{Bench, Ground},
    project::{Project, at},
};
use infra_model::{kind::ImpactSort, observed::Observed, types::Type, value::Value};
use serde_json::json;

fn balancer(ground: &Ground, servers: &[i64]) -> Vec<(&'static str, Value)> {
    let target = |server: &i64| {
        Value::object([
            ("type", Value::from("server")),
            ("server_id", Value::from(*server)),
            ("use_private_ip", Value::from(false)),
        ])
    };
    let element = target(&ground.server).ty();
    vec![
        ("name", Value::from("edge")),
        ("load_balancer_type", Value::from("lb11")),
        ("location", Value::from("fsn1")),
        ("target", Value::set(element, servers.iter().map(target).collect())),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_of_others_are_no_drift_and_stay() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let given = balancer(&ground, &[ground.server]);
    let made = project.create("hcloud_load_balancer", &given).await.unwrap();
    let path = format!("/load_balancers/{}", at(&made.value, "id").as_str().unwrap());
    let body = json!({ "type": "label_selector", "label_selector": { "selector": "env" } });
    bench.outside("POST", &format!("{path}/actions/add_target"), &body);
    let body = json!({ "type": "server", "server": { "id": ground.public_server } });
    bench.outside("POST", &format!("{path}/actions/add_target"), &body);
    let Observed::Present(seen) = project.refresh(&made).await else { panic!("it is there") };
    assert_eq!(at(&seen, "target"), at(&made.value, "target"));
    // What somebody else put there before is as good as what is put there now.
    let given = balancer(&ground, &[ground.public_server]);
    project.update(&made, &given).await.unwrap();
    let shown = bench.shown(&path);
    let targets = shown["load_balancer"]["targets"].as_array().unwrap().clone();
    let mut sorts: Vec<_> = targets.iter().map(|t| t["type"].as_str().unwrap()).collect();
    sorts.sort_unstable();
    assert_eq!(sorts, ["label_selector", "server"], "{targets:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_target_is_put_on_once_its_network_is_there() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let id = ("load_balancer_id", Value::from(ground.load_balancer));
    let given = [
        id.clone(),
        ("type", Value::from("server")),
        ("server_id", Value::from(ground.server)),
        ("use_private_ip", Value::from(true)),
    ];
    let network = [
        id,
        ("network_id", Value::from(ground.network)),
        ("enable_public_interface", Value::from(false)),
    ];
    let (target, attached) =
        tokio::join!(project.create("hcloud_load_balancer_target", &given), async {
            let attach = json!({ "network": ground.network });
            bench.outside(
                "POST",
                &format!("/servers/{}/actions/attach_to_network", ground.server),
                &attach,
            );
            project.create("hcloud_load_balancer_network", &network).await
        });
    let (target, attached) = (target.unwrap(), attached.unwrap());
    assert_eq!(at(&target.value, "use_private_ip"), true);
    assert_eq!(at(&attached.value, "enable_public_interface"), false);
    let public =
        [network[0].clone(), network[1].clone(), ("enable_public_interface", Value::from(true))];
    let told = project.impacts(&attached, Some(&public));
    assert_eq!(told.iter().map(|told| told.sort).collect::<Vec<_>>(), [ImpactSort::Exposure]);
    // The two take turns: one can't be taken away while the other is being put on.
    let given: Vec<_> =
        given.iter().filter(|(name, _)| *name != "use_private_ip").cloned().collect();
    let same = project.update(&target, &given).await.unwrap();
    assert_eq!(at(&same.value, "use_private_ip"), true, "what is not said stays");
    project.delete(&target).await.unwrap();
    project.delete(&attached).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_tells_its_defaults_and_keeps_what_is_not_said() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let id = ("load_balancer_id", Value::string(ground.load_balancer.to_string()));
    let base = [id, ("protocol", Value::from("http"))];
    let made = project.create("hcloud_load_balancer_service", &base).await.unwrap();
    assert_eq!(
        (at(&made.value, "listen_port"), at(&made.value, "destination_port")),
        (json!(80), json!(80))
    );
    let check = at(&made.value, "health_check")[0].clone();
    assert_eq!((&check["interval"], &check["http"][0]["path"]), (&json!(15), &json!("/")));
    let idle = Value::object([
        ("sticky_sessions", Value::null(Type::Bool)),
        ("cookie_name", Value::null(Type::String)),
        ("cookie_lifetime", Value::null(Type::Number)),
        ("certificates", Value::null(Type::set(Type::Number))),
        ("redirect_http", Value::null(Type::Bool)),
        ("timeout_idle", Value::from(120)),
    ]);
    let more: Vec<_> = base
        .iter()
        .cloned()
        .chain([
            ("http", Value::list(idle.ty(), vec![idle])),
            ("destination_port", Value::from(8080)),
        ])
        .collect();
    let changed = project.update(&made, &more).await.unwrap();
    let http = at(&changed.value, "http")[0].clone();
    assert_eq!((&http["timeout_idle"], &http["cookie_name"]), (&json!(120), &json!("HCLBSTICKY")));
    assert_eq!(at(&changed.value, "health_check")[0], check);
    let told = project.impacts(&changed, None);
    assert!(told[0].text.contains("port 80"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_found_with_their_place() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let text = |text: &'static str| Value::from(text);
    let paths = |kind: &'static str, given: &[(&'static str, Value)]| {
        let found = project.judged(kind, given);
        found.iter().map(|d| d.path.clone().unwrap().to_string()).collect::<Vec<_>>()
    };
    let base = [("name", text("edge")), ("load_balancer_type", text("lb11"))];
    assert_eq!(paths("hcloud_load_balancer", &base), ["location"]);
    let tcp = [("load_balancer_id", text("1")), ("protocol", text("tcp"))];
    assert_eq!(paths("hcloud_load_balancer_service", &tcp), ["protocol", "protocol"]);
    let check = Value::object([
        ("protocol", text("https")),
        ("port", Value::from(0)),
        ("interval", Value::from(15)),
        ("timeout", Value::from(10)),
        ("retries", Value::from(3)),
        ("http", Value::null(Type::Dynamic)),
    ]);
    let http = [
        ("load_balancer_id", text("1")),
        ("protocol", text("http")),
        ("health_check", Value::list(check.ty(), vec![check])),
    ];
    let expected = ["health_check[0].protocol", "health_check[0].port"];
    assert_eq!(paths("hcloud_load_balancer_service", &http), expected);
    let id = ("load_balancer_id", Value::from(1));
    let target = [id.clone(), ("type", text("ip")), ("ip", text("10.0.0.1"))];
    let private = ("use_private_ip", Value::from(true));
    let both: Vec<_> = target.iter().cloned().chain([private]).collect();
    assert_eq!(paths("hcloud_load_balancer_target", &target), [""; 0]);
    assert_eq!(paths("hcloud_load_balancer_target", &both), ["use_private_ip"]);
    let target = [id.clone(), ("type", text("server")), ("ip", text("10.0.0.1"))];
    assert_eq!(paths("hcloud_load_balancer_target", &target), ["type"]);
    assert_eq!(paths("hcloud_load_balancer_network", &[id]), ["network_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_ordered_is_found_by_the_plan() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let text = |text: &'static str| Value::from(text);
    let base = |size, name, place| {
        [("name", text("edge")), ("load_balancer_type", text(size)), (name, text(place))]
    };
    for (given, path, help) in [
        (base("lb12", "location", "fsn1"), "load_balancer_type", "`lb11`"),
        (base("lb11", "location", "eu-central"), "location", "`fsn1`"),
        (base("lb11", "network_zone", "fsn1"), "network_zone", "`eu-central`"),
    ] {
        let found = project.planned("hcloud_load_balancer", &given).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path.clone().unwrap().to_string(), path);
        assert!(found[0].help.contains(help), "{}", found[0].help);
    }
    let good = base("lb11", "location", "fsn1");
    assert!(project.planned("hcloud_load_balancer", &good).await.is_empty());
}
