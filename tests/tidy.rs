//! The house style, checked: edges between crates, sizes of files, module docs, forgotten files.

mod edges;
mod errors;
mod files;
mod matrix;
mod sizes;

use std::path::{Path, PathBuf};

/// Directories of the project's own Rust code.
const CODE: [&str; 6] = ["src", "state", "providers", "tests", "benches", "examples"];

/// Returns the root of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every Rust file of the project, relative to its root, sorted.
fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for directory in CODE {
        collect(&root().join(directory), &mut files);
    }
    files.sort();
    files
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path.strip_prefix(root()).unwrap().to_owned());
        }
    }
}

/// Returns whether a file holds tests alone.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or("");
    name == "tests"
        || name.ends_with("_tests")
        || path.components().any(|c| matches!(c.as_os_str().to_str(), Some("tests" | "benches")))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}
