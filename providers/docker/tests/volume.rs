//! Volumes.

use super::bench::{mark_of, text, with};
use infra_model::{
    kind::ImpactSort,
    observed::{Found, Observed},
};
use serde_json::json;

const KIND: &str = "docker_volume";

#[tokio::test]
async fn volume_lives_from_create_to_delete() {
    with("volume-life", |bench| async move {
        let json = json!({
            "name": bench.run, "labels": [{"label": "a", "value": "b"}],
            "driver_opts": {"type": "tmpfs", "device": "tmpfs", "o": "size=1m"},
        });
        let volume = bench.create(KIND, json.clone()).await;
        bench.is_settled(KIND, &volume, json).await;
        let plan = bench.plan(KIND, &volume, json!({"name": bench.run})).await;
        assert_eq!(plan.replace, ["driver_opts", "labels"]);
        assert_eq!(plan.impacts[0].sort, ImpactSort::DataLoss);
        assert!(bench.kind(KIND).holds_data());
        bench.delete(KIND, &volume).await;
        bench.delete(KIND, &volume).await;
        assert!(matches!(bench.refresh(KIND, &volume).await, Observed::Gone));
    })
    .await;
}

#[tokio::test]
async fn volume_without_a_name_gets_one() {
    with("volume-anonymous", |bench| async move {
        let volume = bench.create(KIND, json!({})).await;
        assert_eq!(text(&volume, "name").len(), 64);
        bench.is_settled(KIND, &volume, json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn volume_of_someone_else_is_neither_used_nor_changed() {
    with("volume-conflict", |bench| async move {
        let mine = bench.create(KIND, json!({"name": bench.run})).await;
        let other = bench
            .desired(KIND, json!({"name": bench.run, "labels": [{"label": "x", "value": "y"}]}));
        let mut intent = bench.intent(KIND, infra_model::journal::Verb::Create, &other);
        intent.token = "someone-else".into();
        let spec = crate::bridge::to_json(&other);
        let failure = crate::volume::requests::create(&bench.engine(), &spec, &mark_of(&intent))
            .await
            .unwrap_err();
        assert_eq!(failure.diagnostic.code, "infra::docker::name_conflict");
        bench.is_settled(KIND, &mine, json!({"name": bench.run})).await;
    })
    .await;
}

#[tokio::test]
async fn volume_of_a_lost_create_is_found() {
    with("volume-find", |bench| async move {
        let json = json!({"name": bench.run});
        assert!(matches!(bench.find(KIND, json.clone()).await, Found::Absent));
        let volume = bench.create(KIND, json.clone()).await;
        let Found::Adopt(found) = bench.find(KIND, json).await else { panic!("not found") };
        assert_eq!(found.value, volume.value);
    })
    .await;
}

#[tokio::test]
async fn what_carries_our_mark_is_seen_beside_what_is_asked_for() {
    with("volume-marks", |bench| async move {
        let one = bench.create(KIND, json!({"name": bench.run})).await;
        // Tests make every object for one address; the name tells it apart.
        let other = format!("{}-b", bench.run);
        let two = bench.create(KIND, json!({"name": other})).await;
        let marked = bench.marked(KIND, &one).await;
        assert!(marked.contains(&other), "{marked:?}");
        assert!(!marked.contains(&bench.run), "it was asked for");
        bench.is_settled(KIND, &two, json!({"name": other})).await;
    })
    .await;
}
