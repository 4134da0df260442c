//! The archive on disk: written as a whole, and only if it is another one.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Writes a file beside its place and moves it there, so that nobody ever sees a half of it.
pub(super) fn write(path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = Path::new(path);
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    let name = path.file_name().ok_or_else(|| io::Error::other("it is no name of a file"))?;
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        fs::create_dir_all(directory)?;
    }
    let beside = path.with_file_name(format!(".{}.infra-new", name.to_string_lossy()));
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The failure that is told is the first one.
        fs::remove_file(&beside).ok();
    }
    written
}
