//! What every engine must do, run over each of them.

use crate::fixture::{address, apply, began, finished, forgotten, info, recorded, started, who};
use infra_model::{
    address::Generation,
    journal::{Entry, Folder, Record, Time},
    snapshot::{Check, CheckStatus, Output, Snapshot},
    value::Value,
    wire,
};
use infra_state::{LocalStore, MemoryStore, RunOutcome, StateError, Store, records_between};
use std::collections::BTreeMap;

/// Runs a test over all engines, each with an empty state.
fn each(test: impl Fn(&dyn Store)) {
    test(&MemoryStore::new());
    let directory = tempfile::tempdir().unwrap();
    test(&LocalStore::open(directory.path().join("plain"), None).unwrap());
    let key = infra_state::Key::from_secret(&"ab".repeat(32)).unwrap();
    test(&LocalStore::open(directory.path().join("sealed"), Some(key)).unwrap().indexed());
}

#[test]
fn a_state_begins_empty() {
    each(|store| {
        let reading = store.read().unwrap();
        assert_eq!(reading.snapshot, Snapshot::default());
        assert_eq!((reading.serial, reading.holder), (0, None));
        assert!(store.history().unwrap().is_empty());
        assert!(matches!(store.at(1), Err(StateError::NoRevision { serial: 1 })));
    });
}

#[test]
fn readers_see_what_was_appended_and_who_appends() {
    each(|store| {
        let mut writer = store.lock(who(41)).unwrap();
        assert_eq!(writer.append(&[began(), started("a", 0, 1, 10)], Time(1)).unwrap(), 2);
        let reading = store.read().unwrap();
        assert_eq!(reading.snapshot, *writer.snapshot());
        let holder = reading.holder.unwrap();
        assert_eq!((holder.who.clone(), holder.epoch), (who(41), writer.epoch()));
        let Err(StateError::Locked(named)) = store.lock(who(42)) else { panic!("locked") };
        assert_eq!(*named, holder);
        assert!(named.id.contains("41"));
        assert!(matches!(store.force_unlock(&named.id), Err(StateError::Locked(_))));
        assert!(matches!(store.force_unlock("else"), Err(StateError::NotLocked { .. })));
        drop(writer);
        assert!(store.read().unwrap().holder.is_none());
        let writer = store.lock(who(42)).unwrap();
        assert_eq!(writer.snapshot().open_intents().count(), 1, "not closed, and still there");
    });
}

#[test]
fn epochs_grow_with_every_lock() {
    each(|store| {
        let mut last = 0;
        for run in 0..5 {
            let mut writer = store.lock(who(1)).unwrap();
            assert!(writer.epoch() > last);
            last = writer.epoch();
            if run % 2 == 0 {
                writer.append(&[began()], Time(1)).unwrap();
                writer.close(info(run)).unwrap();
            }
        }
    });
}

#[test]
fn groups_count_wholly_or_not_at_all() {
    each(|store| {
        let mut writer = store.lock(who(1)).unwrap();
        writer.append(&[began()], Time(1)).unwrap();
        let misfit = [recorded("a", 0, 10), finished("b", 0, 10)];
        let error = writer.append(&misfit, Time(2)).unwrap_err();
        assert!(matches!(error, StateError::Record(_)));
        assert_eq!(writer.snapshot().sequence, 1);
        assert_eq!(store.read().unwrap().snapshot.sequence, 1);
        assert_eq!(writer.append(&[], Time(2)).unwrap(), 1);
        assert_eq!(writer.append(&[recorded("a", 0, 10)], Time(2)).unwrap(), 2);
    });
}

#[test]
fn what_cannot_be_stored_is_refused_whole() {
    each(|store| {
        let mut writer = store.lock(who(1)).unwrap();
        let value = Value::unknown(infra_model::types::Type::String);
        let outputs = BTreeMap::from([("o".into(), Output { value })]);
        let error = writer.append(&[began(), Record::Outputs(outputs)], Time(1)).unwrap_err();
        assert!(matches!(error, StateError::Wire(_)));
        assert_eq!(writer.append(&[began()], Time(1)).unwrap(), 1);
        assert_eq!(store.read().unwrap().snapshot, *writer.snapshot());
    });
}

