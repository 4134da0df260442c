//! Files in memory that remember every operation, fail on demand, and crash at any of them.

use infra_state::files::{Files, Held, Locking, Output, Sort};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

type Inode = usize;

#[derive(Clone, Debug)]
enum Operation {
    CreateDirectory(PathBuf),
    Create(PathBuf, Inode),
    Write(Inode, u64, Vec<u8>),
    SetLength(Inode, u64),
    Sync(Inode),
    /// A sync that failed: what was to be written stays to be seen, and no later sync writes it.
    Forget(Inode),
    Rename(PathBuf, PathBuf),
    /// A rename as a power failure leaves it: the name stands for a file, whatever became of the old.
    Moved(PathBuf, PathBuf, Inode),
    Remove(PathBuf),
    SyncDirectory(PathBuf),
}

/// What lies on a disk.
#[derive(Clone, Debug, Default)]
struct Disk {
    directories: BTreeSet<PathBuf>,
    names: BTreeMap<PathBuf, Inode>,
    contents: BTreeMap<Inode, Vec<u8>>,
}

impl Disk {
    fn grows_by(&self, operation: &Operation) -> bool {
        match operation {
            Operation::Create(..) | Operation::CreateDirectory(_) => true,
            Operation::Write(inode, at, bytes) => {
                usize::try_from(*at).unwrap() + bytes.len() > self.contents[inode].len()
            }
            _ => false,
        }
    }

    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateDirectory(path) => {
                self.directories.insert(path.clone());
            }
            Operation::Create(path, inode) => {
                self.names.insert(path.clone(), *inode);
                self.contents.entry(*inode).or_default();
            }
            Operation::Write(inode, at, bytes) => {
                let at = usize::try_from(*at).unwrap();
                let content = self.contents.entry(*inode).or_default();
                if content.len() < at + bytes.len() {
                    content.resize(at + bytes.len(), 0);
                }
                content[at..at + bytes.len()].copy_from_slice(bytes);
            }
            Operation::SetLength(inode, length) => {
                let length = usize::try_from(*length).unwrap();
                self.contents.entry(*inode).or_default().resize(length, 0);
            }
            Operation::Rename(from, to) => {
                if let Some(inode) = self.names.remove(from) {
                    self.names.insert(to.clone(), inode);
                }
            }
            Operation::Moved(from, to, inode) => {
                self.names.remove(from);
                self.names.insert(to.clone(), *inode);
            }
            Operation::Remove(path) => {
                self.names.remove(path);
            }
            Operation::Sync(_) | Operation::Forget(_) | Operation::SyncDirectory(_) => {}
        }
    }

    /// What lies in a directory that is not there is not there.
    fn drop_unreachable(&mut self) {
        let directories = std::mem::take(&mut self.directories);
        let above = |path: &Path| path.ancestors().skip(1).all(|above| directories.contains(above));
        self.names.retain(|path, _| above(path));
        self.directories = directories.iter().filter(|path| above(path)).cloned().collect();
    }
}

/// A failure to inject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// The operation that fails, counted from 0.
    pub(crate) at: usize,
    /// All that follow fail too.
    pub(crate) forever: bool,
    pub(crate) kind: io::ErrorKind,
}

#[derive(Debug, Default)]
struct Inner {
    /// What is durable from before.
    base: Disk,
    disk: Disk,
    log: Vec<Operation>,
    attempts: usize,
    fault: Option<Fault>,
    /// Files cannot be made or lengthened.
    full: bool,
    locked: BTreeSet<PathBuf>,
}

/// The files; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording(Arc<Mutex<Inner>>);

/// What a crash leaves of what was not made durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    /// The process dies: everything it did is there.
    Process,
    /// It dies in the middle of its last write.
    Torn,
    /// The power fails: nothing that was not synced is there.
    NothingMore,
    /// The power fails: names were written, contents were not.
    NamesOnly,
    /// The power fails: contents were written, names were not.
    ContentsOnly,
    /// The power fails: some of it was written, the names of each directory in their order.
    Some(u64),
    /// The power fails: some of it was written, names in any order.
    Mixed(u64),
}

pub(crate) const CRASHES: [Crash; 17] = [
    Crash::Process,
    Crash::Torn,
    Crash::NothingMore,
    Crash::NamesOnly,
    Crash::ContentsOnly,
    Crash::Some(1),
    Crash::Some(2),
    Crash::Some(3),
    Crash::Some(4),
    Crash::Some(5),
    Crash::Some(6),
    Crash::Some(7),
    Crash::Some(8),
    Crash::Mixed(1),
    Crash::Mixed(2),
    Crash::Mixed(3),
    Crash::Mixed(4),
];

impl Recording {
    pub(crate) fn new() -> Self {
        let files = Self::default();
        files.inner().disk.directories.insert(PathBuf::from("/"));
        files.inner().base.directories.insert(PathBuf::from("/"));
        files
    }

