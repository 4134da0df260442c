//! A kind described by data, with the few hooks that a type needs as functions.

use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts, Find, Kind, newer_record},
    schema::{Proposal, Schema, propose},
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns what is wrong with a desired value.
type Validate = fn(&Value) -> Diagnostics;
/// Returns the facts that a plan needs to know.
type Ask = fn(Option<&Value>, &Value) -> Vec<FactKey>;
/// Returns a plan from the one that the schema alone makes.
type Adjust = fn(Proposal, Option<&Value>, &Facts) -> Proposal;
/// Returns a value of an older version in today's form.
type Upgrade = fn(&Schema, &Value) -> Result<Value, Diagnostic>;

/// The kind.
pub(crate) struct Hooked {
    inner: SchemaKind,
    validate: Validate,
    ask: Ask,
    adjust: Adjust,
    upgrade: Upgrade,
}

impl Hooked {
    /// Returns a kind with a check of desired values.
    pub(crate) fn new(inner: SchemaKind, validate: Validate) -> Self {
        let (ask, adjust): (Ask, Adjust) = (|_, _| Vec::new(), |proposal, _, _| proposal);
        Self { inner, validate, ask, adjust, upgrade: |_, value| Ok(value.clone()) }
    }

    /// Says how the plan that the schema alone makes is changed.
    pub(crate) fn adjust(mut self, adjust: Adjust) -> Self {
        self.adjust = adjust;
        self
    }

    /// Says which facts that needs.
    pub(crate) fn ask(mut self, ask: Ask) -> Self {
        self.ask = ask;
        self
    }

    /// Says how an older record is read.
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

    fn facts(&self, prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        (self.ask)(prior, desired)
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        // Of a value that is not known as a whole, there is nothing to say.
        if desired.entries().is_none() { Vec::new() } else { (self.validate)(desired) }
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Proposal {
        (self.adjust)(propose(self.schema(), prior, desired), prior, facts)
    }

    fn upgrade(&self, version: u64, value: Value) -> Result<Value, Diagnostic> {
        let schema = self.schema();
        if version > schema.version {
            return Err(newer_record(self.name(), schema, version));
        }
        if version == schema.version { Ok(value) } else { (self.upgrade)(schema, &value) }
    }
}
