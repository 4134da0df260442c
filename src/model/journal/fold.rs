//! Snapshot + record = snapshot.
//!
//! [`fold`] is for a record or two; whoever folds many keeps a [`Folder`], which knows who depends
//! on what, so that ten thousand objects leave the state in the time of ten thousand records.
//!
//! When the last object at an address leaves, what it was made from is spliced into whatever was
//! made from it, so that order survives. The edge to the address itself stays until the run is
//! closed, because a replacement that deletes first puts a new object there; at `Closed` the edges
//! to addresses at which nothing is recorded are dropped.

use super::{Entry, Intent, Record, Verb};
use crate::{
    address::{Address, Generation},
    snapshot::{Check, Instance, Object, Output, Snapshot},
    text::Text,
};
use links::Links;
use std::{collections::BTreeMap, fmt, sync::Arc};

mod links;
mod order;
#[cfg(test)]
mod tests;

/// A record that does not fit the snapshot before it: the journal is damaged or not ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldError {
    /// The number of the record.
    pub sequence: u64,
    /// What does not fit.
    pub problem: FoldProblem,
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoldProblem {
    /// The record's number does not follow the snapshot's.
    Gap {
        /// The number that was expected.
        expected: u64,
    },
    /// A record of another lineage, or of a state that has not begun.
    Lineage,
    /// An outcome without an intent.
    NoIntent(Address, Generation),
    /// A record about an object that is not recorded.
    NoObject(Address, Generation),
    /// An instance cannot move to where another one is.
    Occupied(Address),
}

impl fmt::Display for FoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "journal record {}: ", self.sequence)?;
        match &self.problem {
            FoldProblem::Gap { expected } => write!(f, "expected record {expected} here"),
            FoldProblem::Lineage => f.write_str("it belongs to another state"),
            FoldProblem::NoIntent(a, g) => write!(f, "`{a}` ({}) has no open intent", g.0),
            FoldProblem::NoObject(a, g) => write!(f, "`{a}` has no object {}", g.0),
            FoldProblem::Occupied(a) => write!(f, "`{a}` is already recorded"),
        }
    }
}

impl std::error::Error for FoldError {}

/// Folds one entry into a snapshot.
///
/// # Errors
///
/// If the entry does not fit; the snapshot is then unchanged.
pub fn fold(snapshot: &mut Snapshot, entry: &Entry) -> Result<(), FoldError> {
    let mut folder = Folder::new(std::mem::take(snapshot));
    let result = folder.fold(entry);
    *snapshot = folder.snapshot;
    result
}

/// A snapshot into which many entries are folded.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    snapshot: Snapshot,
    /// Who was made from what; built when it is first needed and then kept.
    links: Option<Links>,
    undo: Option<Undo>,
}

/// What takes a group of entries out of a [`Folder`] again.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    /// The instances as they were, in the order in which they were touched.
    instances: Vec<(Address, Option<Instance>)>,
    lineage: Text,
    sequence: u64,
    outputs: Option<BTreeMap<Text, Output>>,
    checks: Option<BTreeMap<Text, Check>>,
}

impl Undo {
    /// Returns the addresses that the group changed, those of spliced dependents included.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.instances.iter().map(|(address, _)| address)
    }
}

