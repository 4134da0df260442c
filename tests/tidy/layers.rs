//! What code of a layer may name: the crates' edges hold between crates, these within and beyond.

use super::{is_test, read, root, rust_files};
use std::path::{Path, PathBuf};

/// The core that decides: the same inputs give the same plan, whenever and wherever.
const PURE: [&str; 6] = [
    "src/model",
    "src/lang",
    "src/plan",
    "src/exec/machine",
    "src/exec/machine.rs",
    "src/exec/status.rs",
];

/// What leads out of a pure function: disk, net, clock, processes, threads, chance, global state.
const OUTSIDE: [&str; 23] = [
    "std::fs",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "std::net::Tcp",
    "std::net::Udp",
    "std::os",
    "Instant::now",
    "SystemTime",
    "mpsc",
    "Mutex",
    "RwLock",
    "Condvar",
    "OnceLock",
    "OnceCell",
    "thread_local!",
    "static mut",
    "sync::atomic",
    "async ",
    "tokio",
    "getrandom",
    "extern \"C\"",
];

/// A word that only some files or folders may use, and why.
type Owner = (&'static str, &'static [&'static str], &'static str);

const OWNERS: [Owner; 10] = [
    ("sled::", &["state/sled.rs", "state/index.rs"], "one file knows sled, one holds it"),
    ("hcl_edit", &["src/cli/generate.rs"], "all other HCL is ours"),
    ("bollard", &["providers/docker"], "the Docker Engine is behind its provider"),
    ("russh", &["providers/sdk/ssh"], "one voice for ssh"),
    (
        "infra_builtin",
        &["src/cli/wire.rs", "src/cli/elsewhere"],
        "one file names providers; their TLS serves states behind an address",
    ),
    ("println!", &[], "who finds something returns it"),
    ("print!(", &[], "who finds something returns it"),
    ("io::stdout", &["src/cli/ui.rs"], "one screen"),
    ("io::stderr", &["src/cli/ui.rs", "src/cli/panics.rs", "src/cli/log.rs"], "one screen"),
    ("miette", &["src/cli"], "only the command line knows the terminal"),
];

#[test]
fn the_core_knows_nothing_of_the_outside() {
    let files: Vec<PathBuf> =
        code().filter(|file| PURE.iter().any(|pure| file.starts_with(pure))).collect();
    assert!(files.len() > 300, "only {} files were found", files.len());
    let mut found = Vec::new();
    for file in files {
        let text = bare(&read(&file));
        for word in OUTSIDE.iter().filter(|word| text.contains(**word)) {
            found.push(format!("{}: {word}", file.display()));
        }
    }
    assert!(found.is_empty(), "what is pure must stay so:\n{}", found.join("\n"));
}

#[test]
fn what_has_an_owner_is_named_by_no_other() {
    let files: Vec<(PathBuf, String)> =
        code().map(|file| (file.clone(), bare(&read(&file)))).collect();
    let mut found = Vec::new();
    for (word, owners, why) in OWNERS {
        let is_owner = |file: &Path| owners.iter().any(|owner| file.starts_with(owner));
        for (file, _) in files.iter().filter(|(file, text)| !is_owner(file) && text.contains(word))
        {
            found.push(format!("{}: {word} ({why})", file.display()));
        }
        for owner in owners {
            let is_used =
                files.iter().any(|(file, text)| file.starts_with(owner) && text.contains(word));
            assert!(is_used, "{owner} does not use {word} any more: take it off the list");
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn one_file_names_providers() {
    let names: Vec<String> = std::fs::read_dir(root().join("providers"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        // The contract is for all; what else is taken from the last one is told above.
        .filter(|name| !["sdk", "builtin"].contains(&&**name))
        .collect();
    assert!(names.len() >= 2, "{names:?}");
    for name in names {
        let word = format!("infra_{name}");
        let own = Path::new("providers").join(&name);
        let mut users = code().filter(|file| !file.starts_with(&own));
        let other = users.find(|file| {
            *file != Path::new("src/cli/wire.rs") && bare(&read(file)).contains(&word)
        });
        assert_eq!(other, None, "only src/cli/wire.rs names `{word}`");
    }
}

/// Returns the files of the program, tests and benches aside.
fn code() -> impl Iterator<Item = PathBuf> {
    let is_program = |file: &PathBuf| {
        !is_test(file) && !["tests", "benches", "examples"].iter().any(|at| file.starts_with(at))
    };
    rust_files().into_iter().filter(is_program)
}

/// Returns a text without comments and without the unit tests at its end.
fn bare(text: &str) -> String {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    lines.map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}
