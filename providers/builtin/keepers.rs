//! Maps whose change causes a new object: `keepers` and `triggers`.
//!
//! Old versions of the ecosystem's providers recorded no null values in them, so a null value that
//! is new is no reason for a new object; it is taken into the record in place.

use infra_model::{
    path::Path,
    schema::{Proposal, Schema, propose},
    value::Value,
};

/// Returns the proposal of a schema in which `keepers` replaces.
pub(crate) fn with_keepers(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    tolerant(propose(schema, prior, desired), (prior, desired), "keepers")
}

/// Returns the proposal of a schema in which `triggers` replaces.
pub(crate) fn with_triggers(schema: &Schema, prior: Option<&Value>, desired: &Value) -> Proposal {
    tolerant(propose(schema, prior, desired), (prior, desired), "triggers")
}

/// Returns a proposal without the replacement that new null values in a map would cause.
pub(crate) fn tolerant(
    mut proposal: Proposal,
    (prior, desired): (Option<&Value>, &Value),
    name: &str,
) -> Proposal {
    let recorded = prior.and_then(|prior| prior.get(name));
    if let (Some(recorded), Some(desired)) = (recorded, desired.get(name))
        && only_nulls_are_new(recorded, desired)
    {
        proposal.replace.retain(|path| *path != Path::attribute(name));
    }
    proposal
}

fn only_nulls_are_new(recorded: &Value, desired: &Value) -> bool {
    if !desired.is_known() {
        return false;
    }
    let plain = |value: &Value| value.clone().unmark_deep().0;
    let (recorded, desired) = (plain(recorded), plain(desired));
    let (before, after) =
        (recorded.entries().unwrap_or_default(), desired.entries().unwrap_or_default());
    let is_nothing_new = |key: &str, value: &Value| match recorded.get(key) {
        Some(before) => before == value || before.is_null() && value.is_null(),
        None => value.is_null(),
    };
    before.iter().all(|(key, _)| desired.get(key).is_some())
        && after.iter().all(|(key, value)| is_nothing_new(key, value))
}
