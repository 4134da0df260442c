//! Files of the command line on disk: there wholly or not at all, whatever happens meanwhile.
//!
//! A file is made beside its place, made durable, and put there by one step. The state is not
//! written here: its store does that.

use infra_sdk::beside::Beside;
pub use infra_sdk::beside::sync_names;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Writes a file over what has its name; of a link, the file that it leads to.
///
/// # Errors
///
/// As the system says; what was there is then untouched.
pub fn write(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&place).is_ok_and(|found| !found.is_file()) {
        // A device or a pipe cannot be replaced by a file.
        return OpenOptions::new().write(true).open(&place)?.write_all(bytes);
    }
    Beside::begin(&place, mode)?.replace(&place, bytes)
}

/// Writes a file that is not there yet.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if something has its name; otherwise as the system says, and
/// then there is no such file.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    Beside::begin(path, mode)?.add(path, bytes)
}

/// Makes durable what was written into a directory by others, all that is below included.
///
/// # Errors
///
/// As the system says.
pub fn sync_tree(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let sort = entry.file_type()?;
        if sort.is_dir() {
            sync_tree(&entry.path())?;
        } else if sort.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(directory)?.sync_all()
}

/// Makes the name of a directory durable, and those of the directories above it: any of them may have
/// been made a moment ago, and would take along all that is below.
///
/// # Errors
///
/// As the system says.
pub fn sync_above(directory: &Path) -> io::Result<()> {
    let above = directory.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
    above.into_iter().try_for_each(sync_names)
}
