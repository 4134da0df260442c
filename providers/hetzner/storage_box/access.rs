//! By which ways a storage box or one of its accounts can be reached.

use crate::{
    consequences::{downtime, exposure, flag, updated},
    planning, schemas,
};
use infra_model::{
    kind::{Impact, ImpactOf},
    schema::Attribute,
    types::Type,
    value::Value,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The attribute that holds them.
const NAME: &str = "access_settings";

/// The settings by name.
pub(super) type Access = BTreeMap<String, Option<bool>>;

/// Returns the attribute: all is off unless the configuration says otherwise.
pub(super) fn attribute(names: &[&'static str]) -> Attribute {
    let parts = names.iter().map(|name| (*name, Type::Bool));
    let all_off = Value::object(names.iter().map(|name| (*name, Value::from(false))));
    Attribute::optional_computed(schemas::object(parts, names)).default(all_off)
}

/// Returns desired values in which what is not said is off.
pub(super) fn with_defaults(desired: &Value, names: &[&'static str]) -> Value {
    let defaults: Vec<_> = names.iter().map(|name| (*name, Value::from(false))).collect();
    planning::with_defaults(desired, NAME, &defaults)
}

/// Returns the settings that the API shows.
pub(super) fn seen(settings: &Json, names: &[&str]) -> Json {
    let one =
        |name: &&str| ((*name).to_owned(), Json::from(settings[*name].as_bool().unwrap_or(false)));
    Json::Object(names.iter().map(one).collect::<Map<_, _>>())
}

/// Returns whether something is allowed.
pub(super) fn is_on(settings: Option<&Access>, name: &str) -> bool {
    settings.and_then(|settings| settings.get(name).copied().flatten()).unwrap_or(false)
}

/// Tells what becomes reachable, and what does not stay so.
pub(super) fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some((before, after)) = updated(change) else { return Vec::new() };
    let (Some(before), Some(after)) = (before.get(NAME), after.get(NAME)) else {
        return Vec::new();
    };
    let name = |name: &str| match name {
        "reachable_externally" => "from outside of Hetzner's network".to_owned(),
        other => format!("by {}", other.trim_end_matches("_enabled").to_uppercase()),
    };
    let mut told = Vec::new();
    for (setting, _) in after.entries().unwrap_or_default() {
        // What is written to or hidden is no way in.
        if matches!(&**setting, "readonly" | "zfs_enabled") {
            continue;
        }
        match (flag(before, setting), flag(after, setting)) {
            (Some(false), Some(true)) => {
                told.push(exposure(format!("it becomes reachable {}", name(setting))));
            }
            (Some(true), Some(false)) => {
                told.push(downtime(format!("it is not reachable {} any more", name(setting))));
            }
            _ => {}
        }
    }
    told
}
