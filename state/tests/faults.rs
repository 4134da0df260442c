//! Every operation fails in turn, once or from then on: errors are told, and nothing else is lost.

use crate::{
    fixture::{self, began, finished, info, open, recorded, started, who},
    recording::{Crash, Fault, Recording},
};
use infra_model::{diagnostic::Retry, journal::Time};
use infra_state::{StateError, Store as _, Written, outcomes};
use std::io::ErrorKind;

const KINDS: [ErrorKind; 3] =
    [ErrorKind::StorageFull, ErrorKind::Other, ErrorKind::ReadOnlyFilesystem];

#[test]
fn a_failed_operation_loses_nothing_that_was_acknowledged() {
    let whole = Recording::new();
    let counter = whole.clone();
    let _told = fixture::drive(&whole.shared(), &move || counter.operations());
    for at in 0..whole.operations() {
        for kind in KINDS {
            // A disk stays read-only; it may be full or fail for once, or from then on.
            for forever in [false, true] {
                if forever || kind != ErrorKind::ReadOnlyFilesystem {
                    sweep(Fault { at, forever, kind });
                }
            }
        }
    }
}

fn sweep(fault: Fault) {
    let files = Recording::new();
    files.fail(Some(fault));
    let counter = files.clone();
    let told = fixture::drive(&files.shared(), &move || counter.operations());
    for (i, error) in told.errors.iter().enumerate() {
        if i > 0 && matches!(error, StateError::Record(_)) {
            // What it follows on was refused before.
            continue;
        }
        let right = match fault.kind {
            ErrorKind::StorageFull => matches!(error, StateError::DiskFull { .. }),
            ErrorKind::ReadOnlyFilesystem => matches!(error, StateError::ReadOnly { .. }),
            _ => matches!(error, StateError::Io { .. }),
        };
        assert!(right, "{fault:?}: {error}");
        assert_eq!(error.retry(), Retry::Safe);
    }
    files.fail(None);
    let acknowledged = told.acknowledged_by(usize::MAX);
    for left in [files.clone(), files.crashed(files.operations(), Crash::NothingMore)] {
        let store = open(&left.shared());
        let reading = store.read().unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert!(reading.snapshot.sequence >= acknowledged, "{fault:?}");
        let more = if reading.snapshot.lineage.is_empty() { began() } else { recorded("z", 0, 1) };
        fixture::apply(&store, &[more], 9);
        assert!(store.read().unwrap().snapshot.sequence > acknowledged);
    }
}

#[test]
fn an_append_that_failed_can_be_repeated() {
    let files = Recording::new();
    let store = open(&files.shared());
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[began()], Time(1)).unwrap();
    for kind in KINDS {
        for later in 0..2 {
            let before = writer.snapshot().clone();
            files.fail(Some(Fault { at: files.operations() + later, forever: false, kind }));
            let error = writer.append(&[recorded("long", 0, 2000)], Time(2)).unwrap_err();
            assert_eq!(error.written(), Written::Uncertain);
            assert_eq!(*writer.snapshot(), before, "a failed group is taken out again");
            writer.append(&[recorded("short", 0, 1)], Time(3)).unwrap();
            let reading = store.read().unwrap();
            assert_eq!(reading.snapshot, *writer.snapshot());
        }
    }
    drop(writer);
    let reading = store.read().unwrap();
    assert!(reading.warnings.is_empty(), "nothing is left of what failed: {:?}", reading.warnings);
}

/// Systems that could not write a page take it for written, and go on to show it to whoever reads.
#[test]
fn record_that_only_seems_to_be_on_the_disk_is_written_once_more() {
    let files = Recording::new();
    let store = open(&files.shared());
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[began()], Time(1)).unwrap();
    let at = files.operations() + 1;
    files.fail(Some(Fault { at, forever: false, kind: ErrorKind::Other }));
    let error = writer.append(&[recorded("a", 0, 10)], Time(2)).unwrap_err();
    assert!(matches!(error, StateError::Io { doing: "sync", .. }), "{error}");
    drop(writer);

    let mut writer = store.lock(who(2)).unwrap();
    assert_eq!(writer.snapshot().sequence, 2, "it counts now, so it must stay");
    writer.append(&[recorded("b", 0, 10)], Time(3)).unwrap();
    let left = files.crashed(files.operations(), Crash::NothingMore);
    assert_eq!(open(&left.shared()).read().unwrap().snapshot.sequence, 3);
}

#[test]
fn outcomes_find_room_on_a_full_disk() {
    let files = Recording::new();
    let store = open(&files.shared());
    let mut writer = store.lock(who(1)).unwrap();
    writer.append(&[began()], Time(1)).unwrap();
    let starts: Vec<_> = (0..8).map(|i| started("a", i, 1, 3000)).collect();
    writer.append(&starts, Time(2)).unwrap();

    // A full disk takes what overwrites: only what lengthens fails.
    let group = [finished("a", 0, 6000), started("b", 0, 1, 30_000)];
    files.fill(true);
    let error = writer.append(&group, Time(3)).unwrap_err();
    assert!(matches!(error, StateError::DiskFull { written: Written::Nothing, .. }), "{error}");
    writer.append(&outcomes(&group), Time(4)).unwrap();
    for i in 1..8 {
        writer.append(&[finished("a", i, 6000)], Time(5)).unwrap();
    }
    let last = writer.snapshot().sequence;
    let closed = writer.close(info(6)).unwrap();
    assert!(closed.warnings.iter().any(|w| w.code == "infra::state::disk_full"));
    assert_eq!(closed.revision.last_sequence, last + 1);
    let reading = store.read().unwrap();
    assert_eq!(reading.snapshot.instances.len(), 8);
    assert_eq!(reading.snapshot.open_intents().count(), 0);

    // With room again, the next run writes what could not be written.
    files.fill(false);
    fixture::apply(&store, &[recorded("c", 0, 10)], 7);
    assert_eq!(store.read().unwrap().snapshot.instances.len(), 9);
    assert_eq!(store.history().unwrap().len(), 2);
}

#[test]
fn a_state_that_cannot_be_written_refuses_before_anything_is_done() {
    let files = Recording::new();
    let fault = Fault { at: 0, forever: true, kind: ErrorKind::ReadOnlyFilesystem };
    files.fail(Some(fault));
    let store = open(&files.shared());
    assert!(matches!(store.lock(who(1)), Err(StateError::ReadOnly { .. })));
    assert!(store.read().unwrap().snapshot.is_empty());
}
