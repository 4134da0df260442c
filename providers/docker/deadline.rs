//! How long a step may take: the deadline of the run, and the `timeouts` block.

use crate::{bridge, container::durations::nanoseconds};
use infra_model::{
    ask::{CallFailure, CallOutcome},
    diagnostic::{Diagnostic, Retry},
    journal::Verb,
};
use infra_sdk::connection::Control;
use serde_json::Value as Json;
use std::{future::Future, pin::pin, time::Duration};

/// Does work until it is done or its time is over; then the outcome has to be looked up.
pub(crate) async fn limited(
    work: impl Future<Output = CallOutcome>,
    spec: &Json,
    verb: Verb,
    control: &Control,
) -> CallOutcome {
    let now = control.clock.now_ms();
    let by_run = control.deadline_ms.map(|end| Duration::from_millis(end.saturating_sub(now)));
    let by_block = of_block(spec, verb);
    let limit = match (by_run, by_block) {
        (Some(a), Some(b)) => a.min(b),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return work.await,
    };
    let (work, clock) = (pin!(work), control.clock.sleep(limit));
    match futures_util::future::select(work, clock).await {
        futures_util::future::Either::Left((outcome, _)) => outcome,
        futures_util::future::Either::Right(_) => CallOutcome::Failed(Box::new(CallFailure {
            partial: None,
            retry: Retry::AfterLookup,
            wait_ms: None,
            diagnostic: Diagnostic::error(
                "infra::docker::timed_out",
                format!("this took longer than {} s", limit.as_secs()),
            )
            .help("look what the engine is doing; the next run looks up what has become of it")
            .retry(Retry::AfterLookup),
        })),
    }
}

fn of_block(spec: &Json, verb: Verb) -> Option<Duration> {
    let name = match verb {
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    };
    let timeouts = spec.get("timeouts")?;
    let text = bridge::text(timeouts, name).or_else(|| bridge::text(timeouts, "default"))?;
    nanoseconds(text).map(|n| Duration::from_nanos(n.unsigned_abs()))
}
