//! While a package is fetched: that it still goes on is said, and Ctrl-C ends it.

use super::problem::{Outcome, interrupted};
use crate::{signals, ui::duration_text};
use infra_exec::driver::Signal;
use infra_model::diagnostic::Diagnostic;
use std::{future::Future, pin::pin, time::Duration};
use tokio::sync::mpsc::UnboundedReceiver;

/// How often it is said that something goes on.
const STILL: Duration = Duration::from_secs(10);

/// What listens for signals.
pub(super) struct Watch {
    signals: UnboundedReceiver<Signal>,
}

impl Watch {
    /// Starts to listen.
    ///
    /// # Errors
    ///
    /// If the system does not let it.
    pub(super) fn new() -> Outcome<Self> {
        let signals = signals::listen().map_err(|error| {
            Diagnostic::error("infra::cli::signals", "Signals cannot be caught")
                .detail(format!("{error}. Nothing was changed."))
                .help("Raise the limit of open files (`ulimit -n`), and run the command again.")
        })?;
        Ok(Self { signals })
    }

    /// Waits for something, and says so with its time so far.
    ///
    /// # Errors
    ///
    /// Its own, or that it was interrupted: what it does is dropped then.
    pub(super) async fn over<T>(
        &mut self,
        work: impl Future<Output = Outcome<T>>,
        say: impl Fn(&str),
    ) -> Outcome<T> {
        let mut work = pin!(work);
        let mut still = tokio::time::interval(STILL);
        still.tick().await;
        let mut elapsed = Duration::ZERO;
        loop {
            tokio::select! {
                biased;
                Some(_) = self.signals.recv() => return Err(interrupted()),
                done = &mut work => return done,
                _ = still.tick() => {
                    elapsed += STILL;
                    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
                    say(&duration_text(millis));
                }
            }
        }
    }
}
