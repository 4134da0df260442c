//! What the evaluator remembers within one layer of what is known.
//!
//! Lives in [`infra_model::known::Known`] and is dropped with its layer. Everything in it is filed by
//! number: module instances, then the index of the block in its module. A result that an
//! unpublished instance went into says so, and is made again once that is published.

use super::instances::Keys;
use crate::index::number;
use indexmap::IndexSet;
use infra_model::{
    address::{Address, InstanceId, InstanceKey, ModuleAddress, ProviderAddress},
    program::ProviderConfig,
    source::Span,
    value::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Something that a value was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Touch {
    /// An instance.
    Instance(InstanceId),
    /// A set of instances, by its index in [`Memo::sets`].
    Set(u32),
}

/// What went into a result.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// What it was made from, sorted, each once.
    pub(super) touched: Arc<[Touch]>,
    /// Those that were not published.
    pub(super) missing: Arc<[InstanceId]>,
    /// The number of publications when this was last known to be true.
    pub(super) stamp: u64,
}

/// A remembered value.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// How often a block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Once.
    Single,
    /// `count`.
    Count,
    /// `for_each`.
    Each,
    /// Not at all: `enabled` is false.
    Off,
    /// Not known yet.
    Unknown,
    /// It cannot be said, which was reported.
    Failed,
}

/// The instances of a resource or of a module call in one module instance.
#[derive(Clone, Debug)]
pub(super) struct Instances {
    pub(super) shape: Shape,
    /// Keys, sorted.
    pub(super) keys: Vec<InstanceKey>,
    /// The map of `for_each`, if it is not a set.
    pub(super) values: Option<Value>,
    /// Instances in the order of the keys; of a resource.
    pub(super) slots: Vec<Touch>,
    /// Module instances in the order of the keys; of a call. If the keys are unknown, one for all.
    pub(super) children: Vec<u32>,
    /// All of them at once.
    pub(super) all: Touch,
    /// What the keys were made from.
    pub(super) origin: Origin,
    /// The expression that says how often, or the block.
    pub(super) span: Span,
}

/// What `each` and `count` are.
#[derive(Clone, Debug, Default)]
pub(super) enum Repetition {
    /// Nothing.
    #[default]
    Once,
    /// The index.
    Count(u64),
    /// Key and value.
    Each(Value, Value),
    /// Not known.
    Unknown,
}

/// An expansion that is not known.
#[derive(Clone, Debug)]
pub(super) struct Waits {
    /// What it comes from.
    pub(super) touched: Arc<[Touch]>,
    /// Where it stands.
    pub(super) span: Span,
    /// It is an `enabled`.
    pub(super) is_enabled: bool,
}

/// One instance of a module.
#[derive(Debug)]
pub(super) struct ModuleInstance {
    pub(super) place: usize,
    pub(super) address: ModuleAddress,
    /// The calling instance and the index of the call.
    pub(super) parent: Option<(u32, usize)>,
    /// What `each` and `count` are for the inputs of the call.
    pub(super) repetition: Repetition,
    /// A key on the way here is not known.
    pub(super) is_wild: bool,
    /// What everything in here needs, because the call does.
    pub(super) needs: Arc<[Touch]>,
    /// What an unknown expansion on the way waits for, and where it stands.
    pub(super) waits: Option<Waits>,
    /// What a data source in here must not be read before: `depends_on` of the calls on the way.
    pub(super) explicit: Arc<[Touch]>,
    pub(super) variables: Vec<Option<Cell>>,
    pub(super) validated: Vec<bool>,
    pub(super) locals: Vec<Option<Cell>>,
    pub(super) outputs: Vec<Option<Cell>>,
    pub(super) calls: Vec<Option<Arc<Instances>>>,
    pub(super) resources: Vec<Option<Arc<Instances>>>,
    /// Resources as a whole.
    pub(super) wholes: Vec<Option<Cell>>,
}

/// Where an instance comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located {
    pub(super) module: u32,
    pub(super) resource: u32,
    pub(super) slot: u32,
}

/// All that is remembered.
#[derive(Debug, Default)]
pub(super) struct Memo {
    pub(super) modules: Vec<ModuleInstance>,
    /// Sets of instances that something was made from.
    pub(super) sets: IndexSet<Address>,
    /// By [`InstanceId`].
    pub(super) located: Vec<Option<Located>>,
    pub(super) providers: BTreeMap<ProviderAddress, (ProviderConfig, Origin)>,
    /// By module instance and provider block: the instances of that.
    pub(super) provider_each: BTreeMap<(u32, usize), Option<Arc<Keys>>>,
    /// What keys of provider instances that are not known come from.
    pub(super) wild_keys: BTreeMap<ProviderAddress, BTreeSet<Touch>>,
    /// Root variables were looked at.
    pub(super) is_started: bool,
    /// Tells programs apart, for knowledge that is handed from one to another.
    pub(super) owner: u64,
}

impl Memo {
    /// Returns the touch of a set of instances.
    pub(super) fn set(&mut self, address: Address) -> Touch {
        let (index, _) = self.sets.insert_full(address);
        Touch::Set(number(index))
    }

    /// Remembers where an instance comes from.
    pub(super) fn locate(&mut self, id: InstanceId, located: Located) {
        let index = id.0 as usize;
        if self.located.len() <= index {
            self.located.resize(index + 1, None);
        }
        self.located[index] = Some(located);
    }
}

impl Instances {
    /// Returns the position of a key.
    pub(super) fn position(&self, key: &InstanceKey) -> Option<usize> {
        self.keys.binary_search(key).ok()
    }

    /// Returns what `each` and `count` are for the instance at a position.
    pub(super) fn repetition(&self, position: usize) -> Repetition {
        match (self.shape, self.keys.get(position)) {
            (Shape::Single, _) => Repetition::Once,
            (_, Some(InstanceKey::Index(index))) => Repetition::Count(*index),
            (_, Some(InstanceKey::Name(name))) => {
                let key = Value::string(name.clone());
                let value = match &self.values {
                    Some(map) => map.get(name).cloned().unwrap_or_else(|| key.clone()),
                    None => key.clone(),
                };
                Repetition::Each(key, value)
            }
            _ => Repetition::Unknown,
        }
    }
}

/// Collects what goes into a value while it is made.
#[derive(Debug, Default)]
pub(super) struct Trace {
    touched: Vec<Touch>,
    missing: Vec<InstanceId>,
}

impl Trace {
    /// Adds one thing.
    pub(super) fn touch(&mut self, touch: Touch) {
        if self.touched.last() != Some(&touch) {
            self.touched.push(touch);
        }
    }

    /// Adds an instance that was not published.
    pub(super) fn miss(&mut self, id: InstanceId) {
        self.missing.push(id);
    }

    /// Adds everything that another result was made from.
    pub(super) fn absorb(&mut self, origin: &Origin) {
        self.touched.extend_from_slice(&origin.touched);
        self.missing.extend_from_slice(&origin.missing);
    }

    /// Adds things.
    pub(super) fn touch_all(&mut self, touched: &[Touch]) {
        self.touched.extend_from_slice(touched);
    }

    /// Returns what was collected.
    pub(super) fn finish(mut self, stamp: u64) -> Origin {
        self.touched.sort_unstable();
        self.touched.dedup();
        self.missing.sort_unstable();
        self.missing.dedup();
        Origin { touched: self.touched.into(), missing: self.missing.into(), stamp }
    }
}
