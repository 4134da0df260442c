//! The rate limit of an API, as its answers tell of it, and the part of it that is left to others.
//!
//! A limit is shared by everything that uses the same account. While more is left than the part
//! that belongs to others, requests go at once; below it, they go at the pace at which the limit
//! refills, so that this program takes no more of it away.

use crate::connection::Control;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The rate limit at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many requests there are when it is full.
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// How long it takes until one more is there, in milliseconds.
    pub refill_ms: u64,
}

/// Who may send, and when.
pub struct Budget {
    /// Hundredths of the limit that are left to others.
    share: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    window: Option<Window>,
    /// When the next request may go while the limit is short.
    next_ms: u64,
}

impl Budget {
    /// Returns a budget that leaves these hundredths of every limit to others.
    pub fn new(share: u8) -> Self {
        Self { share: u64::from(share.min(100)), state: Mutex::default() }
    }

    /// Waits until a request may go.
    pub async fn admit(&self, control: &Control) {
        let now_ms = control.clock.now_ms();
        let wait_ms = self.reserve(now_ms);
        if wait_ms > 0 {
            if wait_ms > 2_000 {
                control.progress.line("waiting for the rate limit of the API");
            }
            super::pause(wait_ms, control).await;
        }
    }

    /// Takes over what an answer told.
    pub fn learn(&self, window: Option<Window>, now_ms: u64) {
        let Some(window) = window else { return };
        let mut state = self.state();
        if window.remaining == 0 {
            state.next_ms = state.next_ms.max(now_ms + window.refill_ms);
        }
        state.window = Some(window);
    }

    /// Takes one request out of the budget and returns how long it has to wait.
    fn reserve(&self, now_ms: u64) -> u64 {
        let mut state = self.state();
        let Some(window) = state.window.as_mut() else { return 0 };
        let is_short = window.remaining <= window.limit * self.share / 100;
        let refill_ms = window.refill_ms;
        window.remaining = window.remaining.saturating_sub(1);
        if !is_short {
            return 0;
        }
        let at_ms = state.next_ms.max(now_ms);
        state.next_ms = at_ms + refill_ms;
        at_ms - now_ms
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Window};

    #[test]
    fn half_of_the_limit_is_left_to_others() {
        let budget = Budget::new(50);
        assert_eq!(budget.reserve(0), 0, "nothing is known yet");
        budget.learn(Some(Window { limit: 10, remaining: 7, refill_ms: 1_000 }), 0);
        let waits: Vec<u64> = (0..5).map(|_| budget.reserve(0)).collect();
        assert_eq!(waits, [0, 0, 0, 1_000, 2_000], "two at once, then one a second");
        assert_eq!(budget.reserve(10_000), 0, "whoever comes later need not wait");
    }

    #[test]
    fn an_empty_limit_is_waited_for_even_by_those_who_take_all_of_it() {
        let budget = Budget::new(0);
        budget.learn(Some(Window { limit: 10, remaining: 0, refill_ms: 500 }), 100);
        assert_eq!(budget.reserve(100), 500);
        assert_eq!(budget.reserve(100), 1_000);
    }
}
