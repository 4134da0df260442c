//! Death at every operation: of the process, and of the power with all that it may leave.

use crate::{
    fixture::{self, Told, apply, open, recorded},
    recording::{CRASHES, Crash, Recording},
};
use infra_state::Store as _;

/// Opens what a crash left and compares it with what was told to the caller.
fn check(files: &Recording, told: &Told, operations: usize, crash: Crash) {
    let place = format!("after {operations} operations, {crash:?}");
    let left = files.crashed(operations, crash);
    let store = open(&left.shared());
    let reading = store.read().unwrap_or_else(|error| panic!("{place}: {error}"));
    let sequence = reading.snapshot.sequence;
    assert!(sequence >= told.acknowledged_by(operations), "{place}: {sequence} is too old");
    let state = told.states.get(&sequence).unwrap_or_else(|| panic!("{place}: torn group"));
    assert_eq!(reading.snapshot, *state, "{place}");
    assert!(reading.holder.is_none(), "{place}: the holder is dead");
    for revision in store.history().unwrap() {
        assert!(revision.last_sequence <= sequence, "{place}");
    }

    // Whatever it left, the next run goes on from it.
    let more = if sequence == 0 { fixture::began() } else { recorded("z", 0, 10) };
    apply(&store, &[more], 9);
    let next = store.read().unwrap_or_else(|error| panic!("{place}, later: {error}"));
    assert_eq!(next.snapshot.sequence, sequence + 2, "{place}");
    assert!(next.warnings.is_empty(), "{place}: {:?}", next.warnings);
}

#[test]
fn nothing_acknowledged_is_lost_whenever_it_dies() {
    let files = Recording::new();
    let counter = files.clone();
    let told = fixture::drive(&files.shared(), &move || counter.operations());
    assert!(told.errors.is_empty());
    for operations in 0..=files.operations() {
        for crash in CRASHES {
            check(&files, &told, operations, crash);
        }
    }
}

#[test]
fn power_that_fails_during_recovery_loses_nothing_either() {
    let files = Recording::new();
    let counter = files.clone();
    let told = fixture::drive(&files.shared(), &move || counter.operations());
    for first in (0..=files.operations()).step_by(3) {
        let killed = files.killed(first);
        let store = open(&killed.shared());
        let before = store.read().unwrap().snapshot.sequence;
        let mut writer = store.lock(fixture::who(2)).unwrap();
        let recovered = killed.operations();
        writer.append(&[fixture::began()], infra_model::journal::Time(3)).unwrap();
        let appended = killed.operations();
        drop(writer);
        for second in first..=killed.operations() {
            let acknowledged = match second {
                _ if second >= appended => before + 1,
                // What recovery read it has made durable, or a later power failure would undo it.
                _ if second >= recovered => before,
                _ => told.acknowledged_by(first),
            };
            let left = killed.crashed(second, Crash::NothingMore);
            let reading = open(&left.shared()).read().unwrap();
            assert!(reading.snapshot.sequence >= acknowledged, "{first}, {second}");
        }
    }
}
