//! How long steps may take: the deadline of the run, and the `timeouts` block of a resource.

use crate::{connection::Control, durations::nanoseconds};
use infra_model::{
    ask::Call,
    diagnostic::{Diagnostic, Retry},
    journal::Verb,
    value::Value,
};
use std::{future::Future, pin::pin, task::Poll, time::Duration};

/// Does work until it is done or its time is over; then nobody knows whether it happened.
///
/// # Errors
///
/// What is told of a step that took too long, if the time was over first.
pub(crate) async fn limited<T>(
    work: impl Future<Output = T>,
    limit: Option<Duration>,
    told: fn(Duration) -> Diagnostic,
    control: &Control,
) -> Result<T, Diagnostic> {
    let Some(limit) = limit else { return Ok(work.await) };
    let (mut work, mut clock) = (pin!(work), control.clock.sleep(limit));
    std::future::poll_fn(|context| {
        // Work that is done counts, whatever the clock says.
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Ok(done));
        }
        clock.as_mut().poll(context).map(|()| Err(told(limit).retry(Retry::AfterLookup)))
    })
    .await
}

/// Returns how long the steps of a call may take together: until the deadline of the run, and as
/// long as the `timeouts` block of the most patient of them says.
pub(crate) fn limit(calls: &[Call], control: &Control) -> Option<Duration> {
    let now_ms = control.clock.now_ms();
    let by_run = control.deadline_ms.map(|end| Duration::from_millis(end.saturating_sub(now_ms)));
    let by_blocks: Option<Vec<Duration>> = calls.iter().map(of_block).collect();
    let by_block = by_blocks.and_then(|all| all.into_iter().max());
    match (by_run, by_block) {
        (Some(run), Some(block)) => Some(run.min(block)),
        (run, block) => run.or(block),
    }
}

/// Returns what the `timeouts` block gives a step: that of the object itself if it is destroyed.
fn of_block(call: &Call) -> Option<Duration> {
    let prior = || call.prior.as_ref().map(|object| &object.value);
    let (verb, value) = match call.intent.verb {
        Verb::Create => ("create", Some(&call.desired)),
        Verb::Update => ("update", Some(&call.desired)),
        Verb::Delete => ("delete", prior()),
    };
    let timeouts = value?.get("timeouts")?;
    let given =
        |name: &str| timeouts.get(name).and_then(Value::as_text).filter(|text| !text.is_empty());
    let text = given(verb).or_else(|| given("default"))?;
    nanoseconds(text).map(|n| Duration::from_nanos(n.unsigned_abs()))
}
