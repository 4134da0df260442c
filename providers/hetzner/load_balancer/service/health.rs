//! How a service finds out which targets are well.

use crate::{
    planning, rules,
    schemas::{one_of, required, required_number, text},
};
use hcloud::models::{
    LoadBalancerServiceHealthCheck, LoadBalancerServiceHealthCheckHttp,
    UpdateLoadBalancerServiceHealthCheck, UpdateLoadBalancerServiceHealthCheckHttp,
    load_balancer_service_health_check, update_load_balancer_service_health_check,
};
use infra_model::{
    diagnostic::Diagnostics,
    path::{Path, Step},
    schema::{Attribute, Block, NestedBlock},
    types::Type,
    value::Value,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// The path that is asked for, where none is given.
const PATH: &str = "/";

/// The codes that are well, where none are given.
const CODES: [&str; 2] = ["2??", "3??"];

/// The attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct HealthCheck {
    protocol: Option<String>,
    port: Option<i32>,
    interval: Option<i32>,
    timeout: Option<i32>,
    retries: Option<i32>,
    http: Option<Vec<Request>>,
}

/// The request that a check makes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Request {
    domain: Option<String>,
    path: Option<String>,
    response: Option<String>,
    tls: Option<bool>,
    status_codes: Option<Vec<String>>,
}

impl HealthCheck {
    /// Returns the check that the API makes by itself.
    pub(super) fn usual(protocol: &str, port: i32) -> Self {
        Self {
            protocol: Some(protocol.to_owned()),
            port: Some(port),
            interval: Some(15),
            timeout: Some(10),
            retries: Some(3),
            http: None,
        }
    }

    /// Returns the body for a new service, which has everything.
    pub(super) fn body(&self) -> LoadBalancerServiceHealthCheck {
        use load_balancer_service_health_check::Protocol;
        LoadBalancerServiceHealthCheck {
            http: self.request().map(|request| Box::new(request.body())),
            interval: self.interval.unwrap_or_default(),
            port: self.port.unwrap_or_default(),
            protocol: if self.is_http() { Protocol::Http } else { Protocol::Tcp },
            retries: self.retries.unwrap_or_default(),
            timeout: self.timeout.unwrap_or_default(),
        }
    }

    /// Returns the body for a change, which has everything too, so that what is left out goes.
    pub(super) fn change(&self) -> UpdateLoadBalancerServiceHealthCheck {
        use update_load_balancer_service_health_check::Protocol;
        UpdateLoadBalancerServiceHealthCheck {
            http: self.request().map(|request| Box::new(request.change())),
            interval: self.interval,
            port: self.port,
            protocol: Some(if self.is_http() { Protocol::Http } else { Protocol::Tcp }),
            retries: self.retries,
            timeout: self.timeout,
        }
    }

    /// Keeps unsaid what was, where the API says what it says by itself.
    pub(super) fn keep_unsaid(&mut self, before: &Self) {
        let requests = self.http.iter_mut().flatten();
        for (now, before) in requests.zip(before.http.iter().flatten()) {
            now.keep_unsaid(before);
        }
    }

    fn is_http(&self) -> bool {
        self.protocol.as_deref() != Some("tcp")
    }

    fn request(&self) -> Option<Request> {
        let given = self.http.as_ref().and_then(|http| http.first()).cloned();
        self.is_http().then(|| given.unwrap_or_default())
    }
}

impl Request {
    fn path(&self) -> String {
        self.path.clone().unwrap_or_else(|| PATH.to_owned())
    }

    fn codes(&self) -> Vec<String> {
        let given = self.status_codes.clone().filter(|codes| !codes.is_empty());
        given.unwrap_or_else(|| CODES.map(str::to_owned).to_vec())
    }

    fn body(&self) -> LoadBalancerServiceHealthCheckHttp {
        LoadBalancerServiceHealthCheckHttp {
            domain: self.domain.clone(),
            path: self.path(),
            response: Some(self.response.clone().unwrap_or_default()),
            status_codes: Some(self.codes()),
            tls: Some(self.tls.unwrap_or(false)),
        }
    }

    fn change(&self) -> UpdateLoadBalancerServiceHealthCheckHttp {
        UpdateLoadBalancerServiceHealthCheckHttp {
            domain: Some(self.domain.clone()),
            path: Some(self.path()),
            response: Some(self.response.clone().unwrap_or_default()),
            status_codes: Some(self.codes()),
            tls: Some(self.tls.unwrap_or(false)),
        }
    }

