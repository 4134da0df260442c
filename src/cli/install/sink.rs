//! Where packages are unpacked: a directory that nothing leaves, with bounded size.
//!
//! Links are made last, so that no file is ever written through one; whether they lead outside is
//! checked when the tree is read for its digest.

use super::{
    limits::ENTRIES_MAX,
    problem::{Outcome, archive_invalid, interrupted, link_outside, too_large, unwritable},
};
use infra_lang::config::module_source::inside;
use std::{
    fs,
    io::{self, Read, Write as _},
    os::unix::fs::{OpenOptionsExt as _, symlink},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// How much is copied at once.
const CHUNK: usize = 64 * 1024;

/// A directory that is being filled.
pub(super) struct Sink {
    root: PathBuf,
    /// The address, for messages.
    package: String,
    bytes_max: u64,
    bytes: u64,
    entries: usize,
    links: Vec<(PathBuf, PathBuf)>,
    stop: Arc<AtomicBool>,
}

impl Sink {
    /// Returns a sink for a new directory.
    ///
    /// # Errors
    ///
    /// If the directory cannot be made.
    pub(super) fn new(
        root: PathBuf,
        package: &str,
        bytes_max: u64,
        stop: Arc<AtomicBool>,
    ) -> Outcome<Self> {
        fs::create_dir_all(&root).map_err(|error| unwritable(&root, &error))?;
        let package = package.to_owned();
        Ok(Self { root, package, bytes_max, bytes: 0, entries: 0, links: Vec::new(), stop })
    }

    /// Adds a directory.
    pub(super) fn directory(&mut self, name: &str) -> Outcome<()> {
        let path = self.place(name)?;
        fs::create_dir_all(&path).map_err(|error| unwritable(&path, &error))
    }

    /// Adds a file with what a reader gives.
    pub(super) fn file(
        &mut self,
        name: &str,
        is_executable: bool,
        from: &mut dyn Read,
    ) -> Outcome<()> {
        let path = self.place(name)?;
        let failed = |error: io::Error| unwritable(&path, &error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        let mode = if is_executable { 0o755 } else { 0o644 };
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(mode);
        let mut out = options.open(&path).map_err(failed)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(interrupted());
            }
            let read = match from.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(archive_invalid(&self.package, format!("{name:?}: {error}")));
                }
            };
            self.bytes += read as u64;
            if self.bytes > self.bytes_max {
                return Err(too_large("bytes", self.bytes_max));
            }
            out.write_all(&chunk[..read]).map_err(failed)?;
        }
    }

    /// Adds a link, which is made at the end.
    pub(super) fn link(&mut self, name: &str, target: &Path) -> Outcome<()> {
        let path = self.place(name)?;
        if target.is_absolute() {
            return Err(link_outside(name));
        }
        self.links.push((path, target.to_owned()));
        Ok(())
    }

    /// Adds a second name of a file that was added before.
    pub(super) fn again(&mut self, name: &str, of: &str) -> Outcome<()> {
        let original = self.place(of)?;
        let failed = |error| unwritable(&original, &error);
        let mut file = fs::File::open(&original).map_err(failed)?;
        self.file(name, false, &mut file)
    }

    /// Makes the links.
    pub(super) fn finish(self) -> Outcome<()> {
        for (path, target) in self.links {
            let failed = |error| unwritable(&path, &error);
            if let Some(parent) = path.parent() {
                // A link may stand where a directory of a later link was to be.
                let real = fs::create_dir_all(parent).and_then(|()| fs::canonicalize(parent));
                let root = fs::canonicalize(&self.root).map_err(failed)?;
                if !real.map_err(failed)?.starts_with(root) {
                    return Err(link_outside(&path.to_string_lossy()));
                }
            }
            symlink(target, &path).map_err(failed)?;
        }
        Ok(())
    }

    fn place(&mut self, name: &str) -> Outcome<PathBuf> {
        self.entries += 1;
        if self.entries > ENTRIES_MAX {
            return Err(too_large("files and directories", ENTRIES_MAX));
        }
        let is_absolute = name.starts_with('/') || name.starts_with('\\');
        if is_absolute || name.split(['/', '\\']).any(|step| step == "..") || name.contains('\0') {
            return Err(link_outside(name));
        }
        let inside = inside(name).ok_or_else(|| link_outside(name))?;
        Ok(self.root.join(inside))
    }
}

/// Copies a directory of this machine.
pub(super) fn copy_tree(from: &Path, sink: &mut Sink) -> Outcome<()> {
    copy_below(from, "", sink)
}

fn copy_below(from: &Path, above: &str, sink: &mut Sink) -> Outcome<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |error: io::Error| unwritable(from, &error);
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let own = entry.file_name().to_string_lossy().into_owned();
        let name = if above.is_empty() { own } else { format!("{above}/{own}") };
        let path = entry.path();
        let metadata = fs::symlink_metadata(&path).map_err(failed)?;
        if metadata.is_symlink() {
            sink.link(&name, &fs::read_link(&path).map_err(failed)?)?;
        } else if metadata.is_dir() {
            sink.directory(&name)?;
            copy_below(&path, &name, sink)?;
        } else if metadata.is_file() {
            let is_executable = metadata.permissions().mode() & 0o111 != 0;
            sink.file(&name, is_executable, &mut fs::File::open(&path).map_err(failed)?)?;
        }
    }
    Ok(())
}
