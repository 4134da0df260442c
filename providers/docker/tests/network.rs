//! Networks.

use super::bench::{mark_of, text, with};
use infra_model::observed::{Found, Observed};
use serde_json::json;

const KIND: &str = "docker_network";

#[tokio::test]
async fn network_lives_from_create_to_delete() {
    with("network-life", |bench| async move {
        let json = json!({
            "name": bench.run, "internal": true, "attachable": true,
            "options": {"com.docker.network.bridge.enable_icc": "false"},
            "labels": [{"label": "a", "value": "b"}],
            "ipam_config": [{"subnet": "10.213.7.0/24", "aux_address": {"router": "10.213.7.9"}}],
        });
        let network = bench.create(KIND, json.clone()).await;
        assert_eq!(text(&network, "scope"), "local");
        bench.is_settled(KIND, &network, json.clone()).await;
        let plan = bench.plan(KIND, &network, json!({"name": bench.run})).await;
        assert!(plan.replace.iter().any(|path| path.starts_with("internal")), "{:?}", plan.replace);
        assert!(plan.replace.iter().any(|path| path.starts_with("options")), "{:?}", plan.replace);
        bench.delete(KIND, &network).await;
        bench.delete(KIND, &network).await;
        assert!(matches!(bench.refresh(KIND, &network).await, Observed::Gone));
    })
    .await;
}

#[tokio::test]
async fn network_takes_what_the_engine_fills_in_for_no_drift() {
    with("network-plain", |bench| async move {
        let json = json!({"name": bench.run});
        let network = bench.create(KIND, json.clone()).await;
        let subnets = network.value.get("ipam_config").unwrap().items().unwrap();
        assert_eq!(subnets.len(), 1, "the subnet that the engine chose is recorded");
        bench.is_settled(KIND, &network, json).await;
    })
    .await;
}

#[tokio::test]
async fn network_name_that_is_taken_is_a_conflict() {
    with("network-conflict", |bench| async move {
        let json = json!({"name": bench.run});
        let mine = bench.create(KIND, json.clone()).await;
        let again = bench.create(KIND, json.clone()).await;
        assert_eq!(text(&mine, "id"), text(&again, "id"), "the same token is the same create");
        let other = bench.desired(KIND, json);
        let mut intent = bench.intent(KIND, infra_model::journal::Verb::Create, &other);
        intent.token = "someone-else".into();
        let spec = crate::bridge::to_json(&other);
        let failure = crate::network::requests::create(&bench.engine(), &spec, &mark_of(&intent))
            .await
            .unwrap_err();
        assert_eq!(failure.diagnostic.code, "infra::docker::name_conflict");
    })
    .await;
}

#[tokio::test]
async fn network_of_a_lost_create_is_found() {
    with("network-find", |bench| async move {
        let json = json!({"name": bench.run});
        assert!(matches!(bench.find(KIND, json.clone()).await, Found::Absent));
        let network = bench.create(KIND, json.clone()).await;
        let Found::Adopt(found) = bench.find(KIND, json.clone()).await else { panic!("not found") };
        assert_eq!(found.value, network.value);
        let imported = bench.import(KIND, &text(&network, "id")).await;
        let plan = bench.plan_from(KIND, &imported[0].value, json).await;
        assert!(plan.is_empty, "{:?}", plan.replace);
    })
    .await;
}
