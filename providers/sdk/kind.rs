//! Kinds that are wholly described by data; those with hooks of their own implement
//! [`Kind`] and may keep one of these inside.

use infra_model::{
    address::{KindName, Mode},
    kind::{Find, Kind},
    path::Path,
    schema::{Block, Schema},
    text::Text,
};
use std::sync::Arc;

/// A kind without hooks: the default plan by its schema is all there is to it.
#[derive(Clone, Debug)]
pub struct SchemaKind {
    name: KindName,
    mode: Mode,
    schema: Schema,
    find: Find,
    batch_max: usize,
    holds_data: bool,
}

impl SchemaKind {
    /// Returns a resource type; lost creates are found by token unless said otherwise.
    pub fn managed(name: impl Into<Text>, block: Block) -> Self {
        Self::new(name, Mode::Managed, block)
    }

    /// Returns a data source.
    pub fn data(name: impl Into<Text>, block: Block) -> Self {
        Self::new(name, Mode::Data, block).local()
    }

    /// Returns an ephemeral resource type.
    pub fn ephemeral(name: impl Into<Text>, block: Block) -> Self {
        Self::new(name, Mode::Ephemeral, block).local()
    }

    fn new(name: impl Into<Text>, mode: Mode, block: Block) -> Self {
        Self {
            name: KindName(name.into()),
            mode,
            schema: Schema { version: 0, block },
            find: Find::Token,
            batch_max: 1,
            holds_data: false,
        }
    }

    /// Says which version of the recorded form the schema describes.
    #[must_use]
    pub fn version(mut self, version: u64) -> Self {
        self.schema.version = version;
        self
    }

    /// Says that these top-level attributes identify an object.
    #[must_use]
    pub fn natural_key(mut self, attributes: &[&str]) -> Self {
        self.find = Find::NaturalKey(attributes.iter().map(|a| Path::attribute(*a)).collect());
        self
    }

    /// Says that there is no outside object.
    #[must_use]
    pub fn local(mut self) -> Self {
        self.find = Find::Local;
        self
    }

    /// Says how many steps fit in one call.
    #[must_use]
    pub fn batches_of(mut self, steps: usize) -> Self {
        self.batch_max = steps;
        self
    }

    /// Says that objects hold data.
    #[must_use]
    pub fn holding_data(mut self) -> Self {
        self.holds_data = true;
        self
    }

    /// Returns it as the planner holds it.
    pub fn shared(self) -> Arc<dyn Kind> {
        Arc::new(self)
    }
}

impl Kind for SchemaKind {
    fn name(&self) -> &KindName {
        &self.name
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn find(&self) -> Find {
        self.find.clone()
    }

    fn batch_max(&self) -> usize {
        self.batch_max
    }

    fn holds_data(&self) -> bool {
        self.holds_data
    }
}
