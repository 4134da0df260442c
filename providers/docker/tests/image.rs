//! Images, tags, and the data sources that read from the engine.

use super::{
    bench::{text, with},
    images::BASE,
};
use infra_model::{
    address::KindName,
    ask::{Answer, Question},
    kind::Facts,
    observed::{Found, Observed},
    value::Value,
};
use serde_json::json;

const IMAGE: &str = "docker_image";
const TAG: &str = "docker_tag";

#[tokio::test]
async fn image_that_is_there_is_taken_and_left_if_so_wished() {
    with("image-local", |bench| async move {
        let name = format!("infra-test/{}:1", bench.run);
        bench.make_image(&name, &["LABEL x=1"]).await;
        let json = json!({"name": name, "keep_locally": true});
        let image = bench.create(IMAGE, json.clone()).await;
        assert!(text(&image, "image_id").starts_with("sha256:"));
        bench.is_settled(IMAGE, &image, json.clone()).await;
        let plan = bench.plan(IMAGE, &image, json!({"name": name})).await;
        assert!(plan.replace.is_empty() && !plan.is_empty, "a flag changes in place");
        bench.delete(IMAGE, &image).await;
        assert!(matches!(bench.refresh(IMAGE, &image).await, Observed::Present(_)));
        let gone = bench.update(IMAGE, &image, json!({"name": name})).await;
        bench.delete(IMAGE, &gone).await;
        bench.delete(IMAGE, &gone).await;
        assert!(matches!(bench.refresh(IMAGE, &gone).await, Observed::Gone));
    })
    .await;
}

#[tokio::test]
async fn image_in_use_is_not_removed_and_says_why() {
    with("image-in-use", |bench| async move {
        let name = format!("infra-test/{}:1", bench.run);
        bench.make_image(&name, &["CMD [\"/bin/run\"]", "LABEL x=2"]).await;
        let image = bench.create(IMAGE, json!({"name": name})).await;
        let container =
            bench.create("docker_container", json!({"name": bench.run, "image": name})).await;
        let nothing = Value::null(image.value.ty());
        let outcome =
            bench.call(IMAGE, infra_model::journal::Verb::Delete, Some(&image), &nothing).await;
        let infra_model::ask::CallOutcome::Failed(failure) = outcome else {
            panic!("it is in use")
        };
        assert!(failure.diagnostic.help.contains("keep_locally"), "{:?}", failure.diagnostic);
        bench.delete("docker_container", &container).await;
        bench.delete(IMAGE, &image).await;
    })
    .await;
}

#[tokio::test]
async fn build_is_refused_by_name() {
    with("image-build", |bench| async move {
        let desired = bench.desired(IMAGE, json!({"name": "a:1", "build": [{"context": "."}]}));
        let found = bench.kind(IMAGE).validate(&desired, &Facts::new());
        assert_eq!(found[0].code, "infra::docker::build_unsupported");
        assert_eq!(found[0].path.as_ref().unwrap().to_string(), "build");
    })
    .await;
}

#[tokio::test]
async fn tag_follows_its_source_in_place() {
    with("tag", |bench| async move {
        let other = format!("infra-test/{}-other:1", bench.run);
        bench.make_image(&other, &["LABEL x=3"]).await;
        let target = format!("infra-test/{}:2", bench.run);
        let json = |source: &str| json!({"source_image": source, "target_image": target});
        let kind = KindName(TAG.into());
        let exists = |desired: Value| {
            bench.connection.ask(Question::Exists(kind.clone(), desired), bench.control())
        };
        let desired = bench.desired(TAG, json(BASE));
        assert!(matches!(exists(desired.clone()).await, Answer::Exists(None)));
        assert!(matches!(bench.find(TAG, json(BASE)).await, Found::Absent));
        let tag = bench.create(TAG, json(BASE)).await;
        assert!(matches!(exists(desired).await, Answer::Exists(Some(_))));
        assert!(matches!(bench.find(TAG, json(BASE)).await, Found::Adopt(_)));
        bench.is_settled(TAG, &tag, json(BASE)).await;
        let plan = bench.plan(TAG, &tag, json(&other)).await;
        assert!(plan.replace.is_empty() && !plan.is_empty);
        let moved = bench.update(TAG, &tag, json(&other)).await;
        assert_ne!(text(&moved, "source_image_id"), text(&tag, "source_image_id"));
        bench.is_settled(TAG, &moved, json(&other)).await;
        // Someone points the tag elsewhere: it is put on again.
        let seen = infra_model::snapshot::Object { value: bench.present(TAG, &tag).await, ..tag };
        let plan = bench.plan_from(TAG, &seen.value, json(BASE)).await;
        assert!(!plan.is_empty && plan.replace.is_empty());
        let back = bench.update(TAG, &seen, json(BASE)).await;
        bench.is_settled(TAG, &back, json(BASE)).await;
        bench.delete(TAG, &back).await;
        assert!(matches!(bench.refresh(TAG, &back).await, Observed::Gone));
        bench.remove_image(&other).await;
    })
    .await;
}

#[tokio::test]
async fn data_sources_read_from_the_engine() {
    with("data", |bench| async move {
        let network = bench.create("docker_network", json!({"name": bench.run})).await;
        let container = bench
            .create(
                "docker_container",
                json!({
                    "name": bench.run, "image": BASE, "networks_advanced": [{"name": bench.run}],
                }),
            )
            .await;
        let Answer::Value(read, _) = bench.data("docker_network", json!({"name": bench.run})).await
        else {
            panic!("no network")
        };
        assert_eq!(read.get("id"), network.value.get("id"));
        let containers = read.get("containers").unwrap().items().unwrap();
        assert_eq!(containers[0].get("container_id"), container.value.get("id"));
        let Answer::Value(read, _) = bench.data("docker_image", json!({"name": BASE})).await else {
            panic!("no image")
        };
        assert!(read.get("id").unwrap().as_text().unwrap().starts_with("sha256:"));
        let Answer::Value(read, _) = bench.data("docker_logs", json!({"name": bench.run})).await
        else {
            panic!("no logs")
        };
        let lines = read.get("logs_list_string").unwrap().items().unwrap();
        assert_eq!(lines, [Value::from("started")]);
        let missing = bench.data("docker_image", json!({"name": "infra-test/none:1"})).await;
        assert!(matches!(missing, Answer::Failed(d) if d.code == "infra::docker::image_not_found"));
    })
    .await;
}
