//! What a container takes over from its image, as facts that the pure hooks can see.

use crate::{bridge, engine::Client, image};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{FactKey, Facts},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::Failure,
    resource::{FactSource, Refreshed, Seen, Thing},
};
use serde_json::{Value as Json, json};

/// Returns the key of the facts of an image, by name or id.
pub(crate) fn key(reference: &str) -> FactKey {
    FactKey(format!("image:{reference}").into())
}

/// Returns the name or id in a key of ours.
fn reference(key: &FactKey) -> Option<&str> {
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

/// Returns what was seen of things that are images under a name, with the facts of the images; what
/// there is no image of is gone.
pub(crate) fn refreshed<M: Clone>(
    recorded: &[Thing<M>],
    found: Vec<Option<Json>>,
    name: impl Fn(&M) -> &str,
    observed: impl Fn(M, &Json) -> M,
) -> Refreshed<M> {
    let mut refreshed = Refreshed::from(Vec::with_capacity(recorded.len()));
    for (Thing { model, .. }, image) in recorded.iter().zip(found) {
        refreshed.seen.push(match image {
            Some(image) => {
                refreshed.facts.insert(key(name(model)), facts(&image));
                Seen::Present(observed(model.clone(), &image))
            }
            None => Seen::Gone,
        });
    }
    refreshed
}

/// Learns the facts of images.
pub(crate) struct Images;

impl FactSource for Images {
    type Client = Client;

    async fn learn(
        engine: &Client,
        keys: Vec<FactKey>,
        _: &Control,
    ) -> Result<(Facts, Diagnostics), Failure> {
        let mut found = Facts::new();
        for key in keys {
            let Some(reference) = reference(&key) else { continue };
            // An image that is not there yet is no failure: it may be pulled in the same run.
            let image = image::inspect(engine, reference).await?.unwrap_or_default();
            found.insert(key, facts(&image));
        }
        Ok((found, Vec::new()))
    }
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
