//! The archive on disk: written as a whole, and only if it is another one.

use infra_sdk::beside::{Beside, directory_of};
use std::{fs, io, path::Path};

/// The permissions of a new archive, before the process's mask.
const MODE: u32 = 0o666;

/// Writes a file beside its place and moves it there, so that nobody ever sees a half of it.
pub(super) fn write(path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = Path::new(path);
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    fs::create_dir_all(directory_of(path))?;
    Beside::begin(path, MODE)?.replace(path, bytes)
}
