//! What certificates do beyond the contract.

use super::{
    bench::Bench,
    project::{Project, at},
};
use infra_model::{types::Type, value::Value};

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
