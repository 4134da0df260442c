//! The files that a configuration consists of and reads: the only IO of the language.
//!
//! The command line implements the trait over the file system, memoises and digests every answer,
//! keeps them in the plan, and replays them at apply, so that a plan sees the same bytes twice.

use crate::text::Text;
use std::{fmt, sync::Arc};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stat {
    /// Nothing.
    Absent,
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// Something else, such as a device.
    Other,
}

/// Why a path could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// The path as given.
    pub path: Text,
    /// What the system said.
    pub reason: Text,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for SourceError {}

/// Reading of files by path; relative paths start at the working directory of the run.
pub trait Sources: Send + Sync {
    /// Returns the bytes of a file.
    ///
    /// # Errors
    ///
    /// If there is no regular file, it cannot be read, or it is over the size limit.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, SourceError>;

    /// Takes the text of a file that was read and is held on to by the reader, so that one who
    /// remembers bytes need not keep the same once more.
    fn share(&self, _path: &str, _text: &Text) {}

    /// Returns the names in a directory with what they are, sorted.
    ///
    /// # Errors
    ///
    /// If there is no directory or it cannot be read.
    fn list(&self, path: &str) -> Result<Vec<(Text, Stat)>, SourceError>;

    /// Returns what stands at a path.
    ///
    /// # Errors
    ///
    /// If that cannot be found out.
    fn stat(&self, path: &str) -> Result<Stat, SourceError>;

    /// Returns the working directory of the run as an absolute path: `path.cwd`, `abspath`.
    fn working_directory(&self) -> Text;

    /// Returns the home directory of the user, for `pathexpand`.
    fn home_directory(&self) -> Option<Text>;
}
