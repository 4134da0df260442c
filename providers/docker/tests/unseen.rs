//! Objects that were made and that nobody could look at afterwards.

use super::{
    bench::{Bench, front, socket, text, with},
    images::BASE,
};
use infra_model::{
    ask::{CallFailure, CallOutcome},
    diagnostic::Retry,
    journal::Verb,
    observed::Found,
};
use serde_json::{Value as Json, json};

/// What an engine says that fails.
const BROKEN: &str =
    "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
const CUT: &str = "";

/// Creates something over a way on which objects of the collection can't be inspected.
async fn create_unseen(
    bench: &Bench,
    (kind, json): (&str, Json),
    (collection, answer): (&'static str, &'static str),
) -> Option<CallFailure> {
    let port = front::without_inspection(socket("unseen")?, collection, answer).await;
    let blind = Bench::open("unseen", &format!("tcp://127.0.0.1:{port}")).await;
    let blind = Bench { run: bench.run.clone(), ..blind.map_err(|found| found.detail).unwrap() };
    let outcome = blind.call(kind, Verb::Create, None, &bench.desired(kind, json)).await;
    let CallOutcome::Failed(failure) = outcome else { panic!("it was inspected: {outcome:?}") };
    Some(*failure)
}

#[tokio::test]
async fn object_that_was_made_and_could_not_be_inspected_is_found_again() {
    with("unseen", |bench| async move {
        for (at, answer) in [CUT, BROKEN].into_iter().enumerate() {
            let name = format!("{}-{at}", bench.run);
            let container = json!({"name": name, "image": BASE, "start": false});
            for (kind, collection, json) in [
                ("docker_container", "containers", container),
                ("docker_network", "networks", json!({ "name": name })),
            ] {
                let asked = (collection, answer);
                let Some(failure) = create_unseen(&bench, (kind, json.clone()), asked).await else {
                    return;
                };
                let (retry, found) = (failure.retry, failure.diagnostic);
                assert_eq!(retry, Retry::AfterLookup, "{found:?}");
                assert_eq!(found.retry, Some(retry));
                assert!(failure.partial.is_none());
                let Found::Adopt(found) = bench.find(kind, json.clone()).await else {
                    panic!("{kind} is not found")
                };
                assert!(!found.tainted);
                bench.is_settled(kind, &found, json).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn container_that_failed_and_could_not_be_inspected_is_recorded_by_its_id() {
    with("unseen-failed", |bench| async move {
        let json = json!({
            "name": bench.run, "image": BASE, "must_run": false, "attach": true,
            "command": ["/bin/sh", "-c", "exit 7"],
        });
        let asked = ("containers", CUT);
        let made = create_unseen(&bench, ("docker_container", json), asked).await;
        let Some(failure) = made else { return };
        assert_eq!(failure.diagnostic.code, "infra::docker::container_failed");
        assert_eq!(failure.diagnostic.related[0].code, "infra::docker::engine_unreachable");
        let partial = failure.partial.expect("the container is there");
        assert!(partial.tainted && partial.value.is_wholly_known());
        bench.docker.inspect_container(&text(&partial, "id"), None).await.unwrap();
        bench.present("docker_container", &partial).await;
        bench.delete("docker_container", &partial).await;
    })
    .await;
}
