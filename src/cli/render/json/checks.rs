//! Results of checks and conditions in the format of `show -json`: by what is written in the
//! configuration, and below that by instance.

use super::state::{index, mode};
use crate::project::Project;
use infra_lang::config::Configuration;
use infra_model::{
    address::{Address, ModuleAddress},
    snapshot::{Check, CheckStatus},
    text::Text,
};
use infra_plan::plan::{Plan, PlanMode};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What was checked, as it is written.
#[derive(Serialize)]
pub(super) struct CheckJson {
    address: Written,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
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

/// Returns the results of a plan, with what is written and was not looked at.
pub(super) fn planned_checks(plan: &Plan, project: &Project) -> Vec<CheckJson> {
    let mut found = checks(&plan.checks);
    let is_destroy = plan.mode == PlanMode::Destroy;
    // What has no instances holds; what was passed over is not known.
    let is_whole = !is_destroy && !plan.partial && plan.deferred.is_empty();
    let status = if is_whole { "pass" } else { "unknown" };
    for (address, is_root_output) in declared(project.configuration()) {
        let address = written(&address);
        if found.iter().any(|check| check.address.to_display == address.to_display) {
            continue;
        }
        let instance = InstanceJson {
            address: InstanceAddress {
                instance_key: None,
                module: None,
                to_display: address.to_display.clone(),
            },
            status,
            problems: Vec::new(),
        };
        let instances = if is_destroy && is_root_output { vec![instance] } else { Vec::new() };
        found.push(CheckJson { address, status, instances });
    }
    found.sort_by(|a, b| a.address.to_display.cmp(&b.address.to_display));
    found
}

/// Returns what has conditions, and whether it is an output of the root module.
fn declared(configuration: &Configuration) -> Vec<(Address, bool)> {
    let mut found = Vec::new();
    for place in &configuration.places {
        let module = &configuration.modules[place.module];
        let steps = place.path.iter();
        let path = steps.fold(String::new(), |path, name| format!("{path}module.{name}."));
        let mut add = |text: String, is_root_output: bool| {
            found
                .extend(format!("{path}{text}").parse().ok().map(|a: Address| (a, is_root_output)));
        };
        for name in module.checks.keys() {
            add(format!("check.{name}"), false);
        }
        let outputs = module.outputs.iter().filter(|(_, own)| !own.preconditions.is_empty());
        outputs.for_each(|(name, _)| add(format!("output.{name}"), place.path.is_empty()));
        let variables = module.variables.iter().filter(|(_, own)| !own.validations.is_empty());
        variables.for_each(|(name, _)| add(format!("var.{name}"), false));
        for (name, block) in &module.resources {
            let lifecycle = &block.lifecycle;
            if !lifecycle.preconditions.is_empty() || !lifecycle.postconditions.is_empty() {
                add(super::configuration::written(name), false);
            }
        }
    }
    found
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
