//! Mocks: a provider that makes nothing, and kinds that plan as it answers.

mod connection;
mod values;

pub use connection::MockProvider;

use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostics,
    kind::{Facts, Find, Kind},
    schema::{Attribute, Block, Changes, Proposal, Schema, propose},
    text::Text,
    value::Value,
};
use std::sync::Arc;

/// What a mock gives for attributes that the configuration leaves to the provider.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Values by attribute, an object; what is not in it is drawn.
    pub values: Option<Value>,
    /// They are known while planning.
    pub at_plan: bool,
    /// The seed of what is drawn.
    pub seed: [u8; 32],
}

impl Given {
    /// Returns a value with everything filled in that is not known; `place` tells draws apart.
    /// What is given and does not fit stays unknown, and comes back as texts.
    pub fn fill(&self, value: &Value, place: &str) -> (Value, Vec<String>) {
        values::fill(value, self.values.as_ref(), (&self.seed, place))
    }
}

/// A kind under a mock: what is computed is given or drawn, and nothing is ever replaced.
pub struct MockKind {
    real: Arc<dyn Kind>,
    schema: Schema,
    given: Given,
    /// The address, which tells draws apart.
    place: Text,
}

impl MockKind {
    /// Returns the stand-in for a kind at an address.
    pub fn new(real: Arc<dyn Kind>, given: Given, place: Text) -> Self {
        let schema = calm(real.schema());
        Self { real, schema, given, place }
    }
}

/// Returns the schema with nothing in it that forces a replacement or changes by itself.
pub fn calm(schema: &Schema) -> Schema {
    fn block(inner: &Block) -> Block {
        let mut calmed = inner.clone();
        for attribute in calmed.attributes.values_mut() {
            let Attribute { replaces, changes, .. } = attribute;
            (*replaces, *changes) = (false, Changes::Stable);
        }
        for nested in calmed.blocks.values_mut() {
            nested.replaces = false;
            nested.block = block(&nested.block);
        }
        calmed
    }
    Schema { version: schema.version, block: block(&schema.block) }
}

impl Kind for MockKind {
    fn name(&self) -> &KindName {
        self.real.name()
    }

    fn mode(&self) -> Mode {
        self.real.mode()
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn find(&self) -> Find {
        Find::Local
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        self.real.validate(desired, &Facts::new())
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, _facts: &Facts) -> Proposal {
        let proposal = propose(&self.schema, prior, desired);
        let planned = if self.given.at_plan && prior.is_none() {
            // What does not fit is told when the mock is called.
            self.given.fill(&proposal.planned, &self.place).0
        } else {
            proposal.planned
        };
        Proposal { planned, replace: Vec::new() }
    }
}