    pub(crate) fn shared(&self) -> Arc<dyn Files> {
        Arc::new(self.clone())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    /// Returns the number of operations so far, those that failed included.
    pub(crate) fn operations(&self) -> usize {
        self.inner().attempts
    }

    pub(crate) fn fail(&self, fault: Option<Fault>) {
        self.inner().fault = fault;
    }

    /// Leaves no room on the disk, or gives it back.
    pub(crate) fn fill(&self, full: bool) {
        self.inner().full = full;
    }

    /// Returns the names and contents of all files.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let inner = self.inner();
        let content = |inode| inner.disk.contents[inode].clone();
        inner.disk.names.iter().map(|(path, inode)| (path.clone(), content(inode))).collect()
    }

    /// Returns a copy in which one file has another content.
    pub(crate) fn with(&self, path: &Path, content: &[u8]) -> Self {
        let mut disk = self.inner().disk.clone();
        let inode = disk.names[path];
        disk.contents.insert(inode, content.into());
        Self::of(disk)
    }

    pub(crate) fn without(&self, path: &Path) -> Self {
        let mut disk = self.inner().disk.clone();
        disk.names.remove(path);
        Self::of(disk)
    }

    fn of(disk: Disk) -> Self {
        Self(Arc::new(Mutex::new(Inner { base: disk.clone(), disk, ..Inner::default() })))
    }

    /// Returns files on which the process died after a number of operations, and which remember them.
    pub(crate) fn killed(&self, operations: usize) -> Self {
        let inner = self.inner();
        let log = inner.log[..operations].to_vec();
        let mut disk = inner.base.clone();
        for operation in &log {
            disk.apply(operation);
        }
        let attempts = log.len();
        let base = inner.base.clone();
        Self(Arc::new(Mutex::new(Inner { base, disk, log, attempts, ..Inner::default() })))
    }

    /// Returns what a crash after a number of operations leaves.
    pub(crate) fn crashed(&self, operations: usize, crash: Crash) -> Self {
        let inner = self.inner();
        let log = &inner.log[..operations.min(inner.log.len())];
        let mut disk = inner.base.clone();
        match crash {
            Crash::Process => log.iter().for_each(|operation| disk.apply(operation)),
            Crash::Torn => {
                for (i, operation) in log.iter().enumerate() {
                    disk.apply(&if i + 1 == log.len() {
                        torn(operation)
                    } else {
                        operation.clone()
                    });
                }
            }
            Crash::NothingMore
            | Crash::NamesOnly
            | Crash::ContentsOnly
            | Crash::Some(_)
            | Crash::Mixed(_) => power_loss(log, crash, &mut disk),
        }
        Self::of(disk)
    }

    fn attempt(&self, operation: Operation) -> io::Result<()> {
        let mut inner = self.inner();
        let attempt = inner.attempts;
        inner.attempts += 1;
        let fault = inner.fault;
        let failed = fault.filter(|f| attempt == f.at || f.forever && attempt > f.at);
        if inner.full && inner.disk.grows_by(&operation) {
            inner.log.push(Operation::Sync(Inode::MAX));
            return Err(io::ErrorKind::StorageFull.into());
        }
        let (applied, result) = match failed {
            None => (Some(operation), Ok(())),
            Some(fault) => {
                let begun = match &operation {
                    // A failed write may have been begun.
                    Operation::Write(..) => Some(torn(&operation)),
                    Operation::Sync(inode) => Some(Operation::Forget(*inode)),
                    _ => None,
                };
                (begun, Err(fault.kind.into()))
            }
        };
        if let Some(applied) = applied {
            inner.disk.apply(&applied);
            inner.log.push(applied);
        } else {
            inner.log.push(Operation::Sync(Inode::MAX));
        }
        result
    }
}

fn torn(operation: &Operation) -> Operation {
    match operation {
        Operation::Write(inode, at, bytes) => {
            Operation::Write(*inode, *at, bytes[..bytes.len() / 2].to_vec())
        }
        other => other.clone(),
    }
}

/// Returns the other part of what a torn operation writes.
fn torn_at_its_begin(operation: &Operation) -> Operation {
    match operation {
        Operation::Write(inode, at, bytes) => {
            let half = bytes.len() / 2;
            Operation::Write(*inode, at + half as u64, bytes[half..].to_vec())
        }
        other => other.clone(),
    }
}

