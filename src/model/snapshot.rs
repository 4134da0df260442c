//! The recorded state: instances with their objects and open intents, outputs, checks.
//!
//! A snapshot is the fold of a journal, see [`crate::journal`]; how it is stored is the business of
//! the store. Values in it carry their marks; ephemeral values never enter it.

use crate::{
    address::{Address, Generation, KindName, ProviderAddress},
    journal::Intent,
    text::Text,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

/// All that is recorded of a workspace at a sequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Identity of the state, given at its first write; empty before.
    pub lineage: Text,
    /// Number of the last journal record in it; 0 before the first.
    pub sequence: u64,
    /// Instances by address, data sources included.
    pub instances: BTreeMap<Address, Instance>,
    /// Root outputs.
    pub outputs: BTreeMap<Text, Output>,
    /// Results of checks at the last run that evaluated them.
    pub checks: BTreeMap<Text, Check>,
}

/// An address with its objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instance {
    /// Objects by generation. The newest one is current unless it is in `deposed`.
    pub objects: BTreeMap<Generation, Arc<Object>>,
    /// Generations that were replaced and are not destroyed yet.
    pub deposed: Vec<Generation>,
    /// Intents without an outcome, oldest first.
    pub open: Vec<Intent>,
    /// The greatest generation ever given out here.
    pub newest: Generation,
}

/// What was recorded of one real thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its kind.
    pub kind: KindName,
    /// The provider instance that made it.
    pub provider: ProviderAddress,
    /// Its attributes in the form of the schema version, wholly known, with marks.
    pub value: Value,
    /// Bytes of the provider that are no attributes.
    pub private: Arc<[u8]>,
    /// The version of the schema that the value follows.
    pub schema_version: u64,
    /// Its creation did not finish, or a person said so: it will be replaced.
    pub tainted: bool,
    /// What it was made from: instances, or with a wildcard sets of them; direct ones only.
    pub needs: Arc<[Address]>,
    /// A delete is refused.
    pub prevent_destroy: bool,
    /// A replacement creates before it deletes.
    pub create_before_destroy: bool,
}

/// A root output.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its value; sensitive outputs carry the mark.
    pub value: Value,
}

/// The result of a check or condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// How it ended.
    pub status: CheckStatus,
    /// The messages of failed conditions.
    pub messages: Vec<Text>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckStatus {
    /// All its conditions held.
    Pass,
    /// A condition did not hold.
    Fail,
    /// A condition could not be evaluated.
    Error,
    /// It was not known in the end.
    Unknown,
}

impl CheckStatus {
    /// Returns how two conditions of the same thing end together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |status| match status {
            Self::Pass => 0,
            Self::Unknown => 1,
            Self::Error => 2,
            Self::Fail => 3,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl Check {
    /// Adds the results of more conditions of the same thing.
    pub fn extend(&mut self, more: Self) {
        self.status = self.status.and(more.status);
        let new = more.messages.into_iter().filter(|text| !self.messages.contains(text));
        let new: Vec<Text> = new.collect();
        self.messages.extend(new);
    }
}

impl Instance {
    /// Returns the current object and its generation, if there is one.
    pub fn current(&self) -> Option<(Generation, &Arc<Object>)> {
        let (generation, object) = self.objects.last_key_value()?;
        (!self.deposed.contains(generation)).then_some((*generation, object))
    }

    /// Returns the objects that were replaced and are still there, oldest first.
    pub fn deposed(&self) -> impl Iterator<Item = (Generation, &Arc<Object>)> {
        self.objects.iter().filter(|(g, _)| self.deposed.contains(g)).map(|(g, o)| (*g, o))
    }

    /// Returns whether nothing is left that needs a record.
    pub fn is_vacant(&self) -> bool {
        self.objects.is_empty() && self.open.is_empty()
    }
}

impl Snapshot {
    /// Returns the instance at an address.
    pub fn instance(&self, address: &Address) -> Option<&Instance> {
        self.instances.get(address)
    }

    /// Returns the current object at an address.
    pub fn current(&self, address: &Address) -> Option<&Arc<Object>> {
        self.instances.get(address)?.current().map(|(_, object)| object)
    }

    /// Returns all intents without an outcome.
    pub fn open_intents(&self) -> impl Iterator<Item = &Intent> {
        self.instances.values().flat_map(|instance| &instance.open)
    }

    /// Returns whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.instances.is_empty() && self.outputs.is_empty()
    }
}
