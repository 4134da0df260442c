//! The directories of installed modules: one writer at a time, and no half of anything.
//!
//! A package is made under `.partial` and renamed. Its sums, without which it does not count as
//! installed, are removed before and written last, after the lock file and the manifest.

use super::{
    digest::Sums,
    problem::{Outcome, unwritable},
};
use crate::{context::Context, state_place, whole};
use infra_lang::config::{
    Configuration, RemoteCall,
    installed::{DIRECTORY, key},
};
use infra_model::diagnostic::{Diagnostic, Diagnostics};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Where packages are made.
const PARTIAL: &str = ".partial";
/// Where the sums of installed packages are.
const SUMS: &str = ".sums";
/// The lock of who installs.
const LOCK: &str = ".lock";

/// The directory of modules, held by this process.
pub(super) struct Place {
    root: PathBuf,
    made: usize,
    /// Lets the next one in when it is dropped, or when this process dies.
    _held: File,
}

/// A directory that somebody else holds.
pub(super) struct Busy(File, PathBuf);

impl Place {
    /// Opens the directory; `Err` in it if another process installs.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub(super) fn open(directory: &Path) -> Outcome<Result<Self, Busy>> {
        // Beside the state or not: what lies here is kept out of version control.
        let above = directory.join(DIRECTORY).parent().map_or_else(PathBuf::new, Path::to_owned);
        state_place::make(&above).map_err(|error| unwritable(&above, &error))?;
        let root = directory.join(DIRECTORY);
        let failed = |error: io::Error| unwritable(&root, &error);
        let sums = root.join(SUMS);
        fs::create_dir_all(&sums).and_then(|()| whole::sync_above(&sums)).map_err(failed)?;
        let mut options = fs::OpenOptions::new();
        let lock = options.create(true).truncate(false).write(true).open(root.join(LOCK));
        let lock = lock.map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Ok(Self::held(lock, root)?)),
            Err(fs::TryLockError::WouldBlock) => Ok(Err(Busy(lock, root))),
            Err(fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    fn held(lock: File, root: PathBuf) -> Outcome<Self> {
        let partial = root.join(PARTIAL);
        // What a killed run left. A git of its that still writes may keep some of it for the next.
        let _left = remove(&partial);
        fs::create_dir_all(&partial).map_err(|error| unwritable(&partial, &error))?;
        Ok(Self { root, made: 0, _held: lock })
    }

    /// Returns a path for something in work; nothing is there.
    pub(super) fn partial(&mut self) -> PathBuf {
        self.made += 1;
        self.root.join(PARTIAL).join(format!("{}-{}", std::process::id(), self.made))
    }

    /// Returns the directory of a package.
    pub(super) fn package(&self, key: &str) -> PathBuf {
        self.root.join(key)
    }

    /// Returns the sums that a package was installed with; `None` if that was not finished.
    pub(super) fn sums(&self, key: &str) -> Option<Sums> {
        let text = fs::read_to_string(self.root.join(SUMS).join(key)).ok()?;
        Some(Sums::parse(&text))
    }

    /// Moves a package to its place, and away what was there.
    ///
    /// # Errors
    ///
    /// If it cannot be moved.
    pub(super) fn settle(&mut self, key: &str, made: &Path) -> Outcome<()> {
        let sums = self.root.join(SUMS);
        // They must not come back and stand for what is no longer there.
        remove(&sums.join(key))
            .and_then(|()| whole::sync_names(&sums))
            .map_err(|error| unwritable(&sums, &error))?;
        self.settle_as(key, made)
    }

    /// Gives something that was made a name beside the packages, and moves away what had it.
    ///
    /// # Errors
    ///
    /// If it cannot be moved.
    pub(super) fn settle_as(&mut self, name: &str, made: &Path) -> Outcome<()> {
        let (to, old) = (self.package(name), self.partial());
        let failed = |error: io::Error| unwritable(&to, &error);
        // A power failure that left a file of it empty would look like a module without resources.
        whole::sync_tree(made).map_err(|error| unwritable(made, &error))?;
        match fs::rename(&to, &old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            Ok(()) | Err(_) => {}
        }
        fs::rename(made, &to).map_err(failed)?;
        whole::sync_names(&self.root).map_err(failed)?;
        remove(&old).map_err(failed)
    }

    /// Writes that a package is finished.
    ///
    /// # Errors
    ///
    /// If that cannot be written.
    pub(super) fn finish(&self, key: &str, sums: &Sums) -> Outcome<()> {
        let path = self.root.join(SUMS).join(key);
        whole::write(&path, sums.text().as_bytes(), 0o644)
            .map_err(|error| unwritable(&path, &error))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // If it cannot be removed now, the next installation does it.
        let _gone = remove(&self.root.join(PARTIAL));
    }
}

impl Busy {
    /// Waits for the other process to end.
    ///
    /// # Errors
    ///
    /// If the directory cannot be taken then.
    pub(super) fn wait(self) -> Outcome<Place> {
        self.0.lock().map_err(|error| unwritable(&self.1, &error))?;
        Place::held(self.0, self.1)
    }
}

/// Says of which called modules the installation has not come to its end: what lies in their place
/// may be another version than the others are, and than is locked.
pub fn unfinished_modules(context: &Context, configuration: &Configuration) -> Diagnostics {
    let sums = context.directory.join(DIRECTORY).join(SUMS);
    let installed = configuration.remote.iter().filter(|call| call.missing.is_none());
    let unfinished = installed.filter(|call| !sums.join(key(&call.path)).is_file());
    let not_installed = |call: &RemoteCall| {
        Diagnostic::error("infra::config::module_not_installed", "Module not installed")
            .detail(
                "The installation of this module has not come to its end: it was cut off, or is going \
                 on. Run \"infra init\" to install all modules required by this configuration.",
            )
            .label(call.source_span, "its installation is not finished")
    };
    unfinished.map(not_installed).collect()
}

/// Removes a file or directory that may be there.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
