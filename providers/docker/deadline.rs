//! How long a step may take: the deadline of the run, and the `timeouts` block.

use crate::{
    bridge,
    container::{durations::nanoseconds, validate::invalid},
};
use infra_model::{
    ask::{CallFailure, CallOutcome},
    diagnostic::{Diagnostic, Diagnostics, Retry},
    journal::Verb,
};
use infra_sdk::connection::{CALL_MS_MAX, Control};
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

/// Returns what is wrong with a `timeouts` block; a longer one would be cut short silently.
pub(crate) fn judge(spec: &Json) -> Diagnostics {
    let verbs = spec.get("timeouts").and_then(Json::as_object);
    let limit = i64::try_from(CALL_MS_MAX.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
    let hours = CALL_MS_MAX / 3_600_000;
    let wrong = |(verb, given): (&String, &Json)| match nanoseconds(given.as_str()?) {
        None => Some(invalid("timeouts", format!("write `{verb}` as a duration such as 10m"))),
        Some(given) if given > limit => Some(invalid(
            "timeouts",
            format!("write `{verb}` as {hours}h at most: no step may take longer"),
        )),
        Some(_) => None,
    };
    verbs.into_iter().flatten().filter_map(wrong).collect()
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

#[cfg(test)]
mod tests {
    use super::judge;
    use serde_json::json;

    #[test]
    fn timeouts_beyond_the_limit_of_a_step_are_refused_and_not_cut_short() {
        let told = |text: &str| {
            let found = judge(&json!({"timeouts": {"create": text}}));
            found.first().map(|d| (d.code, d.help.to_string(), d.retry))
        };
        assert_eq!(told("2h"), None);
        let (code, help, retry) = told("2h1s").unwrap();
        assert_eq!((code, retry), ("infra::docker::value_invalid", None));
        assert_eq!(help, "write `create` as 2h at most: no step may take longer");
        assert!(told("soon").unwrap().1.contains("a duration such as 10m"));
        assert!(judge(&json!({})).is_empty());
    }
}
