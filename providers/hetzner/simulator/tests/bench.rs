//! A simulator under test, whose every exchange is judged by the API's own description.

use crate::{
    Counters, Exchange, Options, Request, Response, Simulator, TOKEN,
    openapi::{Description, Finding},
};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
};

/// A simulator under test.
pub(super) struct Bench {
    pub(super) simulator: Simulator,
    findings: Arc<Mutex<Vec<Finding>>>,
}

impl Bench {
    pub(super) fn new() -> Self {
        let simulator = Simulator::new(Options::default());
        let findings = judged(&simulator);
        Self { simulator, findings }
    }

    /// Sends a request; `target` begins behind `/v1`.
    pub(super) fn send(&self, method: &str, target: &str, body: &Value) -> Response {
        let mut request = Request::new(method, &format!("/v1{target}")).with_token(TOKEN);
        if !body.is_null() {
            request = request.with_body(body);
        }
        self.simulator.answer(&request)
    }

    pub(super) fn get(&self, target: &str) -> Value {
        self.ok(&self.send("GET", target, &Value::Null))
    }

    pub(super) fn post(&self, target: &str, body: &Value) -> Value {
        self.ok(&self.send("POST", target, body))
    }

    pub(super) fn put(&self, target: &str, body: &Value) -> Value {
        self.ok(&self.send("PUT", target, body))
    }

    pub(super) fn delete(&self, target: &str) -> Value {
        self.ok(&self.send("DELETE", target, &Value::Null))
    }

    /// Makes an object and returns its id.
    pub(super) fn made(&self, target: &str, body: &Value) -> u64 {
        let answer = self.post(target, body);
        self.simulator.advance(HOUR_MS);
        let objects = answer.as_object().unwrap();
        let object =
            objects.iter().find(|(key, value)| value.is_object() && *key != "action").unwrap();
        object.1["id"].as_u64().unwrap()
    }

    /// Makes a server that runs, and returns its id.
    pub(super) fn server(&self, name: &str, more: &Value) -> u64 {
        let mut body = json!({ "name": name, "server_type": "cx23", "image": "debian-12" });
        body["location"] = json!("fsn1");
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        self.made("/servers", &body)
    }

    /// Returns a server.
    pub(super) fn see(&self, id: u64) -> Value {
        self.get(&format!("/servers/{id}"))["server"].clone()
    }

    /// Lets an action of a server run to its end, and returns it.
    pub(super) fn on(&self, id: u64, action: &str, body: &Value) -> Value {
        self.act("POST", &format!("/servers/{id}/actions/{action}"), body)
    }

    /// Returns how often a server was wiped and started.
    pub(super) fn counters(&self, id: u64) -> Counters {
        self.simulator.lock(|world| world.counters(id)).unwrap()
    }

    /// Sends a request whose action then ends; returns the action.
    pub(super) fn act(&self, method: &str, target: &str, body: &Value) -> Value {
        let answer = self.ok(&self.send(method, target, body));
        self.simulator.advance(HOUR_MS);
        self.get(&format!("/actions/{}", answer["action"]["id"]))["action"].clone()
    }

    #[allow(clippy::unused_self, reason = "it reads like the others")]
    fn ok(&self, response: &Response) -> Value {
        let body = String::from_utf8_lossy(&response.body);
        assert!(response.status < 300, "{}: {body}", response.status);
        response.value()
    }

    /// Sends each request of a table and compares status and code.
    pub(super) fn table(&self, rows: &[Row<'_>]) {
        for (at, (method, target, body, status, code)) in rows.iter().enumerate() {
            let response = self.send(method, target, body);
            let value = response.value();
            let found = (response.status, value["error"]["code"].as_str().unwrap_or(""));
            assert_eq!(found, (*status, *code), "row {at}: {method} {target} {body}: {value}");
        }
    }
}

/// Method, target, body, and the status and code that are expected.
pub(super) type Row<'a> = (&'a str, &'a str, Value, u16, &'a str);

/// Longer than any action.
pub(super) const HOUR_MS: u64 = 3_600_000;

impl Drop for Bench {
    fn drop(&mut self) {
        let findings = self.findings.lock().unwrap();
        if !std::thread::panicking() {
            assert!(findings.is_empty(), "{findings:#?}");
        }
    }
}

/// Has every exchange judged, where the description is there.
fn judged(simulator: &Simulator) -> Arc<Mutex<Vec<Finding>>> {
    // What is refused may be wrong: that is why it is.
    judged_where(simulator, |exchange, finding| {
        exchange.response.status < 400 || finding.part.starts_with("answer")
    })
}

/// Has every answer judged: what other people's clients ask for is theirs to know.
pub(super) fn answers_judged(simulator: &Simulator) -> Arc<Mutex<Vec<Finding>>> {
    judged_where(simulator, |_, finding| finding.part.starts_with("answer"))
}

fn judged_where(
    simulator: &Simulator,
    counts: impl Fn(&Exchange, &Finding) -> bool + Send + Sync + 'static,
) -> Arc<Mutex<Vec<Finding>>> {
    let findings: Arc<Mutex<Vec<Finding>>> = Arc::default();
    let noted = Arc::clone(&findings);
    if let Some(description) = description() {
        simulator.observe(move |exchange: &Exchange| {
            let mut found = description.check(exchange);
            found.retain(|finding| counts(exchange, finding));
            noted.lock().unwrap().extend(found);
        });
    }
    findings
}

/// Returns the description, read once; none if `../shared` is not there.
#[allow(clippy::disallowed_methods, reason = "the variable says whether it must be there")]
pub(super) fn description() -> Option<&'static Description> {
    static READ: OnceLock<Option<Description>> = OnceLock::new();
    let read = || {
        let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let folder = workspace.join("../shared/openapi");
        if !folder.is_dir() {
            assert!(std::env::var("INFRA_REQUIRE_SHARED").is_err(), "../shared is required");
            eprintln!("skipped: exchanges are not judged, ../shared is not there");
            return None;
        }
        Some(Description::load(&folder).unwrap())
    };
    READ.get_or_init(read).as_ref()
}
