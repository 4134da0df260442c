//! How a service finds out whether its targets are healthy.

use super::service::{port, ranged};
use crate::world::input::Input;
use serde_json::{Value, json};

const CODES_MAX: usize = 20;
const DOMAIN_MAX: usize = 128;
const PATH_MAX: usize = 256;
const RESPONSE_MAX: usize = 256;

/// A health check.
#[derive(Clone, Debug)]
pub(crate) struct HealthCheck {
    protocol: String,
    port: u64,
    pub(super) interval_s: u64,
    timeout_s: u64,
    retries: u64,
    /// For `http` alone.
    http: Option<HttpCheck>,
}

/// What a request has to answer.
#[derive(Clone, Debug)]
struct HttpCheck {
    domain: Option<String>,
    path: String,
    response: String,
    status_codes: Vec<String>,
    is_secure: bool,
}

impl Default for HttpCheck {
    fn default() -> Self {
        Self {
            domain: None,
            path: "/".to_owned(),
            response: String::new(),
            status_codes: vec!["2??".to_owned(), "3??".to_owned()],
            is_secure: false,
        }
    }
}

impl HealthCheck {
    /// Returns the check that the API makes by itself; its values are not verified.
    pub(super) fn usual(protocol: &str, port: u64) -> Self {
        let is_http = protocol == "http" || protocol == "https";
        Self {
            protocol: if is_http { "http" } else { "tcp" }.to_owned(),
            port,
            interval_s: 15,
            timeout_s: 10,
            retries: 3,
            http: is_http.then(HttpCheck::default),
        }
    }

    pub(super) fn answer(&self) -> Value {
        let mut answer = json!({
            "protocol": self.protocol,
            "port": self.port,
            "interval": self.interval_s,
            "timeout": self.timeout_s,
            "retries": self.retries,
        });
        if let Some(http) = &self.http {
            answer["http"] = json!({
                "domain": http.domain,
                "path": http.path,
                "response": http.response,
                "status_codes": http.status_codes,
                "tls": http.is_secure,
            });
        }
        answer
    }
}

/// Reads a check; what is not given is as before.
pub(super) fn read(input: &mut Input<'_>, before: &HealthCheck) -> HealthCheck {
    let protocol = input.choice("protocol", &["tcp", "http"]);
    let protocol = protocol.unwrap_or_else(|| before.protocol.clone());
    let (port, is_http) = (port(input, "port", Some(before.port)), protocol == "http");
    let interval_s = ranged(input, "interval", (3, 60), before.interval_s);
    let timeout_s = ranged(input, "timeout", (1, 60), before.timeout_s);
    let retries = ranged(input, "retries", (1, 5), before.retries);
    if !is_http && input.value("http").is_some() {
        input.refuse("http", "is for the protocol http");
    }
    let http = before.http.clone().unwrap_or_default();
    let read = input.nested("http", |inner| read_http(inner, &http));
    let http = is_http.then(|| read.unwrap_or(http));
    HealthCheck { protocol, port, interval_s, timeout_s, retries, http }
}

fn read_http(input: &mut Input<'_>, before: &HttpCheck) -> HttpCheck {
    let domain = if input.has("domain") { input.text("domain") } else { before.domain.clone() };
    let path = input.text("path").unwrap_or_else(|| before.path.clone());
    let response = input.text("response").unwrap_or_else(|| before.response.clone());
    let status_codes = input.texts("status_codes").unwrap_or_else(|| before.status_codes.clone());
    let is_host = |text: &str| text.len() <= DOMAIN_MAX && !text.contains([' ', '%', '\\']);
    if domain.as_ref().is_some_and(|text| !is_host(text)) {
        input.refuse("domain", "must not have spaces, percent signs or backslashes");
    }
    if path.is_empty() || path.len() > PATH_MAX || path.contains(' ') {
        input.refuse("path", format!("must have 1 to {PATH_MAX} characters and no spaces"));
    }
    if response.len() > RESPONSE_MAX {
        input.refuse("response", format!("must have at most {RESPONSE_MAX} characters"));
    }
    let is_code = |code: &String| {
        !code.is_empty() && code.chars().all(|c| c.is_ascii_digit() || c == '?' || c == '*')
    };
    if status_codes.len() > CODES_MAX || !status_codes.iter().all(is_code) {
        input.refuse("status_codes", format!("must be at most {CODES_MAX} codes such as 2??"));
    }
    let is_secure = input.flag("tls").unwrap_or(before.is_secure);
    HttpCheck { domain, path, response, status_codes, is_secure }
}
