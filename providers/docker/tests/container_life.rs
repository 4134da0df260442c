//! Containers from create to delete.

use super::{
    bench::{mark_of, text, with},
    images::BASE,
};
use infra_model::{
    journal::Verb,
    kind::ImpactSort,
    observed::{Found, Observed},
    value::Value,
};
use serde_json::json;

const KIND: &str = "docker_container";

#[tokio::test]
async fn container_lives_from_create_to_delete() {
    with("container-life", |bench| async move {
        let json = json!({"name": bench.run, "image": BASE, "env": ["A=1"]});
        let container = bench.create(KIND, json.clone()).await;
        bench.is_settled(KIND, &container, json.clone()).await;
        let data = container.value.get("network_data").unwrap().items().unwrap();
        assert_eq!(data[0].get("network_name").unwrap().as_text().map(|t| &**t), Some("bridge"));
        bench.delete(KIND, &container).await;
        bench.delete(KIND, &container).await;
        assert!(matches!(bench.refresh(KIND, &container).await, Observed::Gone));
    })
    .await;
}

#[tokio::test]
async fn container_that_stopped_is_started_again_in_place() {
    with("container-stopped", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "ports": [{"internal": 80, "ip": "127.0.0.1"}],
        });
        let container = bench.create(KIND, json.clone()).await;
        let id = text(&container, "id");
        bench.docker.stop_container(&id, None).await.unwrap();
        let plan = bench.plan(KIND, &container, json.clone()).await;
        assert!(plan.replace.is_empty(), "ports of a stopped container are no drift: {plan:?}");
        assert!(!plan.is_empty);
        let now = bench.present(KIND, &container).await;
        assert_eq!(now.get("must_run").and_then(Value::as_bool), Some(false));
        let seen = infra_model::snapshot::Object { value: now, ..container };
        let again = bench.update(KIND, &seen, json.clone()).await;
        assert_eq!(text(&again, "id"), id);
        bench.is_settled(KIND, &again, json).await;
    })
    .await;
}

#[tokio::test]
async fn container_of_a_lost_create_is_found_and_one_never_started_is_tainted() {
    with("container-find", |bench| async move {
        let json = json!({"name": bench.run, "image": BASE, "env": ["A=1"]});
        assert!(matches!(bench.find(KIND, json.clone()).await, Found::Absent));
        let container = bench.create(KIND, json.clone()).await;
        let Found::Adopt(found) = bench.find(KIND, json.clone()).await else { panic!("not found") };
        assert!(!found.tainted);
        assert_eq!(text(&found, "id"), text(&container, "id"));
        bench.is_settled(KIND, &found, json.clone()).await;

        let other = json!({"name": format!("{}-b", bench.run), "image": BASE});
        let desired = bench.desired(KIND, other.clone());
        let spec = crate::bridge::to_json(&desired);
        let intent = bench.intent(KIND, Verb::Create, &desired);
        let unstarted = {
            let mut spec = spec;
            spec["start"] = json!(false);
            spec
        };
        let made = crate::container::lifecycle::create(
            &bench.engine(),
            &unstarted,
            &mark_of(&intent),
            &bench.control(),
        )
        .await;
        assert!(made.is_ok());
        let Found::Adopt(found) = bench.find(KIND, other).await else { panic!("not found") };
        assert!(found.tainted, "what was never started is not wholly there");
    })
    .await;
}

#[tokio::test]
async fn container_that_someone_else_made_can_be_imported() {
    with("container-import", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "env": ["A=1"], "memory": 64,
            "ports": [{"internal": 80, "ip": "127.0.0.1"}],
            "mounts": [{"type": "tmpfs", "target": "/t"}],
        });
        let container = bench.create(KIND, json.clone()).await;
        let imported = bench.import(KIND, &text(&container, "id")).await;
        let plan = bench.plan_from(KIND, &imported[0].value, json).await;
        let changes = super::bench::differences(&imported[0].value, &plan.planned);
        assert!(plan.is_empty, "{changes:#?} {:?}", plan.replace);
        assert!(bench.import(KIND, "no-such-container").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn container_tells_its_consequences() {
    with("container-impacts", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "stop_timeout": 7,
            "volumes": [{"container_path": "/data"}],
        });
        let container = bench.create(KIND, json).await;
        let open = json!({
            "name": bench.run, "image": BASE, "stop_timeout": 7, "privileged": true,
            "volumes": [{"container_path": "/data"}], "ports": [{"internal": 80, "external": 8080}],
        });
        let plan = bench.plan(KIND, &container, open).await;
        let has =
            |sort, part: &str| plan.impacts.iter().any(|i| i.sort == sort && i.text.contains(part));
        assert!(has(ImpactSort::Downtime, "7 s"), "{:?}", plan.impacts);
        assert!(has(ImpactSort::DataLoss, "anonymous"), "{:?}", plan.impacts);
        assert!(has(ImpactSort::Exposure, "8080/tcp"), "{:?}", plan.impacts);
        assert!(has(ImpactSort::Exposure, "every right"), "{:?}", plan.impacts);
        bench.delete(KIND, &container).await;
    })
    .await;
}

#[tokio::test]
async fn container_keeps_secrets_out_of_messages_and_records_their_marks() {
    with("container-secret", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "env": ["PASSWORD=topsecret99"],
            "command": ["/bin/sh", "-c", "echo $PASSWORD; exit 3"], "must_run": false, "attach": true,
        });
        let desired = bench.desired(KIND, json);
        let marked = crate::schemas::replaced(&desired, |name, value| {
            (&**name == "env").then(|| value.clone().sensitive())
        });
        let outcome = bench.call(KIND, Verb::Create, None, &marked).await;
        let infra_model::ask::CallOutcome::Failed(failure) = outcome else { panic!("it exits with 3") };
        assert!(!failure.diagnostic.detail.contains("topsecret99"), "{}", failure.diagnostic.detail);
        let partial = failure.partial.unwrap();
        assert!(partial.value.get("env").unwrap().has_sensitive());
        let private = String::from_utf8_lossy(&partial.private).into_owned();
        assert!(!private.contains("topsecret99"), "{private}");
        let seen = bench.present(KIND, &partial).await;
        assert!(seen.get("env").unwrap().has_sensitive());
    })
    .await;
}
