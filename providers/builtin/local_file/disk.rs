//! Files on disk: written whole or not at all.

use infra_sdk::beside::{Beside, directory_of, sync_names};
use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// The permissions of new files and directories, before the process's mask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Modes {
    pub(super) file: u32,
    pub(super) directory: u32,
}

/// Writes a file: beside it, to disk, and then over it.
pub(super) fn write(name: &str, content: &[u8], modes: Modes) -> io::Result<()> {
    let target = target(Path::new(name))?;
    let directory = directory_of(&target);
    let missing: Vec<&Path> = directory.ancestors().take_while(|d| !d.exists()).collect();
    let made = DirBuilder::new().recursive(true).mode(modes.directory).create(directory);
    let written = made.and_then(|()| write_into(&target, content, modes));
    if written.is_err() {
        // What was made for a file that is not there is left to nobody; the deepest is the first.
        for directory in missing {
            fs::remove_dir(directory).ok();
        }
        return written;
    }
    // A directory whose name is lost by a power failure takes the file along.
    for above in missing.iter().filter_map(|directory| directory.parent()) {
        sync_names(if above.as_os_str().is_empty() { Path::new(".") } else { above })?;
    }
    Ok(())
}

fn write_into(target: &Path, content: &[u8], modes: Modes) -> io::Result<()> {
    if fs::metadata(target).is_ok_and(|found| !found.is_file()) {
        // A device or a pipe can't be replaced by a file.
        return OpenOptions::new().write(true).open(target)?.write_all(content);
    }
    Beside::begin(target, modes.file)?.replace(target, content)
}

/// Removes a file, so that it does not come back; one that does not exist is no error.
pub(super) fn remove(name: &str) -> io::Result<()> {
    let path = Path::new(name);
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_names(directory_of(path)),
    }
}

/// What a symbolic link leads to is written, not the link.
fn target(path: &Path) -> io::Result<PathBuf> {
    if path.is_symlink() { fs::canonicalize(path) } else { Ok(path.to_owned()) }
}
