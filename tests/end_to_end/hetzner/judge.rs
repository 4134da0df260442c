//! Every exchange of the program with the simulator, judged by the API's own description.

use crate::end_to_end::outside;
use infra_hetzner_simulator::{
    Exchange,
    openapi::{Description, Finding},
};
use std::sync::{Arc, Mutex, OnceLock};

/// What was found so far.
#[derive(Clone, Default)]
pub(super) struct Judge(Arc<Mutex<Vec<Finding>>>);

impl Judge {
    /// Judges an exchange, where the description is there; what a fault made is nobody's word.
    pub(super) fn hear(&self, exchange: &Exchange) {
        if let Some(description) = description() {
            let found = description.check(exchange);
            self.0.lock().unwrap().extend(found);
        }
    }

    /// Ends the test if anything was not as the API's description says.
    pub(super) fn rule(&self) {
        let found = self.0.lock().unwrap();
        assert!(found.is_empty(), "not as the API's description says: {found:#?}");
    }
}

/// Returns the description, read once.
fn description() -> Option<&'static Description> {
    static READ: OnceLock<Option<Description>> = OnceLock::new();
    let read = || {
        let folder = outside::shared("openapi");
        if folder.is_none() {
            outside::skip("exchanges", "../shared is not there", "INFRA_REQUIRE_SHARED");
        }
        folder.map(|folder| Description::load(&folder).unwrap())
    };
    READ.get_or_init(read).as_ref()
}

#[test]
fn what_is_not_as_described_is_found() {
    if description().is_none() {
        return;
    }
    let judge = Judge::default();
    judge.hear(&Exchange {
        method: "POST".to_owned(),
        path: "/v1/networks".to_owned(),
        template: Some("/networks"),
        query: Vec::new(),
        request_body: br#"{"name": 5, "ip_range": "10.0.0.0/16"}"#.to_vec(),
        response: infra_hetzner_simulator::Response::json(
            201,
            &serde_json::json!({ "network": 5 }),
        ),
        is_tampered: false,
        at_ms: 0,
    });
    let found = judge.0.lock().unwrap().clone();
    let parts: Vec<&str> = found.iter().map(|finding| &*finding.part).collect();
    assert!(parts.contains(&"request") && parts.contains(&"answer 201"), "{found:#?}");
}
