//! Files of the command line on disk: there wholly or not at all, whatever happens meanwhile.
//!
//! A file is made beside its place, made durable, and put there by one step. The state is not
//! written here: its store does that.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
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
    put(&place, bytes, mode, |beside| fs::rename(beside, &place))
}

/// Writes a file that is not there yet.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if something has its name; otherwise as the system says, and
/// then there is no such file.
pub fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    put(path, bytes, mode, |beside| match fs::hard_link(beside, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has second names; a first one is as good where there is none yet.
        Err(_) if path.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(beside, path),
        Ok(()) => fs::remove_file(beside),
    })
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

fn put(
    place: &Path,
    bytes: &[u8],
    mode: u32,
    settle: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let beside = beside(place);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode);
    let settled = (|| {
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        settle(&beside)
    })();
    if settled.is_err() {
        // What went wrong is told; that nothing is left behind is all that remains to be done.
        let _gone = fs::remove_file(&beside);
        return settled;
    }
    let directory = place.parent().filter(|parent| !parent.as_os_str().is_empty());
    match File::open(directory.unwrap_or(Path::new("."))).and_then(|opened| opened.sync_all()) {
        // Whoever may not read the directory can still have a file in it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced,
    }
}

/// Returns a name beside a file that no other process uses, and that nobody takes for one of ours.
fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{}.new", std::process::id()))
}
