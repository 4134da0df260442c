//! What it costs: syncs, bytes, room, and the index that large states have.

use crate::fixture::{apply, began, finished, forgotten, info, recorded, started, who};
use infra_model::journal::{Record, Time};
use infra_state::{LocalStore, Store as _};
use std::{fs, path::Path};

fn footprint(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let size = |path: &Path| fs::metadata(path).unwrap().len();
    entries.map(|path| if path.is_dir() { footprint(&path) } else { size(&path) }).sum()
}

#[test]
fn an_append_costs_one_sync() {
    let directory = tempfile::tempdir().unwrap();
    let store = LocalStore::open(directory.path().join("s"), None).unwrap();
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[began()], Time(1)).unwrap();
    let before = store.figures();
    for i in 0..500 {
        writer.append(&[started("a", i, 1, 500)], Time(1)).unwrap();
        writer.append(&[finished("a", i, 500)], Time(1)).unwrap();
    }
    let after = store.figures();
    assert_eq!(after.appends - before.appends, 1000);
    assert_eq!(after.file_syncs - before.file_syncs, 1000);
    assert_eq!(after.directory_syncs, before.directory_syncs);
    // Records of about 600 bytes; room is written once as zeros.
    assert!(after.bytes_written - before.bytes_written < 1000 * 700 * 5 / 2);
}

#[test]
fn closing_writes_in_proportion_to_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let store = LocalStore::open(directory.path().join("s"), None).unwrap();
    let all: Vec<Record> = (0..2000).map(|i| recorded("a", i, 500)).collect();
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[began()], Time(1)).unwrap();
    writer.append(&all, Time(1)).unwrap();
    writer.close(info(1)).unwrap();
    let before = store.figures();
    for run in 2..12 {
        apply(&store, &[recorded("a", run, 500)], run);
    }
    let written = store.figures().bytes_written - before.bytes_written;
    assert!(written < 10 * 64 * 1024, "{written} bytes for ten small runs on a large state");
    assert_eq!(store.read().unwrap().snapshot.instances.len(), 2000);
    assert_eq!(store.at(5).unwrap().sequence, 2002 + 8);
}

#[test]
fn a_small_state_is_small() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let store = LocalStore::open(&path, None).unwrap().indexed();
    for run in 1..60 {
        apply(&store, &[if run == 1 { began() } else { recorded("a", run, 300) }], run);
    }
    assert!(footprint(&path) < 1024 * 1024, "{}", footprint(&path));
}

#[cfg(feature = "sled")]
#[test]
fn the_index_follows_large_states() {
    use crate::fixture::{address, noise};
    use infra_state::OBJECTS_MIN;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let key = infra_state::Key::from_secret(&"5a".repeat(32)).unwrap();
    let store = LocalStore::open(&path, Some(key)).unwrap().indexed();
    let size = OBJECTS_MIN as u64 + 50;
    let all: Vec<Record> = (0..size).map(|i| recorded("a", i, 100)).collect();
    apply(&store, &[&[began()], all.as_slice()].concat(), 1);
    let index = path.join("index");
    let same = |round: &str| {
        let snapshot = store.read().unwrap().snapshot;
        for i in [0, 1, 7, size - 1, size] {
            let found = store.look_up(who(1), &address("a", i)).unwrap();
            assert_eq!(found.as_ref(), snapshot.instance(&address("a", i)), "{round} {i}");
        }
    };
    same("built");
    // Larger than one value may be, one gone, one new.
    apply(&store, &[recorded("a", 7, 50_000), forgotten("a", 1), recorded("a", size, 9)], 2);
    same("followed");

    // A run that never reached the index, and then files that are not what they were.
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[recorded("a", 0, 60)], Time(1)).unwrap();
    drop(writer);
    same("lagging");
    apply(&store, &[recorded("a", 1, 61)], 3);
    same("rebuilt");
    for damage in ["", "garbage", &noise(1, 100_000)] {
        for file in ["db", "conf"] {
            fs::write(index.join(file), damage).unwrap();
            same("damaged");
            let mut writer = store.lock(who(1)).unwrap();
            writer.append(&[recorded("a", 1, 62)], Time(1)).unwrap();
            let closed = writer.close(info(4)).unwrap();
            assert!(closed.warnings.is_empty(), "{:?}", closed.warnings);
            same("rebuilt after damage");
        }
    }
}

/// Not a measurement, but far from what anything quadratic would take.
#[test]
fn ten_thousand_objects_are_applied_read_and_destroyed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let store = LocalStore::open(&path, None).unwrap().indexed();
    let size = 10_000;
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[began()], Time(1)).unwrap();
    for first in (0..size).step_by(100) {
        let group: Vec<Record> = (first..first + 100).map(|i| recorded("a", i, 1200)).collect();
        writer.append(&group, Time(1)).unwrap();
    }
    writer.close(info(1)).unwrap();
    assert_eq!(store.read().unwrap().snapshot.instances.len(), 10_000);
    let mut writer = store.lock(who(1)).unwrap();
    for first in (0..size).step_by(100) {
        let group: Vec<Record> = (first..first + 100).map(|i| forgotten("a", i)).collect();
        writer.append(&group, Time(1)).unwrap();
    }
    writer.close(info(2)).unwrap();
    assert!(store.read().unwrap().snapshot.is_empty());
    assert_eq!(store.at(1).unwrap().instances.len(), 10_000);
}
