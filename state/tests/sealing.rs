//! Keys: what they hide, what happens without them, and how a state comes to have one.

use crate::fixture::{apply, began, info, recorded, who};
use infra_model::journal::{Record, Time};
use infra_model::{snapshot::Output, value::Value};
use infra_state::{Key, LocalStore, StateError, Store as _};
use std::{collections::BTreeMap, fs, path::Path};

const SECRET: &str = "hunter2-SECRET";

fn key(secret: &str) -> Key {
    Key::from_secret(secret).unwrap()
}

fn with_secret() -> Record {
    let value = Value::from(SECRET).sensitive();
    Record::Outputs(BTreeMap::from([("o".into(), Output { value })]))
}

/// Returns the files below a directory in which a text stands.
fn files_with(directory: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|w| w == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn nothing_is_in_clear_with_a_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let store = LocalStore::open(&path, Some(key("a passphrase"))).unwrap().indexed();
    apply(&store, &[began(), with_secret()], 1);
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[with_secret(), recorded("topology", 0, 10)], Time(2)).unwrap();
    drop(writer);
    for text in [SECRET, "topology", "configuration 1", "plan 1"] {
        assert_eq!(files_with(&path, text), Vec::<String>::new());
    }
    let again = LocalStore::open(&path, Some(key("a passphrase\n"))).unwrap();
    assert_eq!(again.read().unwrap().snapshot.outputs["o"].value, Value::from(SECRET).sensitive());

    let missing = LocalStore::open(&path, None).unwrap();
    let wrong = LocalStore::open(&path, Some(key("another"))).unwrap();
    let bytes = LocalStore::open(&path, Some(key(&"00".repeat(32)))).unwrap();
    assert!(matches!(missing.read(), Err(StateError::KeyMissing { .. })));
    assert!(matches!(missing.lock(who(1)), Err(StateError::KeyMissing { .. })));
    assert!(matches!(missing.history(), Err(StateError::KeyMissing { .. })));
    for other in [wrong, bytes] {
        assert!(matches!(other.read(), Err(StateError::KeyWrong { .. })));
        assert!(matches!(other.lock(who(1)), Err(StateError::KeyWrong { .. })));
        assert!(matches!(other.at(1), Err(StateError::KeyWrong { .. })));
    }
}

#[test]
fn a_state_in_clear_is_sealed_once_there_is_a_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let clear = LocalStore::open(&path, None).unwrap();
    apply(&clear, &[began(), with_secret()], 1);
    drop(clear.lock(who(1)).unwrap().append(&[with_secret()], Time(1)));
    apply(&clear, &[recorded("a", 0, 10)], 2);
    assert!(!files_with(&path, SECRET).is_empty());
    let before = (clear.at(1).unwrap(), clear.read().unwrap().snapshot);

    let sealed = LocalStore::open(&path, Some(key("a passphrase"))).unwrap();
    assert_eq!(sealed.read().unwrap().snapshot, before.1, "what is in clear can still be read");
    let writer = sealed.lock(who(1)).unwrap();
    let closed = writer.close(info(3)).unwrap();
    assert!(closed.warnings.is_empty(), "{:?}", closed.warnings);
    for text in [SECRET, "configuration", "thing"] {
        assert_eq!(files_with(&path, text), Vec::<String>::new());
    }
    assert_eq!(sealed.at(1).unwrap(), before.0, "the history is kept");
    assert_eq!(sealed.history().unwrap().len(), 3);
    assert_eq!(sealed.revision(2).unwrap().configuration, b"configuration 2");
    assert!(matches!(clear.read(), Err(StateError::KeyMissing { .. })));
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    apply(&LocalStore::open(&path, None).unwrap(), &[began()], 1);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for entry in fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            for file in fs::read_dir(&entry).unwrap() {
                assert_eq!(mode(&file.unwrap().path()), 0o600);
            }
        } else {
            assert_eq!(mode(&entry), 0o600);
        }
    }
}

#[test]
fn a_file_in_the_place_of_the_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("terraform.tfstate");
    fs::write(&path, "{}").unwrap();
    let error = LocalStore::open(&path, None).unwrap_err();
    assert!(matches!(error, StateError::NotADirectory { .. }));
    let diagnostic = infra_model::diagnostic::Diagnostic::from(error);
    assert!(diagnostic.help.contains("import-state"));
}

#[test]
fn a_missing_key_is_told_with_the_names_of_what_gives_it() {
    let error = StateError::KeyMissing { path: "s".into() };
    let diagnostic = infra_model::diagnostic::Diagnostic::from(error);
    assert_eq!(
        &*diagnostic.help,
        "set INFRA_STATE_KEY, or INFRA_STATE_KEY_COMMAND to a command that prints it"
    );
    let gap = infra_model::diagnostic::Diagnostic::from(StateError::Gap { expected: 1, found: 5 });
    assert!(gap.help.ends_with("nothing was changed"), "{}", gap.help);
}