#[test]
fn history_keeps_fifty_revisions_and_goes_back_to_each() {
    each(|store| {
        let mut states = BTreeMap::new();
        for serial in 1..=55 {
            let record = if serial == 1 { began() } else { recorded("a", serial, 40) };
            apply(store, &[record], serial);
            states.insert(serial, store.read().unwrap().snapshot);
        }
        let history = store.history().unwrap();
        let serials: Vec<u64> = history.iter().map(|revision| revision.serial).collect();
        assert_eq!(serials, (6..=55).rev().collect::<Vec<u64>>());
        assert_eq!(store.read().unwrap().serial, 55);
        for serial in 6..=55 {
            assert_eq!(store.at(serial).unwrap(), states[&serial]);
            let files = store.revision(serial).unwrap();
            assert_eq!(files.configuration, format!("configuration {serial}").into_bytes());
            assert_eq!(files.plan, format!("plan {serial}").into_bytes());
            assert_eq!(files.revision.who, who(7));
            assert_eq!(files.revision.outcome, RunOutcome::Completed);
            assert_eq!(files.revision.last_sequence, states[&serial].sequence);
        }
        assert!(matches!(store.at(5), Err(StateError::NoRevision { serial: 5 })));
        assert!(matches!(store.revision(5), Err(StateError::NoRevision { serial: 5 })));
    });
}

#[test]
fn engines_agree_on_what_they_hold() {
    let memory = MemoryStore::new();
    let directory = tempfile::tempdir().unwrap();
    let local = LocalStore::open(directory.path().join("s"), None).unwrap();
    for store in [&memory as &dyn Store, &local] {
        apply(store, &[began(), started("a", 0, 1, 10), finished("a", 0, 30)], 1);
        apply(store, &[recorded("b", 0, 10), forgotten("a", 0)], 2);
    }
    assert_eq!(memory.read().unwrap().snapshot, local.read().unwrap().snapshot);
    assert_eq!(memory.at(1).unwrap(), local.at(1).unwrap());
    assert_eq!(memory.history().unwrap(), local.history().unwrap());
    assert_eq!(memory.entries().len(), 7);
}

#[test]
fn one_state_becomes_another() {
    let store = MemoryStore::new();
    let check = Check { status: CheckStatus::Fail, messages: vec!["no".into()] };
    let first = [
        began(),
        recorded("a", 0, 5),
        recorded("b", 0, 5),
        Record::Deposed { address: address("b", 0), generation: Generation(1) },
        started("c", 0, 1, 5),
        Record::Checked(BTreeMap::from([("k".into(), check)])),
    ];
    apply(&store, &first, 1);
    let old = store.read().unwrap().snapshot;
    let second = [
        forgotten("a", 0),
        finished("c", 0, 7),
        started("d", 0, 2, 5),
        recorded("e", 0, 5),
        Record::Outputs(BTreeMap::from([("o".into(), Output { value: Value::from(true) })])),
    ];
    apply(&store, &second, 2);
    let new = store.read().unwrap().snapshot;
    for (from, to) in [(&old, &new), (&new, &old), (&Snapshot::default(), &new), (&old, &old)] {
        let other = MemoryStore::new();
        other
            .lock(who(1))
            .unwrap()
            .append(&records_between(&Snapshot::default(), from), Time(1))
            .unwrap();
        let records = records_between(from, to);
        other.lock(who(1)).unwrap().append(&records, Time(1)).unwrap();
        let reached = Snapshot { sequence: to.sequence, ..other.read().unwrap().snapshot };
        assert_eq!(wire::encode_snapshot(&reached), wire::encode_snapshot(to));
        assert_eq!(records.is_empty(), from == to);
    }
}

#[test]
fn the_greatest_generation_is_restored_and_never_falls() {
    let newest = |snapshot: &Snapshot, name: &str| snapshot.instances[&address(name, 0)].newest.0;
    let push = |from: &Snapshot, to: &Snapshot| {
        let mut folder = Folder::new(from.clone());
        for record in records_between(from, to) {
            let sequence = folder.snapshot().sequence + 1;
            folder.fold(&Entry { sequence, epoch: 1, at: Time(1), record }).unwrap();
        }
        let reached = folder.into_snapshot();
        assert!(records_between(&reached, to).is_empty(), "a second push says nothing");
        reached
    };
    let store = MemoryStore::new();
    apply(&store, &[began(), recorded("a", 0, 5), started("b", 0, 1, 5)], 1);
    let plain = store.read().unwrap().snapshot;
    let mut ahead = plain.clone();
    for instance in ahead.instances.values_mut() {
        instance.newest = Generation(7);
    }
    // Into an empty state, over one that is behind, and over one that is ahead.
    for from in [&Snapshot::default(), &plain, &ahead] {
        let reached = push(from, &ahead);
        assert_eq!((newest(&reached, "a"), newest(&reached, "b")), (7, 7));
        let contents = |s: &Snapshot| s.instances.clone();
        assert_eq!(contents(&reached), contents(&ahead));
    }
    let back = push(&ahead, &plain);
    assert_eq!((newest(&back, "a"), newest(&back, "b")), (7, 7));
    let mut deposed = ahead.clone();
    deposed.instances.get_mut(&address("a", 0)).unwrap().deposed.push(Generation(1));
    assert_eq!(newest(&push(&deposed, &plain), "a"), 7, "even if all of it had to be forgotten");
}
