//! Every module says what it is; no file is forgotten; nothing unfinished is left behind.

use super::{read, root, rust_files};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<PathBuf> = rust_files()
        .into_iter()
        .filter(|path| !read(path).trim_start().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "these files have no module docs: {silent:?}");
}

#[test]
fn no_file_is_forgotten() {
    let files = rust_files();
    let mut named: BTreeSet<PathBuf> = BTreeSet::new();
    for file in &files {
        let text = read(file);
        for line in text.lines().map(str::trim) {
            named.extend(module_of(line).into_iter().flat_map(|name| places(file, name)));
        }
        named.extend(path_attributes(file, &text));
    }
    let forgotten: Vec<&PathBuf> =
        files.iter().filter(|file| !named.contains(*file) && !is_entry(file)).collect();
    assert!(forgotten.is_empty(), "no `mod` line names these files: {forgotten:?}");
}

#[test]
fn nothing_unfinished_is_left() {
    // Written in pieces, so that this file does not find itself.
    let words = [
        concat!("todo", "!("),
        concat!("unimpl", "emented!("),
        concat!("#[ig", "nore"),
        concat!("dbg", "!("),
    ];
    let found: Vec<String> = rust_files()
        .into_iter()
        .flat_map(|path| {
            let text = read(&path);
            words
                .into_iter()
                .filter(|word| text.contains(word))
                .map(|word| format!("{}: {word}", path.display()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "unfinished:\n{}", found.join("\n"));
}

/// Files that cargo names: roots of crates, tests and benches.
fn is_entry(file: &Path) -> bool {
    let name = file.file_name().and_then(|n| n.to_str()).unwrap_or("");
    let in_benches =
        file.parent().is_some_and(|p| p.ends_with("benches") || p.ends_with("examples"));
    matches!(name, "lib.rs" | "main.rs" | "build.rs") || in_benches
}

/// Returns the name in a `mod name;` line.
fn module_of(line: &str) -> Option<&str> {
    let rest = line.strip_suffix(';')?;
    let rest = rest
        .strip_prefix("pub(crate) ")
        .or_else(|| rest.strip_prefix("pub(super) "))
        .unwrap_or(rest);
    let rest = rest.strip_prefix("pub ").unwrap_or(rest);
    rest.strip_prefix("mod ")
}

/// Returns where the file of a module may be.
fn places(file: &Path, module: &str) -> [PathBuf; 2] {
    let directory = file.parent().unwrap_or(Path::new(""));
    let own = match file.file_name().and_then(|n| n.to_str()) {
        Some("lib.rs" | "main.rs") => directory.to_owned(),
        _ => file.with_extension(""),
    };
    [own.join(format!("{module}.rs")), directory.join(format!("{module}.rs"))]
}

/// Returns the files that `#[path = "…"]` names.
fn path_attributes(file: &Path, text: &str) -> Vec<PathBuf> {
    let directory = file.parent().unwrap_or(Path::new(""));
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("#[path = \"")?.strip_suffix("\"]"))
        .flat_map(|name| [directory.join(name), file.with_extension("").join(name)])
        .filter(|path| root().join(path).exists())
        .collect()
}
