//! The directory of one state: names instead of paths, our errors instead of the system's, counters.

use crate::{
    error::StateError,
    files::{Files, Held, Locking, Output, Sort, sync_above},
    store::Result,
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The ending of a file that is not in its place yet.
const UNFINISHED: &str = ".tmp";

/// What was done to a disk since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Groups of records made durable.
    pub appends: u64,
    /// Files synced.
    pub file_syncs: u64,
    /// Directories synced.
    pub directory_syncs: u64,
    /// Bytes of journal records as they are before they are compressed.
    pub bytes_recorded: u64,
    /// Bytes written, zeros that set room aside included.
    pub bytes_written: u64,
}

#[derive(Debug, Default)]
struct Counters {
    appends: AtomicU64,
    file_syncs: AtomicU64,
    directory_syncs: AtomicU64,
    bytes_recorded: AtomicU64,
    bytes_written: AtomicU64,
}

/// The directory of a state.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    files: Arc<dyn Files>,
    root: PathBuf,
    counters: Arc<Counters>,
}

impl Disk {
    pub(super) fn new(files: Arc<dyn Files>, root: PathBuf) -> Self {
        Self { files, root, counters: Arc::default() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the path of a file; the empty name is the directory itself.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.root.clone() } else { self.root.join(name) }
    }

    /// Makes the names of the directory and of those above it durable.
    pub(super) fn sync_above(&self) -> Result<()> {
        let synced = sync_above(&*self.files, &self.root);
        synced.map_err(|(above, error)| StateError::io("sync", above, error))
    }

    pub(super) fn figures(&self) -> Figures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Figures {
            appends: read(&self.counters.appends),
            file_syncs: read(&self.counters.file_syncs),
            directory_syncs: read(&self.counters.directory_syncs),
            bytes_recorded: read(&self.counters.bytes_recorded),
            bytes_written: read(&self.counters.bytes_written),
        }
    }

    pub(super) fn count_append(&self) {
        self.counters.appends.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn sort(&self, name: &str) -> Result<Sort> {
        let path = self.path(name);
        self.files.sort(&path).map_err(|e| StateError::io("look at", path, e))
    }

    /// Returns a file's content; `None` if there is no such file.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(name);
        found(self.files.read(&path)).map_err(|e| StateError::io("read", path, e))
    }

    /// Returns the beginning of a file; `None` if there is no such file.
    pub(super) fn read_start(&self, name: &str, bytes_max: usize) -> Result<Option<Vec<u8>>> {
        let path = self.path(name);
        found(self.files.read_start(&path, bytes_max)).map_err(|e| StateError::io("read", path, e))
    }

    /// Returns the finished files of a directory.
    pub(super) fn list(&self, directory: &str) -> Result<Vec<String>> {
        let mut names = self.list_all(directory)?;
        names.retain(|name| !name.ends_with(UNFINISHED));
        Ok(names)
    }

    fn list_all(&self, directory: &str) -> Result<Vec<String>> {
        let path = self.path(directory);
        self.files.list(&path).map_err(|e| StateError::io("list", path, e))
    }

    /// Removes what a crash left unfinished in a directory.
    pub(super) fn sweep(&self, directory: &str) -> Result<()> {
        for name in self.list_all(directory)?.iter().filter(|name| name.ends_with(UNFINISHED)) {
            self.remove(&format!("{directory}/{name}"))?;
        }
        Ok(())
    }

    pub(super) fn create_directory(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        self.files.create_directory(&path).map_err(|e| StateError::io("create", path, e))
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        found(self.files.remove(&path)).map(drop).map_err(|e| StateError::io("remove", path, e))
    }

    pub(super) fn sync_directory(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        self.counters.directory_syncs.fetch_add(1, Ordering::Relaxed);
        self.files.sync_directory(&path).map_err(|e| StateError::io("sync", path, e))
    }

    /// Puts a whole file in its place, durably: it is there wholly or not at all.
    pub(super) fn place(&self, directory: &str, name: &str, bytes: &[u8]) -> Result<Placed> {
        let placed = self.place_lightly(directory, name, bytes, true)?;
        self.sync_directory(directory)?;
        Ok(placed)
    }

    /// Puts a whole file in its place; without `sync`, a power failure may undo or empty it.
    pub(super) fn place_lightly(
        &self,
        directory: &str,
        name: &str,
        bytes: &[u8],
        sync: bool,
    ) -> Result<Placed> {
        let name = if directory.is_empty() { name.into() } else { format!("{directory}/{name}") };
        let unfinished = format!("{name}{UNFINISHED}");
        let (from, to) = (self.path(&unfinished), self.path(&name));
        let output =
            self.files.create(&from).map_err(|e| StateError::io("create", from.clone(), e))?;
        let mut placed = Placed { output, path: to.clone(), counters: self.counters.clone() };
        let written = placed.write_at(0, bytes);
        let written = written.and_then(|()| if sync { placed.sync() } else { Ok(()) });
        let written = written.and_then(|()| {
            self.files.rename(&from, &to).map_err(|e| StateError::io("rename", to, e))
        });
        match written {
            Ok(()) => Ok(placed),
            Err(error) => {
                // On a full disk the room that it took is worth more than it is.
                let _unneeded = self.files.remove(&from);
                Err(error)
            }
        }
    }

    pub(super) fn open(&self, name: &str) -> Result<Placed> {
        let path = self.path(name);
        let output = self.files.open(&path).map_err(|e| StateError::io("open", path.clone(), e))?;
        Ok(Placed { output, path, counters: self.counters.clone() })
    }

    pub(super) fn lock(&self, name: &str, how: Locking) -> Result<Option<Box<dyn Held>>> {
        let path = self.path(name);
        self.files.lock(&path, how).map_err(|e| StateError::io("lock", path, e))
    }
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A file in its place, open for writing.
#[derive(Debug)]
pub(super) struct Placed {
    output: Box<dyn Output>,
    path: PathBuf,
    counters: Arc<Counters>,
}

impl Placed {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Counts a frame of records, by its length before it is compressed.
    pub(super) fn count_recorded(&self, length: usize) {
        self.counters.bytes_recorded.fetch_add(length as u64, Ordering::Relaxed);
    }

    pub(super) fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<()> {
        self.counters.bytes_written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let written = self.output.write_at(offset, bytes);
        written.map_err(|e| StateError::io("write", self.path.clone(), e))
    }

    pub(super) fn set_length(&mut self, length: u64) -> Result<()> {
        let set = self.output.set_length(length);
        set.map_err(|e| StateError::io("cut", self.path.clone(), e))
    }

    pub(super) fn sync(&mut self) -> Result<()> {
        self.counters.file_syncs.fetch_add(1, Ordering::Relaxed);
        self.output.sync().map_err(|e| StateError::io("sync", self.path.clone(), e))
    }
}
