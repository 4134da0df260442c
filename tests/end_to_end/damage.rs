//! States that are not what they should be: damaged, newer, elsewhere, or not writable.

use super::{
    estate::{Estate, files_below},
    outside,
};
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command};

const MAIN: &str = "resource \"terraform_data\" \"a\" {\n  count = 3\n  input = count.index\n}\n";

/// Returns the files of a state that hold the state itself, the notes left out.
fn state_files(estate: &Estate) -> Vec<PathBuf> {
    let files = files_below(&estate.file(".infra")).into_iter().map(|(path, _)| path);
    let parts = ["journal", "checkpoint"];
    let of_state = |path: &PathBuf| {
        path.parent().and_then(|p| p.file_name()).is_some_and(|n| parts.iter().any(|p| n == *p))
    };
    files.filter(of_state).collect()
}

/// Checks that a state which was damaged is either refused or whole, and never empty.
#[track_caller]
fn never_empty(estate: &Estate, what: &str) {
    let plan = estate.run("plan -detailed-exitcode");
    match plan.code {
        Some(0) => {
            // A warning about the damage goes before the list.
            let listed =
                estate.recorded().iter().filter(|a| a.starts_with("terraform_data.a[")).count();
            assert_eq!(listed, 3, "{what}");
        }
        Some(1) => assert!(plan.stderr.contains(".infra"), "{what} is not named:\n{}", plan.stderr),
        _ => panic!("{what}: taken as another state:\n{}", plan.all()),
    }
}

#[test]
fn damaged_files_are_refused_or_recovered_but_never_taken_as_empty() {
    for sealed in [false, true] {
        let estate = if sealed { Estate::of(MAIN).sealed() } else { Estate::of(MAIN) };
        estate.apply();
        for path in state_files(&estate) {
            let whole = fs::read(&path).unwrap();
            let shown = path.display().to_string();
            for length in [0, whole.len() / 3, whole.len().saturating_sub(1)] {
                fs::write(&path, &whole[..length]).unwrap();
                never_empty(&estate, &format!("{shown} cut to {length}"));
            }
            for place in [0, 9, whole.len() / 2] {
                let mut bytes = whole.clone();
                bytes[place] ^= 0x40;
                fs::write(&path, &bytes).unwrap();
                never_empty(&estate, &format!("{shown} changed at {place}"));
            }
            fs::remove_file(&path).unwrap();
            never_empty(&estate, &format!("{shown} removed"));
            fs::write(&path, &whole).unwrap();
        }
        estate.is_settled();
    }
}

#[test]
fn all_files_damaged_at_once_are_refused() {
    let estate = Estate::of(MAIN);
    estate.apply();
    for path in state_files(&estate) {
        fs::write(path, b"").unwrap();
    }
    for command in ["plan", "apply -auto-approve", "state list", "show", "output"] {
        estate.run(command).exits(1).says(".infra");
    }
}

#[test]
fn newer_state_is_refused() {
    let estate = Estate::of(MAIN);
    estate.apply();
    for path in state_files(&estate) {
        let mut bytes = fs::read(&path).unwrap();
        // Word, sort, version; a checksum of the first 112 bytes stands behind them.
        bytes[6] += 40;
        let sum = half_sha256(&bytes[..112]);
        bytes[112..128].copy_from_slice(&sum);
        fs::write(path, bytes).unwrap();
    }
    estate.run("plan").exits(1).says("newer version");
    estate.run("apply -auto-approve").exits(1).says("newer version");
}

/// Returns the first half of the SHA-256 of some bytes, by the program of that name.
fn half_sha256(bytes: &[u8]) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let said = outside::ask("sha256sum", &[&file.path().display().to_string()]).unwrap();
    let digits = |at: usize| u8::from_str_radix(&said[at..at + 2], 16).unwrap();
    (0..16).map(|byte| digits(byte * 2)).collect()
}

#[test]
fn backend_path_that_names_a_file_is_refused_with_a_way_on() {
    let estate = Estate::of(MAIN);
    estate.write(
        "backend.tf",
        "terraform {\n  backend \"local\" {\n    path = \"terraform.tfstate\"\n  }\n}\n",
    );
    let text = "{\"version\": 4, \"resources\": []}\n";
    estate.write("terraform.tfstate", text);
    for command in ["plan", "apply -auto-approve", "state list"] {
        estate.run(command).exits(1).says("terraform.tfstate").says("infra import-state FILE");
    }
    assert_eq!(fs::read_to_string(estate.file("terraform.tfstate")).unwrap(), text);
}

#[test]
fn backend_path_is_where_the_state_lies() {
    let estate = Estate::of(MAIN);
    estate.write(
        "backend.tf",
        "terraform {\n  backend \"local\" {\n    path = \"deep/state\"\n  }\n}\n",
    );
    estate.apply();
    assert!(estate.file("deep/state").is_dir());
    assert!(!estate.file(".infra").exists());
    estate.is_settled();
    estate.write("backend.tf", "terraform {\n  backend \"consul\" {}\n}\n");
    estate.run("plan").exits(1).says("consul");
}

/// Returns a directory that cannot be written, or nothing if this user may write everywhere.
fn read_only(estate: &Estate) -> bool {
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout == b"0\n");
    let mode =
        |path: PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    if root {
        // Root writes through permissions; a file in place of the directory stops it all the same.
        return false;
    }
    mode(estate.path(), 0o500);
    true
}

#[test]
fn directory_that_cannot_be_written_stops_before_anything_is_done() {
    let estate = Estate::of(
        "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    command = \"touch /tmp/$MARK\"\n  }\n}\n",
    );
    if !read_only(&estate) {
        // `/proc` refuses new directories even to root.
        estate.write(
            "backend.tf",
            "terraform {\n  backend \"local\" {\n    path = \"/proc/infra\"\n  }\n}\n",
        );
    }
    let output = estate.run("apply -auto-approve").exits(1);
    assert!(output.addresses("Creating").is_empty(), "{}", output.all());
    estate.run("plan -detailed-exitcode").exits(2);
    fs::set_permissions(estate.path(), fs::Permissions::from_mode(0o700)).unwrap();
}
