//! Waiting until a container is healthy.
//!
//! The engine has no call for it: the state is read again and again. A container that ended, or
//! that the engine calls unhealthy, is not waited for any longer.

use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, refusal},
    follow,
};
use infra_sdk::connection::Control;
use serde_json::Value as Json;
use std::time::Duration;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// Waits until a container is healthy; one without a health check only has to run.
pub(crate) async fn wait(engine: &Engine, id: &str, spec: &Json, control: &Control) -> Outcome<()> {
    let seconds = bridge::number(spec, "wait_timeout").unwrap_or(60).max(0).unsigned_abs();
    let end_ms = control.clock.now_ms().saturating_add(seconds.saturating_mul(1000));
    loop {
        let state = super::lifecycle::inspect(engine, id).await?;
        let state = state.and_then(|c| c.get("State").cloned()).unwrap_or_default();
        let status = state.pointer("/Health/Status").and_then(Json::as_str).unwrap_or("none");
        let is_running = bridge::is_true(&state, "Running");
        let why = match status {
            "healthy" => return Ok(()),
            "none" | "" if is_running => return Ok(()),
            "unhealthy" => Some("its health check fails".to_owned()),
            _ if !is_running && !bridge::is_true(&state, "Restarting") => Some(ended(&state)),
            _ if control.clock.now_ms() >= end_ms || control.is_late() => {
                Some(format!("it is still `{status}` after {seconds} s"))
            }
            _ => None,
        };
        if let Some(why) = why {
            return Err(unhealthy(engine, id, spec, (&why, &state)).await);
        }
        control.progress.line(&format!("waiting for health: {status}"));
        control.clock.sleep(PAUSE).await;
    }
}

/// Returns how a container ended, for people.
pub(crate) fn ended(state: &Json) -> String {
    let code = bridge::number(state, "ExitCode").unwrap_or(0);
    if bridge::is_true(state, "OOMKilled") {
        return format!("it ran out of memory and was killed (exit code {code})");
    }
    match bridge::text(state, "Error") {
        Some(error) => format!("it ended with exit code {code}: {error}"),
        None => format!("it ended with exit code {code}"),
    }
}

async fn unhealthy(engine: &Engine, id: &str, spec: &Json, (why, state): (&str, &Json)) -> Failure {
    let name = bridge::text(spec, "name").unwrap_or(id);
    let mut detail = format!("{why}.");
    let streak = state.pointer("/Health/FailingStreak").and_then(Json::as_i64).unwrap_or(0);
    let probes = state.pointer("/Health/Log").and_then(Json::as_array);
    let last = probes.and_then(|log| log.last()).and_then(|probe| bridge::text(probe, "Output"));
    if streak > 0 {
        detail = format!("{detail} The last {streak} probes failed.");
    }
    if let Some(output) = last {
        detail = format!("{detail}\nThe last probe said:\n{}", output.trim_end());
    }
    let lines = follow::last_lines(engine, id).await;
    if !lines.is_empty() {
        detail = format!("{detail}\nThe container's last lines:\n{lines}");
    }
    let summary = format!("container `{name}` did not get healthy");
    let diagnostic = refusal("infra::docker::container_unhealthy", summary).detail(detail);
    Failure::refused(
        diagnostic.help("mend the container or its `healthcheck`, or raise `wait_timeout`"),
    )
}
