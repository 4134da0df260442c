//! What certificates do beyond the contract.

use super::{
    bench::Bench,
    project::{Project, at},
    samples::certificates::GROUND,
};
use infra_model::{types::Type, value::Value};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_issuance_that_fails_says_what_to_do() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let names = Value::set(Type::String, vec![Value::from("www.nowhere.example")]);
    let given = [("name", Value::from("web")), ("domain_names", names)];
    let failed = project.create("hcloud_managed_certificate", &given).await.unwrap_err();
    assert_eq!(failed.diagnostic.code, "infra::hetzner::issuance_failed");
    assert!(failed.diagnostic.help.contains("hcloud_zone"), "{}", failed.diagnostic.help);
    let left = failed.partial.expect("the object is there, and recorded");
    assert!(!failed.is_whole);
    assert_ne!(at(&left.value, "id"), serde_json::Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_certificate_is_refused_without_showing_it() {
    let bench = Bench::start().await;
    let project = Project::of(&bench).await;
    let given = [
        ("name", Value::from("web")),
        ("certificate", Value::from("hunter2")),
        ("private_key", Value::from("hunter3")),
    ];
    for kind in ["hcloud_certificate", "hcloud_uploaded_certificate"] {
        let told = project.judged(kind, &given);
        assert_eq!(told.len(), 2);
        assert!(!format!("{told:?}").contains("hunter"), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_in_use_says_how_to_change_over() {
    let bench = Bench::start().await;
    let ground = bench.ground();
    let project = Project::of(&bench).await;
    let (certificate, key) = GROUND;
    let given = [
        ("name", Value::from("edge")),
        ("certificate", Value::from(certificate)),
        ("private_key", Value::from(key)),
    ];
    let made = project.create("hcloud_certificate", &given).await.unwrap();
    let id: i64 = at(&made.value, "id").as_str().unwrap().parse().unwrap();
    let path = format!("/load_balancers/{}/actions", ground.load_balancer);
    let check = json!({
        "protocol": "http", "port": 80, "interval": 15, "timeout": 10, "retries": 3,
    });
    let service = json!({
        "protocol": "https", "listen_port": 443, "destination_port": 80, "proxyprotocol": false,
        "health_check": check, "http": { "certificates": [id] },
    });
    bench.outside("POST", &format!("{path}/add_service"), &service);
    let failed = project.delete(&made).await.unwrap_err();
    assert_eq!(failed.diagnostic.code, "infra::hetzner::in_use");
    assert!(failed.diagnostic.help.contains("create_before_destroy"));
    bench.outside("POST", &format!("{path}/delete_service"), &json!({ "listen_port": 443 }));
    project.delete(&made).await.unwrap();
}
