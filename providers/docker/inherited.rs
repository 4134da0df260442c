//! What a container takes over from its image, as facts that the pure hooks can see.

use crate::bridge;
use infra_model::{
    kind::{FactKey, Facts},
    types::Type,
    value::Value,
};
use serde_json::{Value as Json, json};

/// Returns the key of the facts of an image, by name or id.
pub(crate) fn key(reference: &str) -> FactKey {
    FactKey(format!("image:{reference}").into())
}

/// Returns the name or id in a key of ours.
pub(crate) fn reference(key: &FactKey) -> Option<&str> {
    key.0.strip_prefix("image:")
}

/// Returns the facts of an inspected image: its id, its digests and its settings.
pub(crate) fn facts(image: &Json) -> Value {
    let digests = image.get("RepoDigests").cloned().unwrap_or_else(|| json!([]));
    let config = image.get("Config").cloned().unwrap_or_else(|| json!({}));
    let text = |value: &Json| Value::string(value.to_string());
    Value::object([
        ("id", Value::from(bridge::text(image, "Id").unwrap_or_default())),
        ("repo_digests", bridge::from_json(&Type::list(Type::String), &digests)),
        // The shape of the settings differs between engines, which a value's type must not.
        ("config", text(&config)),
    ])
}

/// Returns the id of an image, if its facts are known.
pub(crate) fn id(facts: &Facts, reference: &str) -> Option<String> {
    let found = facts.get(&key(reference))?;
    found.get("id")?.as_text().filter(|id| !id.is_empty()).map(ToString::to_string)
}

/// Returns the settings of an image, if its facts are known.
pub(crate) fn config(facts: &Facts, reference: &str) -> Option<Json> {
    let text = facts.get(&key(reference))?.get("config")?.as_text()?;
    serde_json::from_str(text).ok()
}
