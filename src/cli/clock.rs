//! The clock of the machine this runs on: the only place that reads it.
//!
//! Within a process it never goes back: deadlines, rests before a repetition and renewals are moments
//! of this clock, and none of them may move away because somebody set the system's. It follows the
//! system's forward, so that a machine that slept tells the right time.

use infra_sdk::connection::{BoxFuture, Clock};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// What was told last, and when that was by the clock that nobody sets.
static LAST: Mutex<Option<(Instant, Duration)>> = Mutex::new(None);

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one reader of the clock")]
    fn now_ms(&self) -> u64 {
        let (system, steady) = (SystemTime::now(), Instant::now());
        let system = system.duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.map(|(at, told)| (told, steady.saturating_duration_since(at)));
        let now = after(before, system);
        *last = Some((steady, now));
        u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Returns the time now: what the system says, but never less than what was told before with what
/// has passed since.
fn after(before: Option<(Duration, Duration)>, system: Duration) -> Duration {
    before.map_or(system, |(told, passed)| system.max(told + passed))
}

#[cfg(test)]
mod tests {
    use super::{SystemClock, after};
    use infra_sdk::connection::Clock as _;
    use std::time::Duration;

    #[test]
    fn time_never_goes_back() {
        let seconds = Duration::from_secs;
        assert_eq!(after(None, seconds(100)), seconds(100));
        assert_eq!(after(Some((seconds(100), seconds(2))), seconds(102)), seconds(102));
        assert_eq!(after(Some((seconds(100), seconds(2))), seconds(40)), seconds(102), "set back");
        assert_eq!(after(Some((seconds(100), seconds(2))), seconds(900)), seconds(900), "it slept");
        let first = SystemClock.now_ms();
        assert!(SystemClock.now_ms() >= first && first > 0);
    }
}
