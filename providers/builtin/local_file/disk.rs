//! Files on disk: written whole or not at all.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
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
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let missing: Vec<&Path> = directory.ancestors().take_while(|d| !d.exists()).collect();
    let made = DirBuilder::new().recursive(true).mode(modes.directory).create(directory);
    let written = made.and_then(|()| write_into(directory, &target, content, modes));
    if written.is_err() {
        // What was made for a file that is not there is left to nobody; the deepest is the first.
        for directory in missing {
            fs::remove_dir(directory).ok();
        }
        return written;
    }
    // A directory whose name is lost by a power failure takes the file along.
    for above in missing.iter().filter_map(|directory| directory.parent()) {
        sync_directory(above)?;
    }
    Ok(())
}

fn write_into(directory: &Path, target: &Path, content: &[u8], modes: Modes) -> io::Result<()> {
    if fs::metadata(target).is_ok_and(|found| !found.is_file()) {
        // A device or a pipe can't be replaced by a file.
        return OpenOptions::new().write(true).open(target)?.write_all(content);
    }
    let beside = beside(target)?;
    remove_path(&beside)?;
    let written = write_new(&beside, content, modes.file).and_then(|()| {
        fs::rename(&beside, target)?;
        sync_directory(directory)
    });
    if written.is_err() {
        remove_path(&beside).ok();
    }
    written
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    match File::open(directory).and_then(|opened| opened.sync_all()) {
        // Whoever may not read the directory can still have a file in it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced,
    }
}

/// Removes a file; one that does not exist is no error.
pub(super) fn remove(name: &str) -> io::Result<()> {
    remove_path(Path::new(name))
}

fn write_new(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn remove_path(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// What a symbolic link leads to is written, not the link.
fn target(path: &Path) -> io::Result<PathBuf> {
    if path.is_symlink() { fs::canonicalize(path) } else { Ok(path.to_owned()) }
}

fn beside(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or_else(|| io::Error::other("it is no name of a file"))?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(".infra-new");
    Ok(target.with_file_name(temporary))
}
