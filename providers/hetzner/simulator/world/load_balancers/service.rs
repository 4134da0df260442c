//! A service of a load balancer: what it listens to and where it sends it.

use super::{
    check::{self, HealthCheck},
    http::Http,
};
use crate::world::input::Input;
use serde_json::{Value, json};

const PROTOCOLS: [&str; 3] = ["tcp", "http", "https"];

/// A service.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(super) protocol: String,
    pub(super) listen_port: u64,
    pub(super) destination_port: u64,
    pub(super) is_proxied: bool,
    pub(super) health_check: HealthCheck,
    /// For `http` and `https` alone.
    pub(super) http: Option<Http>,
    pub(super) since_ms: u64,
}

impl Service {
    /// Reads a service. What is not given is as in `before`, or as the API makes it by itself.
    pub(super) fn read(input: &mut Input<'_>, before: Option<&Self>, now_ms: u64) -> Self {
        let protocol = match before {
            Some(before) => {
                let given = input.choice("protocol", &PROTOCOLS);
                given.unwrap_or_else(|| before.protocol.clone())
            }
            None => input.needed_choice("protocol", &PROTOCOLS),
        };
        let (listen, destination) = match protocol.as_str() {
            "http" => (Some(80), Some(80)),
            "https" => (Some(443), Some(80)),
            _ => (None, None),
        };
        let destination = before.map(|before| before.destination_port).or(destination);
        let listen_port = match before {
            Some(before) => before.listen_port,
            None => port(input, "listen_port", listen),
        };
        let destination_port = port(input, "destination_port", destination);
        let is_proxied = input.flag("proxyprotocol");
        let is_proxied = is_proxied.or(before.map(|before| before.is_proxied)).unwrap_or(false);
        let http = http(input, &protocol, before.and_then(|before| before.http.as_ref()));
        let health_check = before.map_or_else(
            || HealthCheck::usual(&protocol, destination_port),
            |before| before.health_check.clone(),
        );
        let health_check = input
            .nested("health_check", |inner| check::read(inner, &health_check))
            .unwrap_or(health_check);
        let since_ms = before.map_or(now_ms, |before| before.since_ms);
        Self { protocol, listen_port, destination_port, is_proxied, health_check, http, since_ms }
    }

    pub(crate) fn certificates(&self) -> &[u64] {
        self.http.as_ref().map_or(&[], |http| &http.certificates)
    }

    pub(super) fn answer(&self) -> Value {
        let mut answer = json!({
            "protocol": self.protocol,
            "listen_port": self.listen_port,
            "destination_port": self.destination_port,
            "proxyprotocol": self.is_proxied,
            "health_check": self.health_check.answer(),
        });
        if let Some(http) = &self.http {
            answer["http"] = http.answer(self.protocol == "https");
        }
        answer
    }
}

fn http(input: &mut Input<'_>, protocol: &str, before: Option<&Http>) -> Option<Http> {
    if protocol != "http" && protocol != "https" {
        if input.value("http").is_some() {
            input.refuse("http", "is for the protocols http and https");
        }
        return None;
    }
    let is_secure = protocol == "https";
    let before = before.cloned().unwrap_or_default();
    let read = input.nested("http", |inner| Http::read(inner, &before, is_secure));
    Some(read.unwrap_or(before))
}

/// Reads a port.
pub(super) fn port(input: &mut Input<'_>, field: &str, otherwise: Option<u64>) -> u64 {
    if otherwise.is_none() && input.value(field).is_none() {
        input.refuse(field, "is required");
    }
    ranged(input, field, (1, 65_535), otherwise.unwrap_or(1))
}

/// Reads a number that must not be below the first one and not above the second.
pub(super) fn ranged(
    input: &mut Input<'_>,
    field: &str,
    (least, most): (u64, u64),
    otherwise: u64,
) -> u64 {
    let Some(number) = input.integer(field) else { return otherwise };
    match u64::try_from(number) {
        Ok(number) if (least..=most).contains(&number) => number,
        _ => {
            input.refuse(field, format!("must be between {least} and {most}"));
            otherwise
        }
    }
}
