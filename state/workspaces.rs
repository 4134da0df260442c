//! The workspaces of a state: each but the default one is a state directory of its own below it.
//!
//! ```text
//! workspaces/<name>/         a state directory, or an empty one that nothing was recorded in yet
//! workspaces/%lock           locked while the set is changed
//! workspaces/%new/           a workspace that is being filled
//! workspaces/%deleted/       a workspace that is being removed
//! ```
//!
//! A workspace appears and goes by one rename, so that whoever dies in between leaves it wholly or
//! not at all; what was unfinished is removed by the next change. No name of a workspace has a `%`.
//! This file knows directories and names; what is recorded in one is the business of its store, and
//! which one is chosen that of the command line.

use crate::{
    error::{StateError, Written},
    files::{Files as _, Held, Locking, Sort, SystemFiles, sync_above},
    store::Result,
};
use infra_model::text::Text;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

mod selected;

pub use selected::{select, select_on, selected};

/// The name of the workspace that is always there.
pub const DEFAULT_WORKSPACE: &str = "default";

/// The directory of the others, below that of the default one.
pub const WORKSPACES: &str = "workspaces";

const LOCK: &str = "%lock";
const NEW: &str = "%new";
const DELETED: &str = "%deleted";

/// Characters that a name may have beside letters and digits: those that stand in a URL as they are.
const PLAIN: &str = "-_.~$&+=:@";

/// Returns whether a workspace may have a name: a part of a URL's path, and no way out of a directory.
pub fn is_workspace_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || PLAIN.contains(c);
    !matches!(name, "" | "." | "..") && name.chars().all(is_plain)
}

/// The workspaces of a state.
#[derive(Clone, Debug)]
pub struct Workspaces {
    default: PathBuf,
    others: PathBuf,
}

impl Workspaces {
    /// Returns the workspaces of the state in a directory; the others are below it unless another
    /// directory is named for them.
    pub fn new(default: impl Into<PathBuf>, others: Option<PathBuf>) -> Self {
        let default = default.into();
        let others = others.unwrap_or_else(|| default.join(WORKSPACES));
        Self { default, others }
    }

    /// Returns the state directory of a workspace; the name must be one.
    pub fn directory(&self, name: &str) -> PathBuf {
        if name == DEFAULT_WORKSPACE { self.default.clone() } else { self.others.join(name) }
    }

    /// Returns whether there is a workspace; there is always the default one.
    ///
    /// # Errors
    ///
    /// If the system does not let its directory be looked at.
    pub fn has(&self, name: &str) -> Result<bool> {
        if name == DEFAULT_WORKSPACE {
            return Ok(true);
        }
        let path = self.directory(name);
        let sort = SystemFiles.sort(&path).map_err(|e| StateError::io("look at", path, e))?;
        Ok(sort == Sort::Directory)
    }

    /// Returns the names of all workspaces: the default one, then the others, sorted.
    ///
    /// # Errors
    ///
    /// If their directory cannot be listed.
    pub fn list(&self) -> Result<Vec<Text>> {
        let listed = SystemFiles.list(&self.others);
        let names = listed.map_err(|e| StateError::io("list", self.others.clone(), e))?;
        let mut all = vec![Text::from(DEFAULT_WORKSPACE)];
        for name in names {
            if is_workspace_name(&name) && name != DEFAULT_WORKSPACE && self.has(&name)? {
                all.push(Text::from(name));
            }
        }
        Ok(all)
    }

    /// Begins a change of the set, after those that others are making; they take moments.
    ///
    /// # Errors
    ///
    /// If the directory cannot be made or locked, or what was left unfinished not removed.
    pub fn change(&self) -> Result<Change<'_>> {
        let files = SystemFiles;
        files.create_directory(&self.others).map_err(failed("create", &self.others))?;
        let path = self.others.join(LOCK);
        // The file is made here; a lock that is waited for only opens it.
        drop(files.lock(&path, Locking::Alone).map_err(failed("lock", &path))?);
        let held = files.lock(&path, Locking::Wait).map_err(failed("lock", &path))?;
        let change = Change { of: self, _held: held };
        change.clear(NEW)?;
        change.clear(DELETED)?;
        Ok(change)
    }
}

/// The right to add or remove one workspace.
#[derive(Debug)]
pub struct Change<'a> {
    of: &'a Workspaces,
    _held: Option<Box<dyn Held>>,
}

impl Change<'_> {
    /// Returns the directory in which a new workspace is filled; it is empty.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn begin(&self) -> Result<PathBuf> {
        let path = self.of.others.join(NEW);
        SystemFiles.create_directory(&path).map_err(failed("create", &path))?;
        Ok(path)
    }

    /// Gives what was begun its name: from here on the workspace is there. Returns whether it was
    /// not there before.
    ///
    /// # Errors
    ///
    /// If it cannot be renamed; then there is no such workspace.
    pub fn finish(self, name: &str) -> Result<bool> {
        if self.of.has(name)? {
            self.clear(NEW)?;
            return Ok(false);
        }
        self.rename(NEW, name)?;
        Ok(true)
    }

    /// Removes a workspace with everything that is recorded in it. Its lock should be held.
    ///
    /// # Errors
    ///
    /// If it cannot be taken away; once that is done, files of it that could not be removed are
    /// left for the next change.
    pub fn remove(self, name: &str) -> Result<()> {
        self.rename(name, DELETED)?;
        // It is gone; the next change removes what is left of it.
        let _tried_again_later = self.clear(DELETED);
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.of.others.join(from), self.of.others.join(to));
        SystemFiles.rename(&from, &to).map_err(failed("rename", &from))?;
        let synced = SystemFiles.sync_directory(&self.of.others);
        synced
            .map_err(failed("sync", &self.of.others))
            .map_err(|e| e.having(Written::Uncertain))?;
        // The set may have been made by this change, below directories that were made by it too.
        sync_above(&SystemFiles, &self.of.others)
            .map_err(|(above, error)| failed("sync", &above)(error).having(Written::Uncertain))
    }

    fn clear(&self, name: &str) -> Result<()> {
        let path = self.of.others.join(name);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StateError::io("remove", path, error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StateError {
    let path = path.to_owned();
    // Until a name was given or taken away, nothing counts.
    move |error| StateError::io(doing, path, error).having(Written::Nothing)
}