impl Folder {
    /// Returns a folder that goes on from a snapshot.
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, links: None, undo: None }
    }

    /// Returns the fold so far.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns the fold.
    pub fn into_snapshot(self) -> Snapshot {
        self.snapshot
    }

    /// Folds one entry.
    ///
    /// # Errors
    ///
    /// If it does not fit; the snapshot is then unchanged.
    pub fn fold(&mut self, entry: &Entry) -> Result<(), FoldError> {
        let expected = self.snapshot.sequence + 1;
        let error = |problem| FoldError { sequence: entry.sequence, problem };
        if entry.sequence != expected {
            return Err(error(FoldProblem::Gap { expected }));
        }
        self.apply(&entry.record).map_err(error)?;
        self.snapshot.sequence = expected;
        Ok(())
    }

    /// Folds a group of entries, all or none, and returns what takes them out again.
    ///
    /// # Errors
    ///
    /// If one does not fit; the snapshot is then unchanged.
    pub fn fold_group(&mut self, entries: &[Entry]) -> Result<Undo, FoldError> {
        let any = |wanted: fn(&Record) -> bool| entries.iter().any(|e| wanted(&e.record));
        let snapshot = &self.snapshot;
        self.undo = Some(Undo {
            instances: Vec::new(),
            lineage: snapshot.lineage.clone(),
            sequence: snapshot.sequence,
            outputs: any(|r| matches!(r, Record::Outputs(_))).then(|| snapshot.outputs.clone()),
            checks: any(|r| matches!(r, Record::Checked(_))).then(|| snapshot.checks.clone()),
        });
        let result = entries.iter().try_for_each(|entry| self.fold(entry));
        let undo = self.undo.take().unwrap_or_default();
        match result {
            Ok(()) => Ok(undo),
            Err(error) => {
                self.revert(undo);
                Err(error)
            }
        }
    }

    /// Takes the last group of entries out again.
    pub fn revert(&mut self, undo: Undo) {
        for (address, instance) in undo.instances.into_iter().rev() {
            self.replace(&address, instance);
        }
        self.snapshot.lineage = undo.lineage;
        self.snapshot.sequence = undo.sequence;
        if let Some(outputs) = undo.outputs {
            self.snapshot.outputs = outputs;
        }
        if let Some(checks) = undo.checks {
            self.snapshot.checks = checks;
        }
    }

    fn apply(&mut self, record: &Record) -> Result<(), FoldProblem> {
        match record {
            Record::Began { lineage } => {
                if !self.snapshot.lineage.is_empty() && self.snapshot.lineage != *lineage {
                    return Err(FoldProblem::Lineage);
                }
                self.snapshot.lineage = lineage.clone();
            }
            Record::Started(intent) => self.started(intent)?,
            Record::Finished { address, generation, object } => {
                self.close(address, *generation, |instance| {
                    if let Some(object) = object {
                        instance.objects.insert(*generation, object.clone());
                    }
                })?;
                if object.is_none() {
                    self.forget(address, Some(*generation));
                }
            }
            Record::Abandoned { address, generation } => {
                self.close(address, *generation, |_| ())?;
            }
            Record::Recorded { address, generation, object } => self.change(address, |instance| {
                instance.newest = instance.newest.max(*generation);
                instance.objects.insert(*generation, object.clone());
            }),
            Record::Deposed { address, generation } => self.depose(address, *generation)?,
            Record::Forgotten { address, generation } => self.forget(address, *generation),
            Record::Moved { from, to } => self.rename(from, to)?,
            Record::Outputs(outputs) => self.snapshot.outputs.clone_from(outputs),
            Record::Checked(checks) => self.snapshot.checks.clone_from(checks),
            Record::Closed => self.drop_dangling(),
        }
        Ok(())
    }

    /// Opens an intent; one that is open for the same object is the same step begun again.
    fn started(&mut self, intent: &Intent) -> Result<(), FoldProblem> {
        let (address, generation) = (&intent.address, intent.generation);
        if intent.verb != Verb::Create && self.object(address, generation).is_none() {
            return Err(FoldProblem::NoObject(address.clone(), generation));
        }
        self.change(address, |instance| {
            instance.newest = instance.newest.max(generation);
            instance.open.retain(|open| open.generation != generation);
            instance.open.push(intent.clone());
        });
        Ok(())
    }

    /// Closes the intent of an object and changes the instance further.
    fn close(
        &mut self,
        address: &Address,
        generation: Generation,
        change: impl FnOnce(&mut Instance),
    ) -> Result<(), FoldProblem> {
        let instance = self.snapshot.instances.get(address);
        let open = instance.and_then(|i| i.open.iter().position(|o| o.generation == generation));
        let open = open.ok_or_else(|| FoldProblem::NoIntent(address.clone(), generation))?;
        self.change(address, |instance| {
            instance.open.remove(open);
            change(instance);
        });
        Ok(())
    }

    fn depose(&mut self, address: &Address, generation: Generation) -> Result<(), FoldProblem> {
        if self.object(address, generation).is_none() {
            return Err(FoldProblem::NoObject(address.clone(), generation));
        }
        self.change(address, |instance| {
            if !instance.deposed.contains(&generation) {
                instance.deposed.push(generation);
                instance.deposed.sort_unstable();
            }
        });
        Ok(())
    }

    fn object(&self, address: &Address, generation: Generation) -> Option<&Arc<Object>> {
        self.snapshot.instances.get(address)?.objects.get(&generation)
    }

    /// Changes the instance at an address, a new one if there is none, and drops a vacant one.
    fn change(&mut self, address: &Address, change: impl FnOnce(&mut Instance)) {
        let before = self.snapshot.instances.remove(address);
        if let Some(undo) = &mut self.undo {
            undo.instances.push((address.clone(), before.clone()));
        }
        if let (Some(links), Some(before)) = (&mut self.links, &before) {
            links.remove(address, before);
        }
        let mut instance = before.unwrap_or_default();
        change(&mut instance);
        if instance.is_vacant() {
            return;
        }
        if let Some(links) = &mut self.links {
            links.add(address, &instance);
        }
        self.snapshot.instances.insert(address.clone(), instance);
    }

    fn replace(&mut self, address: &Address, instance: Option<Instance>) {
        self.change(address, |slot| *slot = instance.unwrap_or_default());
    }
}
