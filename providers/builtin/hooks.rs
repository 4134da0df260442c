//! Kinds described by data, with functions where the schema does not say all.

use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Facts, Find, Kind, newer_record},
    schema::{Proposal, Schema, propose},
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns what is wrong with a desired value; unknown parts are not judged.
pub(crate) type Validate = fn(&Value) -> Diagnostics;
/// Returns the planned value from the schema, the recorded and the desired value.
pub(crate) type Planned = fn(&Schema, Option<&Value>, &Value) -> Proposal;
/// Returns a recorded value of an older version in today's form.
pub(crate) type Upgrade = fn(&Schema, &Value) -> Value;

/// A kind whose hooks are functions.
pub(crate) struct Hooked {
    inner: SchemaKind,
    validate: Validate,
    planned: Planned,
    upgrade: Upgrade,
}

impl Hooked {
    /// Returns a kind that does what its schema says.
    pub(crate) fn new(inner: SchemaKind) -> Self {
        Self {
            inner,
            validate: |_| Vec::new(),
            planned: propose,
            upgrade: |_, value| value.clone(),
        }
    }

    /// Says what is wrong with a desired value.
    #[must_use]
    pub(crate) fn validate(mut self, validate: Validate) -> Self {
        self.validate = validate;
        self
    }

    /// Says what is planned.
    #[must_use]
    pub(crate) fn planned(mut self, planned: Planned) -> Self {
        self.planned = planned;
        self
    }

    /// Says how older records are read.
    #[must_use]
    pub(crate) fn upgrade(mut self, upgrade: Upgrade) -> Self {
        self.upgrade = upgrade;
        self
    }

    /// Returns it as the planner holds it.
    pub(crate) fn shared(self) -> Arc<dyn Kind> {
        Arc::new(self)
    }
}

impl Kind for Hooked {
    fn name(&self) -> &KindName {
        self.inner.name()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn find(&self) -> Find {
        self.inner.find()
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        (self.validate)(desired)
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, _facts: &Facts) -> Proposal {
        (self.planned)(self.schema(), prior, desired)
    }

    fn upgrade(&self, version: u64, value: Value) -> Result<Value, Diagnostic> {
        if version > self.schema().version {
            return Err(newer_record(self.name(), self.schema(), version));
        }
        if version == self.schema().version {
            return Ok(value);
        }
        Ok((self.upgrade)(self.schema(), &value))
    }
}
