//! What firewalls do beyond the contract: who applies them, and in which words rules are written.

use super::{
    bench::Bench,
    project::{Project, at},
    samples::firewalls::rules,
};
use infra_model::{kind::ImpactSort, observed::Observed, types::Type, value::Value};
use serde_json::json;

fn ids(ids: &[i64]) -> Value {
    Value::set(Type::Number, ids.iter().map(|id| Value::from(*id)).collect())
}

fn rule(source: &str, port: &str) -> Value {
    let none = || Value::null(Type::String);
    let ranges = Value::set(Type::String, vec![Value::from(source)]);
    let rule = Value::object([
        ("direction", Value::from("in")),
        ("protocol", Value::from("tcp")),
        ("port", Value::from(port)),
        ("source_ips", ranges),
        ("destination_ips", Value::null(Type::set(Type::String))),
        ("description", none()),
    ]);
    Value::set(rule.ty(), vec![rule])
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_applies_a_firewall_makes_no_drift_and_is_let_go_before_it_is_removed() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let given = [("name", Value::from("web")), ("rule", rules())];
    let made = project.create("hcloud_firewall", &given).await.unwrap();
    let id: i64 = at(&made.value, "id").as_str().unwrap().parse().unwrap();
    let attachment = [("firewall_id", Value::from(id)), ("server_ids", ids(&[ground.server]))];
    let attached = project.create("hcloud_firewall_attachment", &attachment).await.unwrap();
    let Observed::Present(seen) = project.refresh(&made).await else { panic!("it is there") };
    assert_eq!(seen, made.value);

    // A server that has it by another way is no drift of the attachment either.
    let target = json!({ "type": "server", "server": { "id": ground.other_server } });
    let path = format!("/firewalls/{id}/actions/apply_to_resources");
    bench.outside("POST", &path, &json!({ "apply_to": [target] }));
    let Observed::Present(seen) = project.refresh(&attached).await else { panic!("it is there") };
    assert_eq!(seen, attached.value);
    project.delete(&attached).await.unwrap();
    let shown = bench.shown(&format!("/firewalls/{id}"));
    assert_eq!(shown["firewall"]["applied_to"][0]["server"]["id"], json!(ground.other_server));

    project.calls();
    project.delete(&made).await.unwrap();
    let expected = ["POST /firewalls/{id}/actions/remove_from_resources", "DELETE /firewalls/{id}"];
    assert_eq!(project.calls(), expected);
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_in_other_words_are_no_change() {
    let bench = Bench::start().await;
    bench.ground();
    let project = Project::of(&bench).await;
    let with = |rule: Value| [("name", Value::from("web")), ("rule", rule)];
    let made =
        project.create("hcloud_firewall", &with(rule("2001:DB8::/32", "any"))).await.unwrap();
    project.calls();
    let same = project.update(&made, &with(rule("2001:db8::/32", "1-65535"))).await.unwrap();
    assert_eq!(same.value, made.value);
    assert!(project.calls().is_empty());

    let open = with(rule("0.0.0.0/0", "22"));
    let told = project.impacts(&made, Some(&open));
    assert_eq!(told.iter().map(|i| i.sort).collect::<Vec<_>>(), [ImpactSort::Exposure]);
    project.update(&made, &open).await.unwrap();
    assert_eq!(project.calls(), ["POST /firewalls/{id}/actions/set_rules"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_no_reason_to_keep_an_attachment() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let given =
        [("firewall_id", Value::from(ground.firewall)), ("server_ids", ids(&[ground.server]))];
    let made = project.create("hcloud_firewall_attachment", &given).await.unwrap();
    bench.outside("DELETE", &format!("/servers/{}", ground.server), &json!(null));
    project.delete(&made).await.unwrap();
}
