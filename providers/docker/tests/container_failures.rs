//! Containers that do not come up, and what is said of them.

use super::{
    bench::{done, mark_of, text, with},
    images::BASE,
};
use infra_model::{ask::CallOutcome, diagnostic::Retry, journal::Verb, observed::Observed};
use serde_json::json;

const KIND: &str = "docker_container";

#[tokio::test]
async fn one_shot_that_fails_shows_its_last_lines_and_is_left_tainted() {
    with("one-shot-fails", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "must_run": false, "attach": true,
            "command": ["/bin/sh", "-c", "echo first; echo migration failed >&2; exit 7"],
        });
        let failure = bench.fails(KIND, json).await;
        assert_eq!(failure.diagnostic.code, "infra::docker::container_failed");
        assert!(
            failure.diagnostic.summary.contains("exit code 7"),
            "{}",
            failure.diagnostic.summary
        );
        assert!(
            failure.diagnostic.detail.contains("migration failed"),
            "{}",
            failure.diagnostic.detail
        );
        assert_eq!(failure.retry, Retry::Never);
        let partial = failure.partial.expect("the container is there");
        assert!(partial.tainted);
        bench.delete(KIND, &partial).await;
    })
    .await;
}

#[tokio::test]
async fn one_shot_that_succeeds_keeps_its_output_and_plans_nothing_more() {
    with("one-shot-done", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "must_run": false, "attach": true, "logs": true,
            "command": ["/bin/sh", "-c", "echo hello"],
        });
        let container = bench.create(KIND, json.clone()).await;
        assert_eq!(text(&container, "container_logs"), "hello");
        bench.is_settled(KIND, &container, json).await;
    })
    .await;
}

#[tokio::test]
async fn one_shot_that_removes_itself_is_not_run_again() {
    with("one-shot-rm", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "must_run": false, "attach": true, "rm": true,
            "logs": true, "command": ["/bin/echo", "gone"],
        });
        let container = bench.create(KIND, json.clone()).await;
        assert_eq!(text(&container, "container_logs"), "gone");
        let there = bench.docker.inspect_container(&text(&container, "id"), None).await;
        assert!(there.is_err(), "it is removed");
        bench.is_settled(KIND, &container, json).await;
        bench.delete(KIND, &container).await;
    })
    .await;
}

#[tokio::test]
async fn port_that_is_taken_is_told_and_the_container_is_left_tainted() {
    with("port-taken", |bench| async move {
        let name = |n: &str| format!("{}-{n}", bench.run);
        let first = bench
            .create(KIND, json!({
                "name": name("a"), "image": BASE, "ports": [{"internal": 80, "ip": "127.0.0.1"}],
            }))
            .await;
        let ports = first.value.get("ports").unwrap().items().unwrap();
        let taken = ports[0].get("external").unwrap().as_number().unwrap().to_i64().unwrap();
        let failure = bench
            .fails(
                KIND,
                json!({
                    "name": name("b"), "image": BASE,
                    "ports": [{"internal": 80, "external": taken, "ip": "127.0.0.1"}],
                }),
            )
            .await;
        assert_eq!(
            failure.diagnostic.code, "infra::docker::port_taken",
            "{:?}",
            failure.diagnostic
        );
        assert!(failure.diagnostic.detail.contains(&taken.to_string()));
        assert_eq!(failure.diagnostic.path.unwrap().to_string(), "ports");
        assert!(failure.partial.unwrap().tainted);
    })
    .await;
}

#[tokio::test]
async fn name_of_someone_else_is_a_conflict() {
    with("name-conflict", |bench| async move {
        let json = json!({"name": bench.run, "image": BASE});
        bench.create(KIND, json.clone()).await;
        let desired = bench.desired(KIND, json);
        let mut intent = bench.intent(KIND, Verb::Create, &desired);
        intent.token = "someone-else".into();
        let spec = crate::bridge::to_json(&desired);
        let unmade = crate::container::lifecycle::create(
            &bench.engine(),
            &spec,
            &mark_of(&intent),
            &bench.control(),
        )
        .await
        .err()
        .unwrap();
        assert_eq!(unmade.failure.diagnostic.code, "infra::docker::name_conflict");
        assert!(unmade.left.is_none(), "what is there is not ours");
    })
    .await;
}

