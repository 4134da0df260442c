//! The directory of the state as the command line makes it: for its owner alone, and out of git.
//!
//! What lies in it is the business of the store.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

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
    let mut options = fs::OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(directory.join(FILE)) {
        Ok(mut file) => file.write_all(EVERYTHING),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
