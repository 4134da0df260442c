//! The directory of the state as the command line makes it: for its owner alone, and out of git.
//!
//! What lies in it is the business of the store.

use crate::whole;
use std::{fs, io, os::unix::fs::DirBuilderExt as _, path::Path};

/// The file that keeps a directory out of git.
const FILE: &str = ".gitignore";

const EVERYTHING: &[u8] = b"*\n";

/// Makes the directory where it is missing, and what keeps it out of version control.
///
/// # Errors
///
/// If either cannot be written.
pub fn make(directory: &Path) -> io::Result<()> {
    if !directory.is_dir() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let file = directory.join(FILE);
    if file.symlink_metadata().is_ok() {
        return Ok(());
    }
    match whole::write_new(&file, EVERYTHING, 0o600) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    whole::sync_above(directory)
}
