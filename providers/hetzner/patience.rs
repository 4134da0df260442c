//! Patience with what the API refuses only because something else is not finished yet.

use crate::problem::Outcome;
use infra_sdk::connection::Control;
use std::{future::Future, time::Duration};

/// Waits between the attempts, in seconds.
const WAITS_S: [u64; 5] = [1, 2, 4, 8, 16];

/// Repeats what is refused with one of these codes, a few times.
pub(crate) async fn patiently<T, F: Future<Output = Outcome<T>> + Send>(
    codes: &[&str],
    control: &Control,
    attempt: impl Fn() -> F + Send + Sync,
) -> Outcome<T> {
    for wait_s in WAITS_S {
        match attempt().await {
            Err(problem) if problem.code().is_some_and(|code| codes.contains(&code)) => {
                if control.is_stopping() || control.is_late() {
                    return Err(problem);
                }
                control.clock.sleep(Duration::from_secs(wait_s)).await;
            }
            done => return done,
        }
    }
    attempt().await
}
