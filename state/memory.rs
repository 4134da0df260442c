//! The engine in memory: for simulation, for tests, and for rehearsals that leave nothing behind.
//!
//! It keeps the entries and the revisions of the process and folds them as the others do; clones
//! share one state, so that a "crashed" writer can be dropped and the state opened again.

use crate::{
    error::StateError,
    history,
    store::{
        Closed, Holder, Reading, Result, Revision, RevisionFiles, RevisionInfo, Store, Who, Writer,
    },
};
use infra_model::{
    diagnostic::Diagnostics,
    journal::{Entry, Folder, Record, Time},
    snapshot::Snapshot,
    wire,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A state in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    folder: Folder,
    entries: Vec<Entry>,
    revisions: Vec<Kept>,
    serial: u64,
    epoch: u64,
    holder: Option<Holder>,
}

#[derive(Debug)]
struct Kept {
    files: RevisionFiles,
    snapshot: Snapshot,
}

impl MemoryStore {
    /// Returns an empty state.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns all entries so far: the journal, for oracles of tests and simulations.
    pub fn entries(&self) -> Vec<Entry> {
        self.shared().entries.clone()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept<T>(&self, serial: u64, take: impl FnOnce(&Kept) -> T) -> Result<T> {
        let shared = self.shared();
        let found = shared.revisions.iter().find(|kept| kept.files.revision.serial == serial);
        found.map(take).ok_or(StateError::NoRevision { serial })
    }
}

impl Store for MemoryStore {
    fn read(&self) -> Result<Reading> {
        let shared = self.shared();
        Ok(Reading {
            snapshot: shared.folder.snapshot().clone(),
            serial: shared.serial,
            holder: shared.holder.clone(),
            warnings: Diagnostics::new(),
        })
    }

    fn at(&self, serial: u64) -> Result<Snapshot> {
        self.kept(serial, |kept| kept.snapshot.clone())
    }

    fn history(&self) -> Result<Vec<Revision>> {
        let shared = self.shared();
        Ok(shared.revisions.iter().rev().map(|kept| kept.files.revision.clone()).collect())
    }

    fn revision(&self, serial: u64) -> Result<RevisionFiles> {
        self.kept(serial, |kept| kept.files.clone())
    }

    fn lock(&self, who: Who) -> Result<Box<dyn Writer>> {
        let mut shared = self.shared();
        if let Some(holder) = &shared.holder {
            return Err(StateError::Locked(Box::new(holder.clone())));
        }
        shared.epoch += 1;
        let holder = Holder::new(who, shared.epoch);
        shared.holder = Some(holder.clone());
        let folder = shared.folder.clone();
        drop(shared);
        Ok(Box::new(MemoryWriter {
            store: self.clone(),
            holder,
            folder,
            warnings: Diagnostics::new(),
        }))
    }

    fn force_unlock(&self, id: &str) -> Result<()> {
        let shared = self.shared();
        match &shared.holder {
            Some(holder) if *holder.id == *id => Err(StateError::Locked(Box::new(holder.clone()))),
            Some(_) | None => Err(StateError::NotLocked { id: id.into() }),
        }
    }
}

#[derive(Debug)]
struct MemoryWriter {
    store: MemoryStore,
    holder: Holder,
    folder: Folder,
    warnings: Diagnostics,
}

impl Writer for MemoryWriter {
    fn epoch(&self) -> u64 {
        self.holder.epoch
    }

    fn snapshot(&self) -> &Snapshot {
        self.folder.snapshot()
    }

    fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    fn append(&mut self, records: &[Record], now: Time) -> Result<u64> {
        let entries =
            history::numbered(records, self.folder.snapshot().sequence, self.holder.epoch, now);
        let undo = self.folder.fold_group(&entries).map_err(StateError::Record)?;
        if let Err(error) = wire::encode_entries(&entries) {
            self.folder.revert(undo);
            return Err(StateError::Wire(error));
        }
        let mut shared = self.store.shared();
        for entry in entries {
            // The same entries were folded into the same snapshot just before.
            shared.folder.fold(&entry).map_err(StateError::Record)?;
            shared.entries.push(entry);
        }
        Ok(self.folder.snapshot().sequence)
    }

    fn close(mut self: Box<Self>, info: RevisionInfo) -> Result<Closed> {
        self.append(&[Record::Closed], info.at)?;
        let mut shared = self.store.shared();
        shared.serial += 1;
        let revision = history::revision(
            &info,
            &self.holder.who,
            shared.serial,
            self.folder.snapshot().sequence,
        );
        let files = RevisionFiles {
            revision: revision.clone(),
            configuration: info.configuration,
            plan: info.plan,
        };
        shared.revisions.push(Kept { files, snapshot: self.folder.snapshot().clone() });
        let surplus = shared.revisions.len().saturating_sub(history::REVISIONS_MAX);
        shared.revisions.drain(..surplus);
        drop(shared);
        Ok(Closed { revision, warnings: Diagnostics::new() })
    }
}

impl Drop for MemoryWriter {
    fn drop(&mut self) {
        self.store.shared().holder = None;
    }
}
