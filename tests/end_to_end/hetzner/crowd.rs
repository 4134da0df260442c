//! Many cases at the same time: most of what they take is waiting for what was lost to settle.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Meets all cases, so many of them at a time; one that fails ends the test when all others are over.
pub(super) fn each<T: Sync>(cases: &[T], at_once: usize, meet: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
            meet(case);
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(work);
        }
    });
}
