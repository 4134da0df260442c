//! Where a secondary zone is transferred from.

use crate::{rules, schemas};
use hcloud::models::{Nameserver as Body, nameserver::TsigAlgorithm};
use infra_model::{diagnostic::Diagnostics, types::Type, value::Value};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::net::IpAddr;

/// The port of a name server.
pub(super) const PORT: i64 = 53;

/// How transfers are signed.
const ALGORITHMS: [&str; 3] = ["hmac-md5", "hmac-sha1", "hmac-sha256"];

/// What is shown to nobody.
pub(crate) const SECRETS: [&str; 1] = ["tsig_key"];

/// One name server.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Nameserver {
    address: Option<String>,
    port: Option<i32>,
    tsig_algorithm: Option<String>,
    tsig_key: Option<String>,
}

impl Nameserver {
    /// Returns the body.
    pub(super) fn body(&self) -> Body {
        let algorithm = self.tsig_algorithm.as_deref().map(|name| match name {
            "hmac-md5" => TsigAlgorithm::Md5,
            "hmac-sha1" => TsigAlgorithm::Sha1,
            _ => TsigAlgorithm::Sha256,
        });
        Body {
            address: self.address.clone().unwrap_or_default(),
            port: self.port,
            tsig_algorithm: algorithm,
            tsig_key: self.tsig_key.clone(),
        }
    }
}

/// Returns the type of one.
pub(crate) fn ty() -> Type {
    schemas::object(
        [
            ("address", Type::String),
            ("port", Type::Number),
            ("tsig_algorithm", Type::String),
            ("tsig_key", Type::String),
        ],
        &["port", "tsig_algorithm", "tsig_key"],
    )
}

/// Returns those that the API shows.
pub(crate) fn seen(object: &Json) -> Vec<Json> {
    let all = object["primary_nameservers"].as_array().into_iter().flatten();
    let shown = all.map(|one| {
        json!({
            "address": one["address"], "port": one["port"].as_i64().unwrap_or(PORT),
            "tsig_algorithm": one["tsig_algorithm"], "tsig_key": one["tsig_key"],
        })
    });
    shown.collect()
}

/// Judges one.
pub(super) fn validate(one: &Value) -> Diagnostics {
    let mut found = rules::between(one, "port", 1, 65_535);
    found.extend(rules::one_of(one, "tsig_algorithm", &ALGORITHMS));
    if let Some(address) = rules::text(one, "address")
        && address.parse::<IpAddr>().is_err()
    {
        let summary = format!("`{address}` is no IP address");
        found.push(rules::wrong("address", summary, "give the address, not the name"));
    }
    if rules::is_given(one, "tsig_algorithm") != rules::is_given(one, "tsig_key") {
        let summary = "`tsig_algorithm` and `tsig_key` go together".to_owned();
        found.push(rules::wrong("address", summary, "give both, or none"));
    }
    found
}
