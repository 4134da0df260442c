//! The labels by which our own objects are known: who made them, and for which address.
//!
//! They stand beside the labels of the user and are never shown as drift. Images and tags have no
//! labels of their own; they are known by their names.

use infra_model::journal::Intent;
use serde_json::{Map, Value as Json};

/// Before every label of ours.
const PREFIX: &str = "infra.";
/// The label by which a lost create is found again.
pub(crate) const TOKEN: &str = "infra.token";
/// The address at the time of the create, for people.
pub(crate) const ADDRESS: &str = "infra.address";
/// The generation at the time of the create, for people.
pub(crate) const GENERATION: &str = "infra.generation";
/// Set by tests on what they make, so that it can be swept away.
const TEST: &str = "infra.test";

/// Adds our labels to those of the user.
pub(crate) fn stamp(labels: &mut Map<String, Json>, intent: &Intent) {
    labels.insert(TOKEN.to_owned(), Json::from(&*intent.token));
    labels.insert(ADDRESS.to_owned(), Json::from(intent.address.to_string()));
    labels.insert(GENERATION.to_owned(), Json::from(intent.generation.0.to_string()));
}

/// Returns whether a label is ours and not the user's.
pub(crate) fn is_ours(label: &str) -> bool {
    label.starts_with(PREFIX) && label != TEST
}

/// Returns the token among the labels of an inspected object.
pub(crate) fn token(labels: Option<&Json>) -> Option<&str> {
    labels?.get(TOKEN)?.as_str()
}
