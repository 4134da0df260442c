//! `data "docker_logs"`: what a container wrote.

use crate::{
    engine::Client,
    failure::{Failure as Refused, Outcome, refusal},
    follow,
    schemas::{flag, given, required, text},
};
use bollard::query_parameters::LogsOptions;
use infra_model::{
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{
    connection::Control, data::DataSource, durations::nanoseconds, failure::Failure,
    kind::SchemaKind,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The data source.
pub(crate) struct Logs;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    logs_list_string: Option<Vec<String>>,
    logs_list_string_enabled: Option<bool>,
    discard_headers: Option<bool>,
    show_stdout: Option<bool>,
    show_stderr: Option<bool>,
    since: Option<String>,
    until: Option<String>,
    timestamps: Option<bool>,
    follow: Option<bool>,
    tail: Option<String>,
    details: Option<bool>,
}

impl DataSource for Logs {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("name", required().describe("name or id of the container")),
            ("logs_list_string", Attribute::computed(Type::list(Type::String))),
            ("logs_list_string_enabled", flag().default(true)),
            ("discard_headers", flag().default(true)),
            ("show_stdout", flag().default(true)),
            ("show_stderr", flag().default(true)),
            ("since", text().default("")),
            ("until", text().default("")),
            ("timestamps", flag().default(false)),
            ("follow", flag().default(false)),
            ("tail", text().default("")),
            ("details", flag().default(false)),
        ]);
        SchemaKind::data("docker_logs", block).shared()
    }

    /// Reads the lines; with `follow` until the container ends.
    async fn read(engine: &Client, config: Model, control: &Control) -> Result<Model, Failure> {
        let name = config.name.clone().unwrap_or_default();
        let tail = config.tail.clone().filter(|tail| !tail.is_empty());
        let options = LogsOptions {
            follow: config.follow == Some(true),
            stdout: config.show_stdout.unwrap_or(true),
            stderr: config.show_stderr.unwrap_or(true),
            since: moment(config.since.as_deref(), "since", control)?,
            until: moment(config.until.as_deref(), "until", control)?,
            timestamps: config.timestamps == Some(true),
            tail: tail.unwrap_or_else(|| "all".to_owned()),
        };
        let lines = follow::logs(engine, &name, options).await;
        let lines = lines.map_err(|f| f.map(|found| found.at_path(Path::attribute("name"))))?;
        let is_list = config.logs_list_string_enabled.unwrap_or(true);
        Ok(Model { id: Some(name), logs_list_string: is_list.then_some(lines), ..config })
    }
}

/// Reads seconds since the epoch, or a duration before now.
fn moment(text: Option<&str>, name: &str, control: &Control) -> Outcome<i32> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(0) };
    let now = i64::try_from(control.clock.now_ms() / 1000).unwrap_or(i64::MAX);
    let before = || nanoseconds(text).map(|n| now - n / 1_000_000_000);
    let seconds = text.parse::<i64>().ok().or_else(before).and_then(|s| i32::try_from(s).ok());
    seconds.ok_or_else(|| {
        let summary = format!("`{name}` is no moment");
        Refused::refused(
            refusal("infra::docker::value_invalid", summary)
                .help("write seconds since 1970, or a duration before now such as 10m")
                .at_path(Path::attribute(name)),
        )
    })
}