#[tokio::test]
async fn create_that_is_repeated_takes_its_own_container() {
    with("create-twice", |bench| async move {
        let json = json!({"name": bench.run, "image": BASE});
        let first = bench.create(KIND, json.clone()).await;
        let desired = bench.desired(KIND, json);
        let second = done(bench.call(KIND, Verb::Create, None, &desired).await);
        assert_eq!(text(&first, "id"), text(&second, "id"));
    })
    .await;
}

#[tokio::test]
async fn container_that_never_gets_healthy_shows_probe_and_lines() {
    with("unhealthy", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "wait": true, "wait_timeout": 30,
            "command": ["/bin/sh", "-c", "echo no database; exec /bin/run"],
            "healthcheck": [{
                "test": ["CMD-SHELL", "echo probe says no; exit 1"], "interval": "100ms", "retries": 2,
            }],
        });
        let failure = bench.fails(KIND, json).await;
        assert_eq!(failure.diagnostic.code, "infra::docker::container_unhealthy");
        let detail = &failure.diagnostic.detail;
        assert!(detail.contains("no database") && detail.contains("probe says no"), "{detail}");
        assert!(failure.partial.unwrap().tainted);
    })
    .await;
}

#[tokio::test]
async fn container_that_takes_too_long_to_get_healthy_is_given_up() {
    with("slow-health", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "wait": true, "wait_timeout": 1,
            "healthcheck": [{"test": ["CMD", "true"], "interval": "30s"}],
        });
        let failure = bench.fails(KIND, json).await;
        assert!(failure.diagnostic.detail.contains("starting"), "{}", failure.diagnostic.detail);
    })
    .await;
}

#[tokio::test]
async fn container_that_gets_healthy_is_waited_for() {
    with("healthy", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "wait": true,
            "healthcheck": [{"test": ["CMD", "true"], "interval": "200ms"}],
        });
        let container = bench.create(KIND, json.clone()).await;
        bench.is_settled(KIND, &container, json).await;
    })
    .await;
}

#[tokio::test]
async fn container_that_ends_at_once_though_it_must_run_fails() {
    with("ends-at-once", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "command": ["/bin/no-such-program"],
        });
        let failure = bench.fails(KIND, json).await;
        assert_eq!(
            failure.diagnostic.code, "infra::docker::engine_refused",
            "{:?}",
            failure.diagnostic
        );
        assert!(failure.partial.unwrap().tainted);
    })
    .await;
}

#[tokio::test]
async fn image_that_is_not_there_is_told_with_what_to_do() {
    with("no-image", |bench| async move {
        let failure =
            bench.fails(KIND, json!({"name": bench.run, "image": "infra-test/none:1"})).await;
        assert_eq!(failure.diagnostic.code, "infra::docker::image_not_found");
        assert!(failure.diagnostic.help.contains("docker_image"));
        assert!(failure.partial.is_none());
    })
    .await;
}

#[tokio::test]
async fn container_removed_outside_is_gone_and_not_an_error() {
    with("removed-outside", |bench| async move {
        let container = bench.create(KIND, json!({"name": bench.run, "image": BASE})).await;
        let options =
            bollard::query_parameters::RemoveContainerOptions { force: true, ..Default::default() };
        bench.docker.remove_container(&text(&container, "id"), Some(options)).await.unwrap();
        assert!(matches!(bench.refresh(KIND, &container).await, Observed::Gone));
    })
    .await;
}

#[tokio::test]
async fn step_that_takes_longer_than_its_timeout_has_to_be_looked_up() {
    with("timeout", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "must_run": false, "attach": true,
            "timeouts": {"create": "1s"},
        });
        let desired = bench.desired(KIND, json);
        let CallOutcome::Failed(failure) = bench.call(KIND, Verb::Create, None, &desired).await
        else {
            panic!("it runs for ever")
        };
        assert_eq!(failure.diagnostic.code, "infra::docker::timed_out");
        assert_eq!(failure.retry, Retry::AfterLookup);
    })
    .await;
}
