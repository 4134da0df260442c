//! Commands that install modules, from directories beside the estate: no network, no other program.

use super::Case;
use crate::end_to_end::estate::Estate;
use std::fs;

/// The modules that are called.
const NAMES: [&str; 2] = ["one", "two"];

pub(crate) const INSTALLS: [Case; 3] = [
    Case {
        name: "installed modules",
        command: "init -migrate-state",
        prepare: |estate| {
            begin_anew(estate);
            call(estate, "first");
        },
        judge: |estate, is_new| {
            let valid = estate.run("validate");
            if valid.code == Some(0) {
                assert!(NAMES.iter().all(|name| holds(estate, name, "first")));
            } else {
                assert!(!is_new && valid.has("Module not installed"), "{}", valid.all());
            }
            is_installed(estate, is_new);
        },
    },
    Case {
        name: "upgraded modules",
        command: "init -upgrade",
        prepare: |estate| {
            begin_anew(estate);
            call(estate, "same");
            packages(estate, "same", "first");
            estate.run("init").exits(0);
            packages(estate, "same", "second");
        },
        judge: |estate, is_new| {
            let valid = estate.run("validate");
            let versions: &[&str] = if is_new { &["second"] } else { &["first", "second"] };
            if valid.code == Some(0) {
                let is_one = |version: &&str| NAMES.iter().all(|name| holds(estate, name, version));
                assert!(versions.iter().any(is_one), "a mixture of versions");
            } else {
                assert!(!is_new && valid.has("Module not installed"), "{}", valid.all());
            }
            // What the lock file holds cannot be had any more where it is the older one, and what is
            // half of an upgrade is not taken for something that a person changed.
            let next = estate.run("init").lacks("Installed module was changed");
            assert!(next.code == Some(0) || !is_new, "{}", next.all());
            is_installed(estate, is_new);
        },
    },
    Case {
        name: "copied configuration",
        command: "init -from-module=../packages/first/one",
        prepare: |estate| {
            begin_anew(estate);
            fs::remove_file(estate.file("main.tf")).ok();
        },
        judge: |estate, is_new| {
            let is_there = |name: &&str| estate.file(name).exists();
            let count =
                ["main.tf", "more.tf", "below/deep.txt"].iter().filter(|n| is_there(n)).count();
            assert!(count == 3 || !is_new, "{count}");
            let valid = estate.run("validate");
            let is_refused = valid.has("Configuration is here in part only");
            assert!(is_refused && !is_new || [0, 3].contains(&count), "{count}: {}", valid.all());
            if count == 3 && !is_refused {
                assert_eq!(valid.code, Some(0), "{}", valid.all());
                assert_eq!(fs::read_to_string(estate.file("more.tf")).unwrap(), "# first one\n");
            }
        },
    },
];

/// Leaves nothing but the packages of two versions.
fn begin_anew(estate: &Estate) {
    for entry in fs::read_dir(estate.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
    }
    packages(estate, "first", "first");
}

/// Writes the packages of a version.
fn packages(estate: &Estate, place: &str, version: &str) {
    for name in NAMES {
        package(estate, &format!("../packages/{place}/{name}"), name, version);
    }
}

fn package(estate: &Estate, below: &str, name: &str, version: &str) {
    estate.write(&format!("{below}/main.tf"), "output \"a\" {\n  value = 1\n}\n");
    estate.write(&format!("{below}/more.tf"), &format!("# {version} {name}\n"));
    estate.write(&format!("{below}/below/deep.txt"), version);
}

/// Writes a configuration that calls the packages by paths that are copied.
fn call(estate: &Estate, place: &str) {
    let packages = estate.path().with_file_name("packages").join(place);
    let call = |name: &&str| {
        format!("module \"{name}\" {{\n  source = \"{}/{name}\"\n}}\n", packages.display())
    };
    estate.write("main.tf", &NAMES.iter().map(call).collect::<String>());
}

/// Returns whether a module is of a version, whole.
fn holds(estate: &Estate, name: &str, version: &str) -> bool {
    let read = |file: &str| {
        fs::read_to_string(estate.file(&format!(".infra/modules/{name}/{file}")))
            .unwrap_or_default()
    };
    read("main.tf") == "output \"a\" {\n  value = 1\n}\n"
        && read("more.tf") == format!("# {version} {name}\n")
        && read("below/deep.txt") == version
}

/// Checks that a finished installation has nothing more to do, and leaves no parts.
fn is_installed(estate: &Estate, is_new: bool) {
    if is_new {
        estate.run("init -lockfile=readonly").exits(0).lacks("Downloading");
        assert!(!estate.file(".infra/modules/.partial").exists());
    }
}
