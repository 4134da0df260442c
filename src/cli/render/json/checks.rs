//! Results of checks and conditions in the format of `show -json`: by what is written in the
//! configuration, and below that by instance.

use super::state::{index, mode};
use infra_model::{
    address::{Address, ModuleAddress},
    snapshot::{Check, CheckStatus},
    text::Text,
};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What was checked, as it is written.
#[derive(Serialize)]
pub(super) struct CheckJson {
    address: Written,
    status: &'static str,
    instances: Vec<InstanceJson>,
}

#[derive(Serialize)]
struct Written {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    name: String,
    to_display: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    resource_kind: Option<String>,
}

#[derive(Serialize)]
struct InstanceJson {
    address: InstanceAddress,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct InstanceAddress {
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_key: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    to_display: String,
}

#[derive(Serialize)]
struct Problem {
    message: String,
}

/// Returns all results, in the order of what was checked.
pub(super) fn checks(all: &BTreeMap<Text, Check>) -> Vec<CheckJson> {
    let mut found: BTreeMap<String, Vec<(Address, &Check)>> = BTreeMap::new();
    for (name, check) in all {
        // Every name is an address, or reads like one: `check.health`, `module.a.output.url`.
        let Ok(address) = name.parse::<Address>() else { continue };
        found.entry(written(&address).to_display).or_default().push((address, check));
    }
    found.into_values().map(|instances| of_instances(&instances)).collect()
}

fn of_instances(instances: &[(Address, &Check)]) -> CheckJson {
    let worst = instances.iter().map(|(_, check)| check.status).max_by_key(|s| severity(*s));
    CheckJson {
        address: written(&instances[0].0),
        status: status(worst.unwrap_or(CheckStatus::Unknown)),
        instances: instances.iter().map(|(address, check)| instance(address, check)).collect(),
    }
}

fn instance(address: &Address, check: &Check) -> InstanceJson {
    let problem = |message: &Text| Problem { message: message.to_string() };
    InstanceJson {
        address: InstanceAddress {
            instance_key: index(&address.key),
            module: shown_module(&address.module),
            to_display: address.to_string(),
        },
        status: status(check.status),
        problems: check.messages.iter().map(problem).collect(),
    }
}

fn written(address: &Address) -> Written {
    let bare = address.without_keys();
    let (kind, is_resource) = match &*bare.kind.0 {
        "check" => ("check", false),
        "output" => ("output_value", false),
        "var" => ("var", false),
        _ => ("resource", true),
    };
    Written {
        kind,
        mode: is_resource.then(|| mode(bare.mode)),
        module: shown_module(&bare.module),
        name: bare.name.to_string(),
        to_display: bare.to_string(),
        resource_kind: is_resource.then(|| bare.kind.to_string()),
    }
}

fn shown_module(module: &ModuleAddress) -> Option<String> {
    (!module.is_root()).then(|| module.to_string())
}

fn status(status: CheckStatus) -> &'static str {
    match status {
        CheckStatus::Pass => "pass",
        CheckStatus::Fail => "fail",
        CheckStatus::Error => "error",
        CheckStatus::Unknown => "unknown",
    }
}

/// Of several instances the worst result counts.
fn severity(status: CheckStatus) -> u8 {
    match status {
        CheckStatus::Pass => 0,
        CheckStatus::Unknown => 1,
        CheckStatus::Fail => 2,
        CheckStatus::Error => 3,
    }
}
