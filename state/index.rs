//! The index of large states for the lock's holder: where sled is used, and where it is not.
//!
//! Nothing depends on it: its absence, damage or lag costs a rebuild.
//! Small states have none, because a state that is read in milliseconds gains nothing from half a
//! megabyte of index; see [`OBJECTS_MIN`].

use crate::local::SealWith;
use infra_model::{address::Address, snapshot::Snapshot};
use std::{collections::BTreeSet, path::Path};

/// States with fewer instances have no index.
pub const OBJECTS_MIN: usize = 256;

/// What the index is to hold after a run.
#[derive(Debug)]
#[cfg_attr(not(feature = "sled"), allow(dead_code))]
pub(crate) struct Update<'a> {
    /// Where it lies.
    pub(crate) directory: &'a Path,
    /// How its entries are sealed.
    pub(crate) seal: &'a SealWith,
    /// The state.
    pub(crate) snapshot: &'a Snapshot,
    /// The sequence at which the run began.
    pub(crate) began_at: u64,
    /// The addresses that changed in the run.
    pub(crate) touched: &'a BTreeSet<Address>,
}

/// Brings the index to the state of an update, or says why not.
#[cfg(feature = "sled")]
pub(crate) fn update(update: &Update<'_>) -> Result<(), String> {
    if update.snapshot.instances.len() < OBJECTS_MIN && !update.directory.exists() {
        return Ok(());
    }
    crate::sled::update(update)
}

/// There is no index in this build.
#[cfg(not(feature = "sled"))]
pub(crate) fn update(_: &Update<'_>) -> Result<(), String> {
    Err("this build has no index".into())
}

/// Returns the instance at an address; `Err` if the index does not stand at a sequence.
#[cfg(feature = "sled")]
pub(crate) fn look_up(
    directory: &Path,
    seal: &SealWith,
    sequence: u64,
    address: &Address,
) -> Result<Option<infra_model::snapshot::Instance>, String> {
    crate::sled::look_up(directory, seal, sequence, address)
}

/// There is no index in this build.
#[cfg(not(feature = "sled"))]
pub(crate) fn look_up(
    _: &Path,
    _: &SealWith,
    _: u64,
    _: &Address,
) -> Result<Option<infra_model::snapshot::Instance>, String> {
    Err("this build has no index".into())
}
