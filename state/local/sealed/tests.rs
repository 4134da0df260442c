//! Saved plans on a real disk.

use super::*;
use crate::seal::{TAG_BYTES, checksum};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use tempfile::TempDir;

fn key(secret: &str) -> Key {
    Key::from_secret(secret).unwrap()
}

fn body() -> Vec<u8> {
    b"the body of a plan with hunter2 in it, ".repeat(100)
}

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("plan.out");
    (directory, path)
}

fn problem_of(path: &Path, key: Option<&Key>) -> Problem {
    match read(path, key) {
        Err(StateError::PlanFile { problem, .. }) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn reads_what_was_written_with_and_without_a_key() {
    let (directory, path) = place();
    for key in [None, Some(key(&"0f".repeat(32))), Some(key("a passphrase"))] {
        write(&path, &body(), key.as_ref()).unwrap();
        assert_eq!(read(&path, key.as_ref()).unwrap(), body());
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.len() < body().len(), "it is compressed");
        let clear = bytes.windows(7).any(|window| window == b"hunter2");
        assert_eq!(clear, key.is_none());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
    write(&path, &[], None).unwrap();
    assert_eq!(read(&path, None).unwrap(), []);
}

#[test]
fn a_wide_open_file_is_replaced_by_a_private_one() {
    let (_directory, path) = place();
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    write(&path, &body(), None).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_link_stays_a_link() {
    let (directory, path) = place();
    let link = directory.path().join("link");
    fs::write(&path, "old").unwrap();
    symlink("plan.out", &link).unwrap();
    write(&link, &body(), None).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(read(&path, None).unwrap(), body());
}

#[test]
fn keys_are_asked_for_by_name() {
    let (_directory, path) = place();
    write(&path, &body(), Some(&key("one"))).unwrap();
    assert_eq!(problem_of(&path, None), Problem::KeyMissing);
    assert_eq!(problem_of(&path, Some(&key("two"))), Problem::KeyWrong);
    let other_sort = key(&"0f".repeat(32));
    assert_eq!(problem_of(&path, Some(&other_sort)), Problem::KeyWrong);
}

#[test]
fn every_flipped_byte_and_every_cut_is_found() {
    let (_directory, path) = place();
    for key in [None, Some(key(&"0f".repeat(32)))] {
        write(&path, &body(), key.as_ref()).unwrap();
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x20;
            fs::write(&path, &bad).unwrap();
            assert!(read(&path, key.as_ref()).is_err(), "byte {at}");
            fs::write(&path, &good[..at]).unwrap();
            assert!(read(&path, key.as_ref()).is_err(), "cut at {at}");
        }
        let longer = [good.as_slice(), b"more"].concat();
        fs::write(&path, longer).unwrap();
        assert!(matches!(problem_of(&path, key.as_ref()), Problem::Damaged(_)));
    }
}

#[test]
fn a_newer_version_is_named() {
    let (_directory, path) = place();
    write(&path, &body(), None).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[6] = 9;
    let content = super::super::preamble::PREAMBLE_BYTES - TAG_BYTES;
    let sum = checksum(&[&bytes[..content]]);
    bytes[content..content + TAG_BYTES].copy_from_slice(&sum);
    fs::write(&path, bytes).unwrap();
    assert_eq!(problem_of(&path, None), Problem::NewerVersion);
}

#[test]
fn what_is_no_plan_is_refused_as_such() {
    let (directory, path) = place();
    assert_eq!(problem_of(&path, None), Problem::Missing);
    for other in ["", "INFRA", "INFRAJ\x01", "resource \"a\" \"b\" {}\n"] {
        fs::write(&path, other).unwrap();
        assert_eq!(problem_of(&path, None), Problem::NotAPlan, "{other:?}");
    }
    fs::write(&path, ZIP).unwrap();
    assert_eq!(problem_of(&path, None), Problem::Foreign);
    assert_eq!(problem_of(directory.path(), None), Problem::NotAPlan);
    assert_eq!(problem_of(Path::new("/dev/zero"), None), Problem::NotAPlan);
}

#[test]
fn nothing_but_a_file_is_replaced() {
    let (directory, _) = place();
    for path in [directory.path(), Path::new("/dev/null")] {
        let error = write(path, &body(), None).unwrap_err();
        assert_eq!(error.code(), "infra::state::plan_unwritable");
    }
    let nowhere = directory.path().join("no").join("plan.out");
    assert!(write(&nowhere, &body(), None).is_err());
}

#[test]
fn texts_speak_of_the_plan_and_never_of_the_state() {
    use Problem as P;
    let all = [
        P::Missing,
        P::NotAPlan,
        P::Foreign,
        P::Damaged("it is too short".into()),
        P::NewerVersion,
        P::KeyMissing,
        P::KeyWrong,
        P::NotAFile,
    ];
    for problem in all {
        let error = StateError::PlanFile { file: "p".into(), problem };
        let diagnostic = infra_model::diagnostic::Diagnostic::from(&error);
        let text = format!("{} {} {}", diagnostic.summary, diagnostic.detail, diagnostic.help);
        let said = text.replace("INFRA_STATE_KEY", "");
        assert!(said.contains("plan") && !said.contains("state"), "{text}");
    }
}