/// Does to a disk what was synced, and of the rest what a crash leaves: contents of files and names
/// in directories are lost apart from each other, and a directory with all that was in it.
fn power_loss(log: &[Operation], crash: Crash, disk: &mut Disk) {
    let mut contents: BTreeMap<Inode, Vec<&Operation>> = BTreeMap::new();
    let mut names: BTreeMap<PathBuf, Vec<Operation>> = BTreeMap::new();
    let parent = |path: &Path| path.parent().unwrap().to_path_buf();
    let mut seen = disk.clone();
    for operation in log {
        match operation {
            Operation::Write(inode, ..) | Operation::SetLength(inode, _) => {
                contents.entry(*inode).or_default().push(operation);
            }
            Operation::Create(path, inode) => {
                disk.contents.entry(*inode).or_default();
                names.entry(parent(path)).or_default().push(operation.clone());
            }
            // What gets the name is what had the other one, whether that was ever written or not.
            Operation::Rename(from, to) => {
                let inode = seen.names[from];
                let moved = Operation::Moved(from.clone(), to.clone(), inode);
                names.entry(parent(to)).or_default().push(moved);
            }
            Operation::CreateDirectory(path)
            | Operation::Remove(path)
            | Operation::Moved(path, ..) => {
                names.entry(parent(path)).or_default().push(operation.clone());
            }
            Operation::Sync(inode) => {
                contents.remove(inode).into_iter().flatten().for_each(|o| disk.apply(o));
            }
            Operation::Forget(inode) => drop(contents.remove(inode)),
            Operation::SyncDirectory(path) => {
                names.remove(path).into_iter().flatten().for_each(|o| disk.apply(&o));
            }
        }
        seen.apply(operation);
    }
    let mut draw = draws(crash, log.len());
    let is_random = matches!(crash, Crash::Some(_) | Crash::Mixed(_));
    for operation in contents.values().flatten() {
        if crash == Crash::ContentsOnly {
            disk.apply(operation);
        } else if is_random {
            match draw(6) {
                0..3 => disk.apply(operation),
                3 => disk.apply(&torn(operation)),
                4 => disk.apply(&torn_at_its_begin(operation)),
                _ => {}
            }
        }
    }
    for pending in names.values() {
        let kept = match crash {
            Crash::NamesOnly | Crash::Mixed(_) => pending.len(),
            Crash::Some(_) => draw(pending.len() + 1),
            _ => 0,
        };
        for operation in &pending[..kept] {
            if !matches!(crash, Crash::Mixed(_)) || draw(2) == 0 {
                disk.apply(operation);
            }
        }
    }
    disk.drop_unreachable();
}

/// Returns numbers below a bound, the same for the same crash.
fn draws(crash: Crash, operations: usize) -> impl FnMut(usize) -> usize {
    let mut seed = match crash {
        Crash::Some(seed) | Crash::Mixed(seed) => (seed << 32) + operations as u64 + 1,
        _ => 1,
    };
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    }
}

impl Files for Recording {
    fn sort(&self, path: &Path) -> io::Result<Sort> {
        let inner = self.inner();
        Ok(if inner.disk.directories.contains(path) {
            Sort::Directory
        } else if inner.disk.names.contains_key(path) {
            Sort::File
        } else {
            Sort::Missing
        })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let inner = self.inner();
        let inode = inner.disk.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(inner.disk.contents[inode].clone())
    }

    fn read_start(&self, path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
        let mut bytes = self.read(path)?;
        bytes.truncate(bytes_max);
        Ok(bytes)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let inner = self.inner();
        let inside = inner.disk.names.keys().filter(|path| path.parent() == Some(directory));
        Ok(inside.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect())
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        let above: Vec<&Path> = path.ancestors().collect();
        for directory in above.into_iter().rev() {
            if directory == path || self.sort(directory)? == Sort::Missing {
                self.attempt(Operation::CreateDirectory(directory.into()))?;
            }
        }
        Ok(())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        let inode = self.inner().disk.contents.last_key_value().map_or(0, |(last, _)| last + 1);
        self.attempt(Operation::Create(path.into(), inode))?;
        Ok(Box::new(RecordingFile { files: self.clone(), inode }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        let inode = *self.inner().disk.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(RecordingFile { files: self.clone(), inode }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.attempt(Operation::Rename(from.into(), to.into()))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        if !self.inner().disk.names.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.attempt(Operation::Remove(path.into()))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.attempt(Operation::SyncDirectory(path.into()))
    }

    fn lock(&self, path: &Path, how: Locking) -> io::Result<Option<Box<dyn Held>>> {
        if how == Locking::Alone && self.sort(path)? == Sort::Missing {
            let _made = self.create(path)?;
        }
        if self.sort(path)? == Sort::Missing {
            return Err(io::ErrorKind::NotFound.into());
        }
        if how == Locking::Wait {
            return Ok(Some(Box::new(RecordingLock { files: self.clone(), path: None })));
        }
        if self.inner().locked.contains(path) {
            return Ok(None);
        }
        let path = (how == Locking::Alone).then(|| path.to_path_buf());
        self.inner().locked.extend(path.clone());
        Ok(Some(Box::new(RecordingLock { files: self.clone(), path })))
    }
}

#[derive(Debug)]
struct RecordingLock {
    files: Recording,
    path: Option<PathBuf>,
}

impl Held for RecordingLock {}

impl Drop for RecordingLock {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            self.files.inner().locked.remove(path);
        }
    }
}

#[derive(Debug)]
struct RecordingFile {
    files: Recording,
    inode: Inode,
}

impl Output for RecordingFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.files.attempt(Operation::Write(self.inode, offset, bytes.into()))
    }

    fn set_length(&mut self, length: u64) -> io::Result<()> {
        self.files.attempt(Operation::SetLength(self.inode, length))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.files.attempt(Operation::Sync(self.inode))
    }
}
