//! What an API says about repeating a request, and the waits between repetitions.

use super::{Lost, Reply, Request, Window};

/// The first wait before a repetition, and the longest.
const WAIT_MS: (u64, u64) = (1_000, 60_000);

/// What is to be done about an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the answer, good or bad.
    Final,
    /// The request is to be sent again.
    Again {
        /// Why, for people: it is shown while they wait.
        why: String,
        /// How long to wait before.
        wait_ms: u64,
    },
}

/// The rules of one API.
pub trait Rules: Send + Sync {
    /// Judges the outcome of one attempt, the first of which has number 1.
    fn verdict(&self, request: &Request, outcome: Result<&Reply, &Lost>, attempts: u32) -> Verdict;

    /// Reads the rate limit out of an answer, if it tells of one.
    fn window(&self, reply: &Reply) -> Option<Window>;
}

/// Returns the wait before a repetition that doubles each time: from one second to a minute.
pub fn doubled_ms(attempts: u32) -> u64 {
    let factor = 1_u64 << attempts.saturating_sub(1).min(16);
    (WAIT_MS.0 * factor).min(WAIT_MS.1)
}

/// Returns a wait spread by up to a quarter, so that those who failed together do not come together.
/// `draw` is any number that differs from one to the next; no clock and no randomness is needed.
pub(super) fn spread(wait_ms: u64, draw: u64) -> u64 {
    let mixed = draw.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
    wait_ms - wait_ms / 4 + ((wait_ms / 4 * mixed) >> 16)
}
