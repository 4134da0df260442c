//! Clocks that providers are given: a virtual one for tests and simulation, and tokio's timer.

use crate::connection::{BoxFuture, Clock, Control, Progress};
use infra_model::text::Text;
use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Poll, Waker},
    time::Duration,
};

/// A clock that stands still until it is told otherwise.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    now_ms: AtomicU64,
    /// A sleeper moves the clock instead of waiting for it.
    eager: bool,
    next: AtomicU64,
    sleepers: Mutex<BTreeMap<u64, Waker>>,
}

impl VirtualClock {
    /// Returns a clock that someone advances.
    pub fn manual(now_ms: u64) -> Self {
        Self { shared: Arc::new(Shared { now_ms: AtomicU64::new(now_ms), ..Shared::default() }) }
    }

    /// Returns a clock that every sleep moves on at once, so that no test ever waits.
    pub fn eager(now_ms: u64) -> Self {
        let now_ms = AtomicU64::new(now_ms);
        Self { shared: Arc::new(Shared { now_ms, eager: true, ..Shared::default() }) }
    }

    /// Moves the clock on and wakes those whose time has come.
    pub fn advance(&self, duration: Duration) {
        let step_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.shared.now_ms.fetch_add(step_ms, Ordering::SeqCst);
        let sleepers = std::mem::take(&mut *self.sleepers());
        for waker in sleepers.into_values() {
            waker.wake();
        }
    }

    fn sleepers(&self) -> MutexGuard<'_, BTreeMap<u64, Waker>> {
        self.shared.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now_ms(&self) -> u64 {
        self.shared.now_ms.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if self.shared.eager {
            self.advance(duration);
            return Box::pin(std::future::ready(()));
        }
        let wait_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let due_ms = self.now_ms().saturating_add(wait_ms);
        let id = self.shared.next.fetch_add(1, Ordering::SeqCst);
        let clock = self.clone();
        Box::pin(poll_fn(move |context| {
            // Registered before the time is read, so that no advance falls between the two.
            clock.sleepers().insert(id, context.waker().clone());
            if clock.now_ms() < due_ms {
                return Poll::Pending;
            }
            clock.sleepers().remove(&id);
            Poll::Ready(())
        }))
    }
}

/// Tokio's timer over a reader of the time; who reads the time is the command line's choice.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    now_ms: fn() -> u64,
}

impl TokioClock {
    /// Returns a clock that reads the time with this function.
    pub fn new(now_ms: fn() -> u64) -> Self {
        Self { now_ms }
    }
}

impl Clock for TokioClock {
    fn now_ms(&self) -> u64 {
        (self.now_ms)()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A sink that drops what it is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn line(&self, _text: &str) {}
}

impl Control {
    /// Returns a control with a clock, without a deadline, that nobody stops or watches.
    pub fn quiet(clock: impl Clock + 'static) -> Self {
        Self {
            deadline_ms: None,
            stop: Arc::new(AtomicBool::new(false)),
            progress: Arc::new(Silent),
            clock: Arc::new(clock),
            lineage: Text::from(""),
            intends_changes: false,
        }
    }
}
