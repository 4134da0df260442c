//! The judge itself: what is not as the API's description says is found, whichever side it comes from.

use super::bench::{Bench, is_judging};
use crate::{Environment, client::Client, config};
use infra_hetzner_simulator::{Exchange, TOKEN};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};

/// Returns the provider's own way to the simulator.
fn client(bench: &Bench) -> Client {
    let environment = Environment {
        token: Some(TOKEN.to_owned()),
        endpoint: Some(bench.address.clone()),
        ..Environment::default()
    };
    let (reach, _) = config::reach(&bench.config(), &environment).unwrap();
    Client::new(reach, &environment.proxies).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_not_as_described_is_found() {
    let bench = Bench::start().await;
    let (client, control) = (client(&bench), bench.control());
    let right = json!({ "name": "data", "size": 10, "location": "fsn1" });
    client.post("/volumes", &right, &control).await.unwrap();
    assert_eq!(bench.findings(), [""; 0]);
    for wrong in [
        json!({ "name": "logs", "size": "ten", "location": "fsn1" }),
        json!({ "size": 10, "location": "fsn1" }),
    ] {
        let before = bench.findings().len();
        assert!(client.post("/volumes", &wrong, &control).await.is_err(), "{wrong}");
        let found = bench.findings().split_off(before);
        assert_eq!(!found.is_empty(), is_judging(), "{wrong}");
        assert!(found.iter().all(|found| found.contains("POST /volumes")), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_as_described_is_found() {
    let bench = Bench::start().await;
    let made = json!({ "name": "data", "size": 10, "location": "fsn1" });
    bench.outside("POST", "/volumes", &made);
    let last: Arc<Mutex<Option<Exchange>>> = Arc::default();
    let noted = Arc::clone(&last);
    bench.simulator.observe(move |exchange| *noted.lock().unwrap() = Some(exchange.clone()));
    client(&bench).query("/volumes", &[], &bench.control()).await.unwrap();
    let exchange = last.lock().unwrap().clone().unwrap();
    let changed = |change: fn(&mut Json)| {
        let mut body = exchange.response.value();
        change(&mut body);
        let mut changed = exchange.clone();
        changed.response.body = body.to_string().into_bytes();
        changed
    };
    bench.judge(&changed(|_| {}));
    assert_eq!(bench.findings(), [""; 0]);
    for change in [
        (|body| body["volumes"][0]["size"] = json!("10 GB")) as fn(&mut Json),
        |body| drop(body["volumes"][0].as_object_mut().unwrap().remove("protection")),
        |body| drop(body.as_object_mut().unwrap().remove("volumes")),
    ] {
        let before = bench.findings().len();
        bench.judge(&changed(change));
        let found = bench.findings().split_off(before);
        assert_eq!(!found.is_empty(), is_judging());
        assert!(found.iter().all(|found| found.contains("answer 200")), "{found:?}");
    }
}
