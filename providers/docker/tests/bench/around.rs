//! What stands around a test: the engine that the environment names, a clock, lines of progress.

use infra_sdk::connection::{BoxFuture, Clock, Control, Progress};
use std::{
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::{Duration, UNIX_EPOCH},
};

/// Says that a missing engine is a failure.
const REQUIRE: &str = "INFRA_REQUIRE_DOCKER";

/// The progress lines of a test.
#[derive(Default)]
pub(in crate::tests) struct Lines(pub(in crate::tests) Mutex<Vec<String>>);

impl Progress for Lines {
    fn line(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "the engine under test runs in real time")]
    fn now_ms(&self) -> u64 {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::try_from(since.as_millis()).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Returns the control of a call without a deadline.
pub(in crate::tests) fn control(lines: Arc<Lines>) -> Control {
    Control {
        deadline_ms: None,
        stop: Arc::new(AtomicBool::new(false)),
        progress: lines,
        clock: Arc::new(RealClock),
        lineage: "test".into(),
        intends_changes: true,
    }
}

/// Returns the address of the engine under test.
#[expect(clippy::disallowed_methods, reason = "tests take the engine from the environment")]
pub(in crate::tests) fn host() -> Option<String> {
    let host = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
    let socket = "/var/run/docker.sock";
    host.or_else(|| std::path::Path::new(socket).exists().then(|| format!("unix://{socket}")))
}

/// Says that a test is skipped, or fails it where that is not allowed.
#[expect(clippy::disallowed_methods, reason = "the environment says whether to skip")]
pub(in crate::tests) fn skip(test: &str, why: &str) {
    assert!(std::env::var(REQUIRE).is_err(), "{test}: {why}, and {REQUIRE} is set");
    println!("SKIPPED {test}: {why}");
}
