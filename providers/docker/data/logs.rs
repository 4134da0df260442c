//! `docker_logs`: what a container wrote.

use super::filled;
use crate::{
    bridge,
    connection::text,
    container::durations::nanoseconds,
    engine::Engine,
    failure::{Failure, Outcome, refusal},
    follow,
    schemas::{flag, given, required, text as text_attribute},
};
use bollard::query_parameters::LogsOptions;
use infra_model::{
    path::Path,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::connection::Control;
use serde_json::{Value as Json, json};

/// Returns the schema.
pub(super) fn block() -> Block {
    Block::of([
        ("id", given()),
        ("name", required().describe("name or id of the container")),
        ("logs_list_string", Attribute::computed(Type::list(Type::String))),
        ("logs_list_string_enabled", flag().default(true)),
        ("discard_headers", flag().default(true)),
        ("show_stdout", flag().default(true)),
        ("show_stderr", flag().default(true)),
        ("since", text_attribute().default("")),
        ("until", text_attribute().default("")),
        ("timestamps", flag().default(false)),
        ("follow", flag().default(false)),
        ("tail", text_attribute().default("")),
        ("details", flag().default(false)),
    ])
}

/// Reads the lines; with `follow` until the container ends.
pub(super) async fn read(engine: &Engine, config: &Value, control: &Control) -> Outcome<Value> {
    let spec = bridge::to_json(config);
    let name = text(config, "name");
    let is_on = |name: &str| spec.get(name).and_then(Json::as_bool).unwrap_or(true);
    let tail = bridge::text(&spec, "tail").unwrap_or("all").to_owned();
    let options = LogsOptions {
        follow: bridge::is_true(&spec, "follow"),
        stdout: is_on("show_stdout"),
        stderr: is_on("show_stderr"),
        since: moment(&spec, "since", control)?,
        until: moment(&spec, "until", control)?,
        timestamps: bridge::is_true(&spec, "timestamps"),
        tail,
    };
    let lines = follow::logs(engine, name, options).await.map_err(|mut failure| {
        failure = failure.map(|d| d.at_path(Path::attribute("name")));
        failure
    })?;
    let lines = if is_on("logs_list_string_enabled") { json!(lines) } else { Json::Null };
    Ok(filled(&block(), config, &json!({"id": name, "logs_list_string": lines})))
}

/// Reads seconds since the epoch, or a duration before now.
fn moment(spec: &Json, name: &str, control: &Control) -> Outcome<i32> {
    let Some(text) = bridge::text(spec, name) else { return Ok(0) };
    let now = i64::try_from(control.clock.now_ms() / 1000).unwrap_or(i64::MAX);
    let before = || nanoseconds(text).map(|n| now - n / 1_000_000_000);
    let seconds = text.parse::<i64>().ok().or_else(before).and_then(|s| i32::try_from(s).ok());
    seconds.ok_or_else(|| {
        let summary = format!("`{name}` is no moment");
        Failure::refused(
            refusal("infra::docker::value_invalid", summary)
                .help("write seconds since 1970, or a duration before now such as 10m")
                .at_path(Path::attribute(name)),
        )
    })
}
