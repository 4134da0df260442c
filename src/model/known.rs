//! What is known in the course of a command: inputs, published values, and memos of evaluation.
//!
//! Two layers, each write-once: final values, and above them at most one layer of planned values.
//! Planning writes the upper layer, apply the lower one. The upper layer and its memos are dropped
//! when planning ends.

use crate::{
    address::{Address, AddressTable, InstanceId},
    text::Text,
    value::Value,
};
use std::{any::Any, collections::BTreeMap, sync::Arc};

/// What an evaluation may depend on besides the configuration's text.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The moment of the run in milliseconds since the Unix epoch: `plantimestamp()`.
    pub now_ms: u64,
    /// Seed of every random draw of the language.
    pub seed: [u8; 32],
    /// Values of root variables as given by flags, files and environment; not converted yet.
    pub variables: BTreeMap<Text, Value>,
    /// The name of the workspace.
    pub workspace: Text,
    /// Apply is running: `terraform.applying`, and impure functions give values.
    pub applying: bool,
}

/// The published values of one phase and what the evaluator remembers of it.
#[derive(Default)]
struct Layer {
    values: Vec<Option<Value>>,
    memo: Memo,
}

/// A place where the program keeps results of this layer; opaque to everyone else.
type Memo = Option<Box<dyn Any + Send>>;

/// All that is known.
#[derive(Default)]
pub struct Known {
    /// Addresses and their ids in this command.
    pub addresses: AddressTable,
    /// Inputs of the run.
    pub inputs: Arc<Inputs>,
    last: Layer,
    planned: Option<Layer>,
    /// Nodes evaluated, a counter for the benches.
    pub evaluations: u64,
    publications: u64,
}

impl Known {
    /// Returns an empty knowledge with inputs.
    pub fn new(inputs: Inputs) -> Self {
        Self { inputs: Arc::new(inputs), ..Self::default() }
    }

    /// Opens the layer of planned values; there must be none.
    pub fn begin_planning(&mut self) {
        debug_assert!(self.planned.is_none(), "there is at most one planned layer");
        self.planned = Some(Layer::default());
    }

    /// Drops the layer of planned values with its memos, and the memos of the final layer with it.
    pub fn end_planning(&mut self) {
        self.planned = None;
        self.last.memo = None;
    }

    /// Publishes the value of an instance in the upper open layer.
    ///
    /// # Panics
    ///
    /// If that layer has one already: what was built on it would be wrong.
    pub fn publish(&mut self, instance: InstanceId, value: Value) {
        self.publications += 1;
        let layer = self.planned.as_mut().unwrap_or(&mut self.last);
        layer.put(instance, value);
    }

    /// Publishes a final value, below the planned layer if one is open.
    ///
    /// # Panics
    ///
    /// As [`Self::publish`].
    pub fn publish_final(&mut self, instance: InstanceId, value: Value) {
        self.publications += 1;
        self.last.put(instance, value);
    }

    /// Returns how many values were published: while it stays the same, nothing became known.
    pub fn publications(&self) -> u64 {
        self.publications
    }

    /// Returns the planned value if there is one, else the final one.
    pub fn get(&self, instance: InstanceId) -> Option<&Value> {
        let planned = self.planned.as_ref().and_then(|layer| layer.get(instance));
        planned.or_else(|| self.last.get(instance))
    }

    /// Returns the value published for an address.
    pub fn value_at(&self, address: &Address) -> Option<&Value> {
        self.get(self.addresses.find(address)?)
    }

    /// Takes the program's memo of the upper open layer out; it is put back by [`Self::put_memo`].
    pub fn take_memo<M: Any + Send + Default>(&mut self) -> Box<M> {
        let layer = self.planned.as_mut().unwrap_or(&mut self.last);
        let memo = layer.memo.take().and_then(|memo| memo.downcast().ok());
        memo.unwrap_or_default()
    }

    /// Puts the program's memo back.
    pub fn put_memo<M: Any + Send>(&mut self, memo: Box<M>) {
        let layer = self.planned.as_mut().unwrap_or(&mut self.last);
        layer.memo = Some(memo);
    }
}

impl Layer {
    fn put(&mut self, instance: InstanceId, value: Value) {
        let index = instance.0 as usize;
        if self.values.len() <= index {
            self.values.resize(index + 1, None);
        }
        assert!(self.values[index].is_none(), "a layer is write-once");
        self.values[index] = Some(value);
    }

    fn get(&self, instance: InstanceId) -> Option<&Value> {
        self.values.get(instance.0 as usize)?.as_ref()
    }
}

#[cfg(test)]
mod tests;
