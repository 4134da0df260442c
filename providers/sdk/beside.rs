//! Files on this machine's disk that are there wholly or not at all: made beside their place, made
//! durable, and put there by one step.
//!
//! Whoever dies in between leaves a part under a name that begins with a dot. A part is locked for as
//! long as its maker lives, by a lock that the system takes back from the dead; so the next who writes
//! the same file can tell those that nobody makes any more, and removes them. No process number is
//! asked, which may have been given out anew, and no directory is listed, which may be large.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// So many names are tried; the first that is free is taken.
const NAMES_MAX: usize = 1000;

/// So many of them are looked at for parts of the dead: each is of one who wrote the same file while
/// those before it did.
const LOOKED_AT: usize = 4;

/// A file that has not come to its place yet; it goes when it is dropped before.
#[derive(Debug)]
pub struct Beside {
    file: File,
    path: PathBuf,
    is_settled: bool,
}

impl Beside {
    /// Begins a file, with the permissions that the process's mask leaves of a mode; removes what
    /// others began for the same place and will never end.
    ///
    /// # Errors
    ///
    /// As the system says.
    pub fn begin(place: &Path, mode: u32) -> io::Result<Self> {
        for number in 0..LOOKED_AT {
            // What cannot be removed is no reason not to write.
            let _tried_again_later = remove_dead(&name(place, number)?);
        }
        for number in 0..NAMES_MAX {
            let path = name(place, number)?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
            #[cfg(not(unix))]
            let _every_mode_is_one = mode;
            let file = match options.open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                opened => opened?,
            };
            // Where files cannot be locked nobody takes this for a part of the dead either.
            if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) && is_still(&file, &path)?
            {
                return Ok(Self { file, path, is_settled: false });
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Returns the file, to be written.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Makes the file durable with these bytes and puts it into its place, over what is there.
    ///
    /// # Errors
    ///
    /// As the system says; what was there is untouched, unless only the durability of the new name is
    /// in doubt.
    pub fn replace(self, place: &Path, bytes: &[u8]) -> io::Result<()> {
        self.replace_if(place, bytes, || Ok(()))
    }

    /// As [`Self::replace`], if something still holds just before.
    ///
    /// # Errors
    ///
    /// As [`Self::replace`], and what the check says.
    pub fn replace_if(
        mut self,
        place: &Path,
        bytes: &[u8],
        check: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        self.fill(bytes)?;
        check()?;
        fs::rename(&self.path, place)?;
        self.is_settled = true;
        sync_names(directory_of(place))
    }

    /// As [`Self::replace`], where nothing is there yet.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`] if something has the name; otherwise as the system says.
    pub fn add(mut self, place: &Path, bytes: &[u8]) -> io::Result<()> {
        self.fill(bytes)?;
        match fs::hard_link(&self.path, place) {
            // If its first name stays, the next who writes it removes that.
            Ok(()) => drop(fs::remove_file(&self.path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Not every file system has second names; a first one is as good where there is none yet.
            Err(_) if place.symlink_metadata().is_ok() => {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            Err(_) => fs::rename(&self.path, place)?,
        }
        self.is_settled = true;
        sync_names(directory_of(place))
    }

    fn fill(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.is_settled {
            // What went wrong is told; that nothing is left behind is all that remains to be done.
            let _gone = fs::remove_file(&self.path);
        }
    }
}

/// Makes durable which names a directory has.
///
/// # Errors
///
/// As the system says.
pub fn sync_names(directory: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem, Unsupported};
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(directory).and_then(|opened| opened.sync_all()).map_err(|e| (e.kind(), e)) {
        // Whoever may not read the directory can still have a file in it, and in one that cannot be
        // written or synced there is no new name.
        Ok(()) | Err((PermissionDenied | ReadOnlyFilesystem | InvalidInput | Unsupported, _)) => {
            Ok(())
        }
        Err((_, error)) => Err(error),
    }
}

/// Returns the directory that a file is in.
pub fn directory_of(place: &Path) -> &Path {
    let above = place.parent().filter(|above| !above.as_os_str().is_empty());
    above.unwrap_or(Path::new("."))
}

/// Removes a part that is there and has no maker.
fn remove_dead(path: &Path) -> io::Result<()> {
    // To open a pipe would be to wait for who reads it.
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(());
    }
    let file = OpenOptions::new().write(true).open(path)?;
    match file.try_lock() {
        Ok(()) if is_still(&file, path)? => fs::remove_file(path),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Returns whether a path still names an open file.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let open = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Returns the name of a part.
fn name(place: &Path, number: usize) -> io::Result<PathBuf> {
    let name = place.file_name().ok_or_else(|| io::Error::other("it is no name of a file"))?;
    Ok(place.with_file_name(format!(".{}.{number}.new", name.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use super::Beside;
    use std::{fs, path::Path};

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    #[test]
    fn parts_of_the_dead_go_and_those_of_the_living_stay() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("a");
        let dead = [".a.0.new", ".a.3.new"];
        let foreign = [".a.b.0.new", ".a.new", ".a.x1.new", ".b.0.new", "a.0.new"];
        for name in dead.into_iter().chain(foreign) {
            fs::write(directory.path().join(name), "a part").unwrap();
        }
        fs::create_dir(directory.path().join(".a.1.new")).unwrap();
        let mut living = Beside::begin(&place, 0o600).unwrap();
        std::io::Write::write_all(living.file(), b"the first, ").unwrap();
        Beside::begin(&place, 0o600).unwrap().replace(&place, b"the second").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"the second");
        living.replace(&place, b"which is the last").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"the first, which is the last");
        let mut left = foreign.map(str::to_owned).to_vec();
        left.extend([".a.1.new".to_owned(), "a".to_owned()]);
        left.sort();
        assert_eq!(names(directory.path()), left);
    }

    #[test]
    fn many_who_write_the_same_file_do_not_write_into_one_another() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("a");
        std::thread::scope(|scope| {
            for letter in b'a'..b'i' {
                let place = &place;
                scope.spawn(move || {
                    for length in 1..30 {
                        let own = vec![letter; length * 100];
                        Beside::begin(place, 0o600).unwrap().replace(place, &own).unwrap();
                        let found = fs::read(place).unwrap();
                        assert!(found.iter().all(|byte| *byte == found[0]), "a mixture");
                        assert!(found.len().is_multiple_of(100) && !found.is_empty(), "a part");
                    }
                });
            }
        });
        assert_eq!(names(directory.path()), ["a"]);
    }

    #[test]
    fn what_is_there_is_not_added_over_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("a");
        Beside::begin(&place, 0o600).unwrap().add(&place, b"one").unwrap();
        let refused = Beside::begin(&place, 0o600).unwrap().add(&place, b"two");
        assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&place).unwrap(), b"one");
        drop(Beside::begin(&place, 0o600).unwrap());
        assert_eq!(names(directory.path()), ["a"]);
    }
}
