//! The file layer: the few operations that the local engine needs of an operating system.
//!
//! Everything the engine does to a disk goes through [`Files`], so that tests can record it, stop
//! after any operation, lose what was not synced, and fail any call.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

mod system;

pub use system::SystemFiles;

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Nothing.
    Missing,
    /// A directory.
    Directory,
    /// A file or anything else.
    File,
}

/// How a file is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locking {
    /// Alone; the file is made if there is none; refused at once if it is locked.
    Alone,
    /// Beside others of this sort; refused at once if somebody holds it alone.
    Probe,
    /// Alone, after waiting for those before; for moments only.
    Wait,
}

/// An operating system's files.
///
/// Each function fails as the system does; a missing file is [`io::ErrorKind::NotFound`].
#[allow(clippy::missing_errors_doc)]
pub trait Files: Send + Sync + fmt::Debug {
    /// Returns what a path names.
    fn sort(&self, path: &Path) -> io::Result<Sort>;

    /// Returns the whole of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Returns the beginning of a file.
    fn read_start(&self, path: &Path, bytes_max: usize) -> io::Result<Vec<u8>>;

    /// Returns the names in a directory, sorted; a missing one has none.
    fn list(&self, directory: &Path) -> io::Result<Vec<String>>;

    /// Makes a directory for its owner alone, and those above it; an existing one is fine.
    fn create_directory(&self, path: &Path) -> io::Result<()>;

    /// Makes an empty file for its owner alone, or empties the one that is there.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Output>>;

    /// Opens a file for writing.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Output>>;

    /// Gives a file another name, over the file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a directory durable.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;

    /// Locks a file; `None` if somebody else holds it. The lock ends with the value, and with the
    /// process.
    fn lock(&self, path: &Path, how: Locking) -> io::Result<Option<Box<dyn Held>>>;
}

/// A file open for writing.
#[allow(clippy::missing_errors_doc)]
pub trait Output: Send + fmt::Debug {
    /// Writes all bytes at an offset.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file, or lengthens it with zeros.
    fn set_length(&mut self, length: u64) -> io::Result<()>;

    /// Makes contents and length durable.
    fn sync(&mut self) -> io::Result<()>;
}

/// A lock that is held until it is dropped.
pub trait Held: Send + fmt::Debug {}

/// Makes the name of a directory durable, and those of the directories above it, any of which may
/// have been made a moment ago: without them all that is below would go with a power failure.
pub(crate) fn sync_above(files: &dyn Files, directory: &Path) -> Result<(), (PathBuf, io::Error)> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem, Unsupported};
    for above in directory.ancestors().skip(1) {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        match files.sync_directory(above).map_err(|error| (error.kind(), error)) {
            // Whoever may not read one can still have a directory in it; and in one that cannot be
            // written or synced none was made now.
            Ok(())
            | Err((PermissionDenied | ReadOnlyFilesystem | InvalidInput | Unsupported, _)) => {}
            Err((_, error)) => return Err((above.into(), error)),
        }
    }
    Ok(())
}
