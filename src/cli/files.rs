//! The file system as the language sees it: read once, remembered, and digested.
//!
//! Every answer is kept, so that one run never sees two versions of a file; what was read becomes
//! the plan's source snapshot, which replays the same answers at apply.

use infra_model::{
    sources::{SourceError, Sources, Stat},
    text::Text,
};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// The greatest size of a file that the language reads, in bytes.
pub const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

type Read = Result<Arc<[u8]>, SourceError>;
type Listed = Result<Vec<(Text, Stat)>, SourceError>;

/// What was read, by the path as the language named it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// Files and their bytes, or why they could not be read.
    pub files: BTreeMap<Text, Read>,
    /// Directories and their entries.
    pub directories: BTreeMap<Text, Listed>,
    /// What stood at a path.
    pub stats: BTreeMap<Text, Result<Stat, SourceError>>,
}

/// The files below a working directory.
pub struct FileSources {
    directory: PathBuf,
    home: Option<Text>,
    captured: Mutex<Captured>,
    /// Answers come from the capture alone: the plan's snapshot is being replayed.
    replaying: bool,
}

impl FileSources {
    /// Returns the files as they are now.
    pub fn new(directory: PathBuf, home: Option<Text>) -> Self {
        Self { directory, home, captured: Mutex::default(), replaying: false }
    }

    /// Returns the files as they were when a plan was made.
    pub fn replay(directory: PathBuf, home: Option<Text>, captured: Captured) -> Self {
        Self { directory, home, captured: Mutex::new(captured), replaying: true }
    }

    /// Returns everything that was read so far.
    pub fn captured(&self) -> Captured {
        self.captured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn absolute(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    fn not_captured(path: &str) -> SourceError {
        error(path, "the plan was made without reading it")
    }
}

impl Sources for FileSources {
    fn read(&self, path: &str) -> Read {
        let mut captured = self.captured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = captured.files.get(path) {
            return known.clone();
        }
        if self.replaying {
            return Err(Self::not_captured(path));
        }
        let read = read_file(path, &self.absolute(path));
        captured.files.insert(Text::from(path), read.clone());
        read
    }

    fn share(&self, path: &str, text: &Text) {
        let mut captured = self.captured.lock().unwrap_or_else(PoisonError::into_inner);
        // Bytes that are no text were read as another one.
        if let Some(Ok(bytes)) = captured.files.get_mut(path)
            && **bytes == *text.as_bytes()
        {
            *bytes = Arc::from(Text::clone(text));
        }
    }

    fn list(&self, path: &str) -> Listed {
        let mut captured = self.captured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = captured.directories.get(path) {
            return known.clone();
        }
        if self.replaying {
            return Err(Self::not_captured(path));
        }
        let listed = list_directory(&self.absolute(path)).map_err(|e| error(path, &e.to_string()));
        captured.directories.insert(Text::from(path), listed.clone());
        listed
    }

    fn stat(&self, path: &str) -> Result<Stat, SourceError> {
        let mut captured = self.captured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = captured.stats.get(path) {
            return known.clone();
        }
        if self.replaying {
            return Err(Self::not_captured(path));
        }
        let stat = stat_path(&self.absolute(path)).map_err(|e| error(path, &e.to_string()));
        captured.stats.insert(Text::from(path), stat.clone());
        stat
    }

    fn working_directory(&self) -> Text {
        Text::from(self.directory.to_string_lossy())
    }

    fn home_directory(&self) -> Option<Text> {
        self.home.clone()
    }
}

fn error(path: &str, reason: &str) -> SourceError {
    SourceError { path: Text::from(path), reason: Text::from(reason) }
}

fn read_file(name: &str, path: &Path) -> Read {
    let failed = |e: io::Error| error(name, &e.to_string());
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(error(name, "it is not a regular file"));
    }
    if metadata.len() > FILE_BYTES_MAX {
        let reason = format!("it is larger than FILE_BYTES_MAX, {FILE_BYTES_MAX} bytes");
        return Err(error(name, &reason));
    }
    fs::read(path).map(Arc::from).map_err(failed)
}

fn list_directory(path: &Path) -> io::Result<Vec<(Text, Stat)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = Text::from(entry.file_name().to_string_lossy());
        entries.push((name, stat_path(&entry.path())?));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

fn stat_path(path: &Path) -> io::Result<Stat> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(Stat::File),
        Ok(metadata) if metadata.is_dir() => Ok(Stat::Directory),
        Ok(_) => Ok(Stat::Other),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Stat::Absent),
        Err(e) => Err(e),
    }
}

/// Files in memory, for tests and simulations.
#[derive(Clone, Debug, Default)]
pub struct MemorySources {
    files: BTreeMap<Text, Arc<[u8]>>,
}

impl MemorySources {
    /// Returns files by their path from the working directory.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let entry = |(path, text): (&str, &str)| (Text::from(path), Arc::from(text.as_bytes()));
        Self { files: files.into_iter().map(entry).collect() }
    }

    fn plain(path: &str) -> &str {
        path.trim_start_matches("./").trim_end_matches('/')
    }
}

impl Sources for MemorySources {
    fn read(&self, path: &str) -> Read {
        let found = self.files.get(Self::plain(path)).cloned();
        found.ok_or_else(|| error(path, "no such file or directory"))
    }

    fn list(&self, path: &str) -> Listed {
        let directory = Self::plain(path);
        let mut entries = BTreeMap::new();
        for file in self.files.keys() {
            let inside = match directory {
                "." | "" => Some(&**file),
                directory => file.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')),
            };
            let Some(inside) = inside else { continue };
            match inside.split_once('/') {
                Some((name, _)) => entries.insert(Text::from(name), Stat::Directory),
                None => entries.insert(Text::from(inside), Stat::File),
            };
        }
        Ok(entries.into_iter().collect())
    }

    fn stat(&self, path: &str) -> Result<Stat, SourceError> {
        let plain = Self::plain(path);
        if self.files.contains_key(plain) {
            return Ok(Stat::File);
        }
        let below = format!("{plain}/");
        let is_directory =
            matches!(plain, "." | "") || self.files.keys().any(|file| file.starts_with(&below));
        Ok(if is_directory { Stat::Directory } else { Stat::Absent })
    }

    fn working_directory(&self) -> Text {
        Text::from("/estate")
    }

    fn home_directory(&self) -> Option<Text> {
        None
    }
}
