//! Which files are laid out: those named, and those with the right ending in named directories.

use crate::context::Context;
use infra_model::diagnostic::{Diagnostic, Diagnostics};
use std::{
    ffi::OsString,
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Endings of files in the native syntax; `.tftest.hcl` and `.tfmock.hcl` are among them.
const ENDINGS: [&str; 3] = [".tf", ".tfvars", ".hcl"];

/// How many directories may lie in each other.
const DEPTH_MAX: usize = 128;

/// A file to be laid out.
pub(super) struct Target {
    /// Where it is.
    pub(super) path: PathBuf,
    /// How it is named to the user: from the working directory.
    pub(super) shown: String,
}

/// Returns the files of all targets, in the order of their names, and what could not be looked at.
pub(super) fn find(
    context: &Context,
    names: &[String],
    recursive: bool,
) -> (Vec<Target>, Diagnostics) {
    let mut finder = Finder {
        root: clean(&context.directory),
        recursive,
        targets: Vec::new(),
        diagnostics: Vec::new(),
    };
    let here = [".".to_owned()];
    for name in if names.is_empty() { &here } else { names } {
        finder.named(name);
    }
    (finder.targets, finder.diagnostics)
}

struct Finder {
    root: PathBuf,
    recursive: bool,
    targets: Vec<Target>,
    diagnostics: Diagnostics,
}

impl Finder {
    fn named(&mut self, name: &str) {
        let path = clean(&self.root.join(name));
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => self.directory(&path, DEPTH_MAX),
            Ok(_) if is_configuration(name) => self.push(path),
            Ok(_) => self.diagnostics.push(
                invalid(format!("`{name}` is not laid out"))
                    .detail("Only files in the native syntax are: `.tf`, `.tfvars`, `.hcl`.")
                    .help("name a file with such an ending, or a directory"),
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.diagnostics.push(
                invalid(format!("there is no file or directory `{name}`"))
                    .help("mend the path; it begins at the working directory"),
            ),
            Err(error) => self.diagnostics.push(super::unreadable(name, &error)),
        }
    }

    fn directory(&mut self, path: &Path, depth: usize) {
        let entries = match entries(path) {
            Ok(entries) if depth > 0 => entries,
            Ok(_) => return,
            Err(error) => {
                let shown = from(&self.root, path);
                return self.diagnostics.push(super::unreadable(&shown, &error));
            }
        };
        for (name, is_directory) in entries {
            let name_text = name.to_string_lossy();
            if is_ignored(&name_text) {
                continue;
            }
            let inner = path.join(&name);
            if is_directory {
                if self.recursive {
                    self.directory(&inner, depth - 1);
                }
            } else if is_configuration(&name_text) {
                self.push(inner);
            }
        }
    }

    fn push(&mut self, path: PathBuf) {
        let shown = from(&self.root, &path);
        self.targets.push(Target { path, shown });
    }
}

/// Returns names and whether they are directories; a link to a directory is none.
fn entries(path: &Path) -> io::Result<Vec<(OsString, bool)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        entries.push((entry.file_name(), entry.file_type()?.is_dir()));
    }
    entries.sort();
    Ok(entries)
}

fn is_configuration(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Hidden files, and what editors leave behind.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// Returns a path without `.` and `..`.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other @ (Component::Prefix(_) | Component::RootDir | Component::Normal(_)) => {
                out.push(other);
            }
        }
    }
    out
}

/// Returns how to get to a path from a directory; both are absolute.
fn from(root: &Path, path: &Path) -> String {
    let shared = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let mut out = PathBuf::new();
    for _ in root.components().skip(shared) {
        out.push("..");
    }
    out.extend(path.components().skip(shared));
    out.display().to_string()
}

fn invalid(summary: String) -> Diagnostic {
    Diagnostic::error("infra::cli::format_target_invalid", summary)
}
