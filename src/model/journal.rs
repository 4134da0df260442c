//! The journal: what is written before and after each effect, and the fold that makes the snapshot.
//!
//! Records are the truth; a snapshot is derived. The fold is pure and total: a record that does not
//! fit the snapshot is reported, never guessed at.

use crate::{
    address::{Address, Generation, KindName, ProviderAddress},
    snapshot::{Check, Object, Output},
    text::Text,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

mod fold;

pub use fold::{FoldError, FoldProblem, Folder, Undo, fold};

/// A moment: milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// What a step does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Makes a new object.
    Create,
    /// Changes the object in place.
    Update,
    /// Destroys the object.
    Delete,
}

/// The promise to do something, durable before it is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// The instance.
    pub address: Address,
    /// The object: a new generation for a create, an existing one otherwise.
    pub generation: Generation,
    /// What will be done.
    pub verb: Verb,
    /// The kind of the object.
    pub kind: KindName,
    /// The provider instance that will be called.
    pub provider: ProviderAddress,
    /// The epoch of the lock under which it was written.
    pub epoch: u64,
    /// When it was written.
    pub at: Time,
    /// The natural key was seen to be free before.
    pub absent_before: bool,
    /// The desired value that is sent; null for a delete. What was marked stays marked.
    pub desired: Value,
    /// What the object is made from.
    pub needs: Arc<[Address]>,
    /// The token that the created object carries.
    pub token: Text,
}

/// A numbered record with its circumstances.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Number of the record, from 1, without gaps.
    pub sequence: u64,
    /// The epoch of the lock under which it was written.
    pub epoch: u64,
    /// When it was written.
    pub at: Time,
    /// What happened.
    pub record: Record,
}

/// What can happen to a state.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// The state begins.
    Began {
        /// Its lineage.
        lineage: Text,
    },
    /// An effect is about to be started.
    Started(Intent),
    /// An effect ended and this is the object now; `None` after a delete.
    Finished {
        /// The instance.
        address: Address,
        /// The object.
        generation: Generation,
        /// What is recorded of it.
        object: Option<Arc<Object>>,
    },
    /// An effect ended without a change: the intent is closed.
    Abandoned {
        /// The instance.
        address: Address,
        /// The object that the intent named.
        generation: Generation,
    },
    /// An object was read, imported, adopted, tainted or changed by hand: this is its record now.
    Recorded {
        /// The instance.
        address: Address,
        /// The object.
        generation: Generation,
        /// What is recorded of it.
        object: Arc<Object>,
    },
    /// An object became deposed: a newer one takes its place before it is destroyed.
    Deposed {
        /// The instance.
        address: Address,
        /// The object.
        generation: Generation,
    },
    /// An object leaves the state without being destroyed, or was found gone.
    Forgotten {
        /// The instance.
        address: Address,
        /// The object; `None` for everything at the address, open intents included.
        generation: Option<Generation>,
    },
    /// An instance has a new address.
    Moved {
        /// The old address.
        from: Address,
        /// The new address.
        to: Address,
    },
    /// The root outputs are now these.
    Outputs(BTreeMap<Text, Output>),
    /// Checks were evaluated; these are all results.
    Checked(BTreeMap<Text, Check>),
    /// A run ended; the store names a revision here.
    Closed,
}
