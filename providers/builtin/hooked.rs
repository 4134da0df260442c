//! A kind described by data, with functions where the schema does not say all.

use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts, Find, Kind, newer_record},
    schema::{Proposal, Schema, propose},
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns what is wrong with a desired value; unknown parts are not judged.
pub(crate) type Validate = fn(&Value) -> Diagnostics;
/// Returns the planned value from the schema, the recorded and the desired value.
pub(crate) type Planned = fn(&Schema, Option<&Value>, &Value) -> Proposal;
/// Returns the facts that a plan needs to know.
pub(crate) type Ask = fn(Option<&Value>, &Value) -> Vec<FactKey>;
/// Returns a plan from the one that was made without facts.
pub(crate) type Adjust = fn(Proposal, Option<&Value>, &Facts) -> Proposal;
/// Returns a recorded value of an older version in today's form.
pub(crate) type Upgrade = fn(&Schema, &Value) -> Result<Value, Diagnostic>;

/// A kind whose hooks are functions.
pub(crate) struct Hooked {
    inner: SchemaKind,
    validate: Validate,
    planned: Planned,
    ask: Ask,
    adjust: Adjust,
    upgrade: Upgrade,
}

impl Hooked {
    /// Returns a kind that does what its schema says.
    pub(crate) fn new(inner: SchemaKind) -> Self {
        Self {
            inner,
            validate: |_| Vec::new(),
            planned: propose,
            ask: |_, _| Vec::new(),
            adjust: |proposal, _, _| proposal,
            upgrade: |_, value| Ok(value.clone()),
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

    /// Says how facts change what is planned.
    #[must_use]
    pub(crate) fn adjust(mut self, adjust: Adjust) -> Self {
        self.adjust = adjust;
        self
    }

    /// Says which facts that needs.
    #[must_use]
    pub(crate) fn ask(mut self, ask: Ask) -> Self {
        self.ask = ask;
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

    fn facts(&self, prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        (self.ask)(prior, desired)
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        // Of a value that is not known as a whole, there is nothing to say.
        if desired.entries().is_none() { Vec::new() } else { (self.validate)(desired) }
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Proposal {
        (self.adjust)((self.planned)(self.schema(), prior, desired), prior, facts)
    }

    fn upgrade(&self, version: u64, value: Value) -> Result<Value, Diagnostic> {
        let schema = self.schema();
        if version > schema.version {
            return Err(newer_record(self.name(), schema, version));
        }
        if version == schema.version { Ok(value) } else { (self.upgrade)(schema, &value) }
    }
}