    fn keep_unsaid(&mut self, before: &Self) {
        let is_empty = |text: &Option<String>| text.as_ref().is_none_or(String::is_empty);
        if before.domain.is_none() && is_empty(&self.domain) {
            self.domain = None;
        }
        if before.path.is_none() && self.path() == PATH {
            self.path = None;
        }
        if before.response.is_none() && is_empty(&self.response) {
            self.response = None;
        }
        if before.tls.is_none() && self.tls == Some(false) {
            self.tls = None;
        }
        let before_codes = before.status_codes.as_deref().unwrap_or_default();
        if before_codes.is_empty() && self.codes() == CODES {
            self.status_codes.clone_from(&before.status_codes);
        }
    }
}

/// Returns the schema.
pub(super) fn block() -> NestedBlock {
    let mut request = one_of(Block::of([
        ("domain", text()),
        ("path", text()),
        ("response", text()),
        ("tls", Attribute::optional(Type::Bool)),
        ("status_codes", Attribute::optional(Type::list(Type::String))),
    ]));
    request.computed = true;
    let mut check = one_of(
        Block::of([
            ("protocol", required()),
            ("port", required_number()),
            ("interval", required_number()),
            ("timeout", required_number()),
            ("retries", required_number()),
        ])
        .with([("http", request)]),
    );
    check.computed = true;
    check
}

/// Returns the blocks that the API shows.
pub(super) fn seen(check: &Json) -> Json {
    if !check.is_object() {
        return json!([]);
    }
    let http = &check["http"];
    let request = json!({
        "domain": http["domain"], "path": http["path"], "response": http["response"],
        "tls": http["tls"], "status_codes": http["status_codes"],
    });
    let requests = if http.is_object() { vec![request] } else { Vec::new() };
    json!([{
        "protocol": check["protocol"], "port": check["port"], "interval": check["interval"],
        "timeout": check["timeout"], "retries": check["retries"], "http": requests,
    }])
}

/// Returns a plan whose check has a request if it speaks HTTP, and none if it does not.
pub(super) fn with_fitting_http(planned: &Value, desired: &Value) -> Value {
    let check = Path::attribute("health_check").then(Step::Index(0));
    let at = check.then(Step::Attribute("http".into()));
    let is_said = desired.at(&at).is_some_and(|http| !http.is_null() && !http.is_empty());
    let protocol = desired.at(&check).and_then(|check| rules::text(check, "protocol"));
    let (Some(protocol), Some(request)) = (protocol, planned.at(&at)) else {
        return planned.clone();
    };
    let element = request.element_type().cloned().unwrap_or(Type::Dynamic);
    let fitting = match (&**protocol, request.is_known() && request.is_empty()) {
        _ if is_said => return planned.clone(),
        ("tcp", false) => Value::list(element, Vec::new()),
        ("http", true) => Value::unknown(Type::list(element)),
        _ => return planned.clone(),
    };
    planned.with_path(&at, fitting).unwrap_or_else(|| planned.clone())
}

/// Judges a block.
pub(super) fn validate(check: &Value) -> Diagnostics {
    let mut found = rules::one_of(check, "protocol", &["http", "tcp"]);
    for problem in &mut found {
        if rules::text(check, "protocol").is_some_and(|protocol| &**protocol == "https") {
            problem.help = "use `http`, with `http { tls = true }`".into();
        }
    }
    found.extend(rules::between(check, "port", 1, super::PORT_MAX));
    found.extend(rules::between(check, "interval", 3, 60));
    found.extend(rules::between(check, "timeout", 1, 60));
    found.extend(rules::between(check, "retries", 1, 5));
    let is_tcp = rules::text(check, "protocol").is_some_and(|protocol| &**protocol == "tcp");
    if is_tcp && !planning::is_left_out(check, "http") {
        let summary = "a check by TCP makes no request".to_owned();
        found.push(rules::wrong("http", summary, "remove the block, or use `http`"));
    }
    found.extend(rules::inside(check, "http", |request| {
        let mut found = rules::at_most(request, "domain", 128);
        found.extend(rules::at_most(request, "path", 256));
        found.extend(rules::at_most(request, "response", 256));
        found.extend(codes(request));
        found
    }));
    found
}

fn codes(request: &Value) -> Diagnostics {
    let is_code = |code: &str| {
        !code.is_empty() && code.chars().all(|c| c.is_ascii_digit() || matches!(c, '?' | '*'))
    };
    let items = request.get("status_codes").and_then(Value::items).unwrap_or_default();
    let odd = |(at, item): (usize, &Value)| {
        let given = item.as_text().filter(|given| !is_code(given))?;
        let summary = format!("`{given}` is no status of HTTP");
        let found = rules::wrong("status_codes", summary, "write such as `200`, `2??` or `*`");
        Some(found.at_path(Path::attribute("status_codes").then(Step::Index(at))))
    };
    items.iter().enumerate().filter_map(odd).collect()
}
