//! The engine on local files.
//!
//! See the head of the crate for the files; [`replay`] reads them, [`writer`] appends, [`close`]
//! ends a run.

use crate::{
    error::{StateError, Written},
    files::{Files, Sort, SystemFiles},
    history::REVISIONS_MAX,
    index,
    seal::Key,
    store::{Holder, Reading, Result, Revision, RevisionFiles, Store, Who, Writer},
};
use disk::Disk;
use infra_model::{
    address::Address,
    snapshot::{Instance, Snapshot},
};
use keys::Keys;
use preamble::{FileSort, PREAMBLE_BYTES, Preamble};
use replay::Replayed;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use writer::{LocalWriter, Options};

mod append;
mod checkpoint;
mod close;
mod disk;
mod frame;
mod keys;
mod layout;
mod lock;
mod preamble;
mod replay;
mod reseal;
mod revisions;
pub mod sealed;
mod segment;
mod whole;
mod writer;

pub use disk::Figures;
#[cfg(feature = "sled")]
pub(crate) use frame::{pack, unpack};
pub(crate) use preamble::SealWith;

/// A state in a directory.
#[derive(Clone, Debug)]
pub struct LocalStore {
    disk: Disk,
    keys: Arc<Keys>,
    options: Options,
}

impl LocalStore {
    /// Returns the state in a directory, which is made when the state is first locked.
    ///
    /// With a key, what is written from now on is encrypted, and what lies there in clear is at the
    /// end of the next run.
    ///
    /// # Errors
    ///
    /// [`StateError::NotADirectory`] if the path names a file.
    pub fn open(directory: impl Into<PathBuf>, key: Option<Key>) -> Result<Self> {
        Self::open_on(Arc::new(SystemFiles), directory, key)
    }

    /// Returns the state in a directory of other files than the system's; it has no index.
    ///
    /// # Errors
    ///
    /// As [`LocalStore::open`].
    pub fn open_on(
        files: Arc<dyn Files>,
        directory: impl Into<PathBuf>,
        key: Option<Key>,
    ) -> Result<Self> {
        let disk = Disk::new(files, directory.into());
        if disk.sort("")? == Sort::File {
            return Err(StateError::NotADirectory { path: disk.root().into() });
        }
        let options = Options { revisions_max: REVISIONS_MAX, index: false };
        Ok(Self { disk, keys: Arc::new(Keys::new(key)), options })
    }

    /// Returns this store keeping another number of revisions, at least one.
    #[must_use]
    pub fn keeping(mut self, revisions_max: usize) -> Self {
        self.options.revisions_max = revisions_max.max(1);
        self
    }

