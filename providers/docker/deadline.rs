//! How long a step may take: what a `timeouts` block may say, and what is told when it is over.

use crate::container::validate::invalid;
use infra_model::diagnostic::{Diagnostic, Diagnostics};
use infra_sdk::{connection::CALL_MS_MAX, durations::nanoseconds};
use serde_json::Value as Json;
use std::time::Duration;

/// Says that a step took longer than it may.
pub(crate) fn timed_out(limit: Duration) -> Diagnostic {
    Diagnostic::error(
        "infra::docker::timed_out",
        format!("this took longer than {} s", limit.as_secs()),
    )
    .help("look what the engine is doing; the next run looks up what has become of it")
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
