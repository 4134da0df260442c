//! `docker_container`: a container, from its request to its removal.
//!
//! ```text
//! desired value ──body──> request        inspected container ──seen──> value
//!                  \_________ canonical: do both mean the same? ________/
//! ```

mod around;
pub(crate) mod body;
pub(crate) mod canonical;
mod gpus;
mod health;
mod impact;
pub(crate) mod lifecycle;
mod mounts;
pub(crate) mod networks;
pub(crate) mod ports;
mod record;
mod resource;
pub(crate) mod schema;
pub(crate) mod seen;
mod simple;
pub(crate) mod update;
mod upload;
pub(crate) mod validate;

use crate::{bridge, inherited, schemas, upgrade};
use canonical::Sides;
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts, Find, Impact, ImpactOf, Kind},
    path::Path,
    schema::{Proposal, Schema, propose},
    value::Value,
};
use serde_json::Value as Json;

/// The type.
pub(crate) struct Container;

/// The pure half of `docker_container`.
pub(crate) struct ContainerKind {
    name: KindName,
    schema: Schema,
}

impl ContainerKind {
    /// Returns the kind.
    pub(crate) fn new() -> Self {
        Self { name: KindName("docker_container".into()), schema: schema::schema() }
    }
}

impl Kind for ContainerKind {
    fn name(&self) -> &KindName {
        &self.name
    }

    fn mode(&self) -> Mode {
        Mode::Managed
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn find(&self) -> Find {
        Find::Token
    }

    /// Images matter for a change only, and only if something differs that they may explain.
    fn facts(&self, prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        let Some(prior) = prior else { return Vec::new() };
        if !desired
            .entries()
            .is_some_and(|all| all.iter().any(|(name, v)| prior.get(name) != Some(v)))
        {
            return Vec::new();
        }
        let image = |value: &Value| value.get("image").and_then(Value::as_text).cloned();
        let mut keys: Vec<FactKey> = [image(prior), image(desired)]
            .into_iter()
            .flatten()
            .map(|i| inherited::key(&i))
            .collect();
        keys.dedup();
        keys
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        validate::validate(desired)
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Proposal {
        let Some(prior) = prior else { return propose(&self.schema, None, desired) };
        let (left, right) = (bridge::to_json(prior), self.with_defaults(desired));
        let image_of = |spec: &Json| bridge::text(spec, "image").map(str::to_owned);
        let settings = image_of(&right).and_then(|image| inherited::config(facts, &image));
        let sides = Sides { left: &left, right: &right, image: &settings.unwrap_or_default() };
        let id = |spec: &Json| image_of(spec).and_then(|image| inherited::id(facts, &image));
        let desired = schemas::aligned(Some(prior), desired, |name, _, _| match name {
            "image" => id(&left).is_some() && id(&left) == id(&right),
            name => !schema::OWN.contains(&name) && sides.is_same(name),
        });
        let mut proposal = propose(&self.schema, Some(prior), &desired);
        for name in update::stuck(&left, &bridge::to_json(&proposal.planned)) {
            let path = Path::attribute(name);
            let is_known = proposal.planned.get(name).is_some_and(Value::is_known);
            if is_known && !proposal.replace.contains(&path) {
                proposal.replace.push(path);
            }
        }
        proposal
    }

    fn upgrade(&self, version: u64, value: Value) -> Result<Value, Diagnostic> {
        upgrade::upgraded(&self.schema, version, value)
    }

    fn impact(&self, change: &ImpactOf<'_>) -> Vec<Impact> {
        impact::impact(change)
    }
}

impl ContainerKind {
    /// Returns a desired value with the defaults that its configuration leaves out.
    fn with_defaults(&self, desired: &Value) -> Json {
        let mut json = bridge::to_json(desired);
        for (name, attribute) in &self.schema.block.attributes {
            let is_open = desired.get(name).is_some_and(Value::is_null);
            if let Some(default) = attribute.default.as_ref().filter(|_| is_open) {
                json[&**name] = bridge::to_json(default);
            }
        }
        json
    }
}

/// Returns whether a container of this value is meant to be running.
pub(crate) fn must_run(spec: &Json) -> bool {
    spec.get("must_run").and_then(Json::as_bool).unwrap_or(true) && runs_on(spec)
}

/// Returns whether a container of this value runs on after its create: one that is not started, or
/// that is waited for, does not.
pub(crate) fn runs_on(spec: &Json) -> bool {
    spec.get("start").and_then(Json::as_bool) != Some(false) && !bridge::is_true(spec, "attach")
}
