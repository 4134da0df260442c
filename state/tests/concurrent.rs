//! Readers beside a writer: never an error, never older than what was acknowledged before.

use crate::fixture::{began, info, recorded, who};
use infra_model::journal::Time;
use infra_state::{LocalStore, Store};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

#[test]
fn readers_keep_up_with_a_writer() {
    let directory = tempfile::tempdir().unwrap();
    let store = LocalStore::open(directory.path().join("s"), None).unwrap().keeping(3);
    let acknowledged = AtomicU64::new(0);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut reads = 0;
                while !done.load(Ordering::SeqCst) || reads == 0 {
                    let before = acknowledged.load(Ordering::SeqCst);
                    let reading = store.read().unwrap();
                    assert!(reading.snapshot.sequence >= before);
                    assert!(reading.warnings.is_empty(), "{:?}", reading.warnings);
                    store.history().unwrap();
                    reads += 1;
                }
            });
        }
        for run in 0..30 {
            let mut writer = store.lock(who(1)).unwrap();
            for i in 0..10 {
                let group = if run + i == 0 { began() } else { recorded("a", i, 3000) };
                let last = writer.append(&[group], Time(1)).unwrap();
                acknowledged.store(last, Ordering::SeqCst);
            }
            let closed = writer.close(info(run)).unwrap();
            acknowledged.store(closed.revision.last_sequence, Ordering::SeqCst);
        }
        done.store(true, Ordering::SeqCst);
    });
}
