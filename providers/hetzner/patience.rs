//! Patience with what the API refuses only because something else is not finished yet: a subnet that is
//! just being made, a firewall that is just being taken off its servers.

use crate::problem::Outcome;
use infra_sdk::{connection::Control, http::doubled_ms};
use std::{future::Future, time::Duration};

/// Attempts in all.
const ATTEMPTS_MAX: u32 = 8;

/// The longest wait between two attempts.
const WAIT_MS_MAX: u64 = 16_000;

/// Repeats what is refused with one of these codes, a few times and ever more seldom.
pub(crate) async fn patiently<T, F: Future<Output = Outcome<T>> + Send>(
    codes: &[&str],
    control: &Control,
    attempt: impl Fn() -> F + Send + Sync,
) -> Outcome<T> {
    for attempts in 1..ATTEMPTS_MAX {
        match attempt().await {
            Err(problem) if problem.code().is_some_and(|code| codes.contains(&code)) => {
                if control.is_stopping() || control.is_late() {
                    return Err(problem);
                }
                control.progress.line("waiting for another change to end");
                let wait_ms = doubled_ms(attempts).min(WAIT_MS_MAX);
                control.clock.sleep(Duration::from_millis(wait_ms)).await;
            }
            outcome => return outcome,
        }
    }
    attempt().await
}