    /// Returns this store with the index of large states, which needs the system's files.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        self.options.index = cfg!(feature = "sled");
        self
    }

    /// Returns whether what is written from now on is encrypted.
    pub fn encrypts(&self) -> bool {
        self.keys.encrypts()
    }

    /// Returns what was done to the disk since the store was opened, by all writers of it.
    pub fn figures(&self) -> Figures {
        self.disk.figures()
    }

    /// Returns the instance at an address as the lock's holder finds it, by the index if it stands
    /// where the state does, otherwise by reading the state.
    ///
    /// # Errors
    ///
    /// As [`Store::lock`].
    pub fn look_up(&self, who: Who, address: &Address) -> Result<Option<Instance>> {
        let _lock = lock::Lock::take(&self.disk, who)?;
        if let Some((sequence, seal)) = self.closed_at()?
            && let Ok(found) =
                index::look_up(&self.disk.path(layout::INDEX), &seal, sequence, address)
        {
            return Ok(found);
        }
        let replayed = replay::read(&self.disk, &self.keys, None)?;
        Ok(replayed.folder.snapshot().instance(address).cloned())
    }

    /// Returns where the state stands if that can be told without reading it: its newest file is a
    /// checkpoint.
    fn closed_at(&self) -> Result<Option<(u64, SealWith)>> {
        let last = layout::numbers(&self.disk.list(layout::CHECKPOINTS)?).pop().unwrap_or_default();
        let segment = layout::numbers(&self.disk.list(layout::JOURNAL)?).pop().unwrap_or_default();
        let name = format!("{}/{}", layout::CHECKPOINTS, layout::checkpoint(last));
        if segment > last {
            return Ok(None);
        }
        let Some(start) = self.disk.read_start(&name, PREAMBLE_BYTES)? else { return Ok(None) };
        let preamble = Preamble::read(&start, FileSort::Checkpoint, last, &self.disk.path(&name))?;
        Ok(Some((last, self.keys.seal_with(preamble.identity)?)))
    }

    /// Returns the sequence at which a revision ended.
    fn end_of(&self, serial: u64) -> Result<u64> {
        let revisions = self.history()?;
        let found = revisions.iter().find(|revision| revision.serial == serial);
        found.map(|revision| revision.last_sequence).ok_or(StateError::NoRevision { serial })
    }

    /// Adds the revisions whose files are gone or damaged, from the segments that they ended.
    fn add_from_segments(&self, revisions: &mut BTreeMap<u64, Revision>) -> Result<()> {
        for first in layout::numbers(&self.disk.list(layout::JOURNAL)?) {
            let name = format!("{}/{}", layout::JOURNAL, layout::segment(first));
            let Some(bytes) = self.disk.read(&name)? else { continue };
            let path = self.disk.path(&name);
            let place = (path.as_path(), &*self.keys);
            // What is damaged here says nothing of the history, and nothing else asks for it.
            let Ok(scanned) = segment::scan(&bytes, first, place, &mut |_| Ok(())) else {
                continue;
            };
            if let Some(revision) = scanned.revision {
                revisions.entry(revision.serial).or_insert(revision);
            }
        }
        Ok(())
    }
}

impl Store for LocalStore {
    fn read(&self) -> Result<Reading> {
        let before: Option<Holder> = lock::live_holder(&self.disk);
        let Replayed { folder, serial, torn, mut warnings, .. } =
            replay::read(&self.disk, &self.keys, None)?;
        let holder = lock::live_holder(&self.disk).or(before);
        if torn && holder.is_none() {
            warnings.push(replay::cut_off());
        }
        Ok(Reading { snapshot: folder.into_snapshot(), serial, holder, warnings })
    }

    fn at(&self, serial: u64) -> Result<Snapshot> {
        let end = self.end_of(serial)?;
        Ok(replay::read(&self.disk, &self.keys, Some(end))?.folder.into_snapshot())
    }

    fn history(&self) -> Result<Vec<Revision>> {
        let newest = replay::read(&self.disk, &self.keys, None)?.serial;
        let serials = layout::numbers(&self.disk.list(layout::HISTORY)?);
        let mut revisions = BTreeMap::new();
        for serial in serials.into_iter().filter(|serial| *serial <= newest) {
            match revisions::read_start(&self.disk, &self.keys, serial) {
                Ok(revision) => revisions.extend(revision.map(|revision| (serial, revision))),
                Err(StateError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let oldest = (newest + 1).saturating_sub(self.options.revisions_max as u64).max(1);
        if (oldest..=newest).any(|serial| !revisions.contains_key(&serial)) {
            self.add_from_segments(&mut revisions)?;
        }
        Ok(revisions.into_values().rev().collect())
    }

    fn revision(&self, serial: u64) -> Result<RevisionFiles> {
        let files = revisions::read(&self.disk, &self.keys, serial)?;
        files.ok_or(StateError::NoRevision { serial })
    }

    fn lock(&self, who: Who) -> Result<Box<dyn Writer>> {
        // Whatever fails here fails before the first record.
        let opened = LocalWriter::open(&self.disk, &self.keys, who, self.options);
        Ok(Box::new(opened.map_err(|error| error.having(Written::Nothing))?))
    }

    fn force_unlock(&self, id: &str) -> Result<()> {
        lock::clear(&self.disk, id)
    }
}
