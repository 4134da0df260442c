//! What goes into an archive: files by name, in the order in which a directory is walked.

use super::glob;
use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// One file in an archive.
pub(super) struct Entry {
    pub(super) name: String,
    /// The permissions of a file that was read; content has none.
    pub(super) mode: Option<u32>,
    pub(super) content: Vec<u8>,
}

/// A path that can't be read.
type Unreadable = (String, io::Error);

impl Entry {
    pub(super) fn of_content(name: &str, content: String) -> Self {
        Self { name: name.to_owned(), mode: None, content: content.into_bytes() }
    }
}

/// Returns a file under its own name.
pub(super) fn of_file(path: &str) -> io::Result<Entry> {
    let path = Path::new(path);
    let name = path.file_name().ok_or_else(|| io::Error::other("it is no name of a file"))?;
    read(path, name.to_string_lossy().into_owned())
}

/// Returns the files of a directory and of those in it, sorted directory by directory.
pub(super) fn of_directory(
    root: &str,
    excludes: &[&str],
    follows_links: bool,
) -> Result<Vec<Entry>, Unreadable> {
    let told = |error| (root.to_owned(), error);
    let real = fs::canonicalize(root).map_err(told)?;
    if !real.is_dir() {
        return Err(told(io::ErrorKind::NotADirectory.into()));
    }
    let around = BTreeSet::from([real.clone()]);
    let mut walk = Walk { excludes, follows_links, around, found: Vec::new() };
    walk.directory(&real, "")?;
    Ok(walk.found)
}

struct Walk<'a> {
    excludes: &'a [&'a str],
    follows_links: bool,
    /// The directories that the walk is inside of, so that a link to one of them ends it.
    around: BTreeSet<PathBuf>,
    found: Vec<Entry>,
}

impl Walk<'_> {
    fn directory(&mut self, directory: &Path, prefix: &str) -> Result<(), Unreadable> {
        let told = |error| (directory.display().to_string(), error);
        let listed = fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut listed = listed.map_err(told)?;
        listed.sort_by_key(fs::DirEntry::file_name);
        for entry in listed {
            let name = entry.file_name();
            let name = format!("{prefix}{}", name.to_string_lossy());
            if !self.excludes.iter().any(|pattern| glob::matches(pattern, &name)) {
                self.one(&entry.path(), &name)?;
            }
        }
        Ok(())
    }

    fn one(&mut self, path: &Path, name: &str) -> Result<(), Unreadable> {
        let told = |error| (path.display().to_string(), error);
        let is_link = fs::symlink_metadata(path).map_err(told)?.is_symlink();
        let metadata = fs::metadata(path).map_err(told)?;
        if !metadata.is_dir() {
            self.found.push(read(path, name.to_owned()).map_err(told)?);
            return Ok(());
        }
        if is_link && !self.follows_links {
            return Ok(());
        }
        let real = fs::canonicalize(path).map_err(told)?;
        if !self.around.insert(real.clone()) {
            return Err(told(io::Error::other("the link leads to a directory around it")));
        }
        self.directory(&real, &format!("{name}/"))?;
        self.around.remove(&real);
        Ok(())
    }
}

fn read(path: &Path, name: String) -> io::Result<Entry> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mode = Some(metadata.permissions().mode() & 0o777);
    Ok(Entry { name, mode, content: fs::read(path)? })
}
