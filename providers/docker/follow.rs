//! Streams of the engine: the lines that a container wrote, and how it ended.

use crate::{
    engine::Engine,
    failure::{Failure, Outcome},
};
use bollard::{
    container::LogOutput,
    errors::Error,
    query_parameters::{LogsOptions, WaitContainerOptions},
};
use futures_util::StreamExt as _;

/// No more of what a container wrote is kept in a message.
pub(crate) const LINES_SHOWN: usize = 20;
/// No longer logs are kept as an attribute.
const BYTES_MAX: usize = 1024 * 1024;

/// Returns the last lines that a container wrote; none if they can't be had.
pub(crate) async fn last_lines(engine: &Engine, id: &str) -> String {
    let options = LogsOptions {
        stdout: true,
        stderr: true,
        tail: LINES_SHOWN.to_string(),
        ..LogsOptions::default()
    };
    logs(engine, id, options).await.unwrap_or_default().join("\n")
}

/// Returns the lines that a container wrote.
pub(crate) async fn logs(engine: &Engine, id: &str, options: LogsOptions) -> Outcome<Vec<String>> {
    let mut stream = std::pin::pin!(engine.docker.logs(id, Some(options)));
    let mut text = Vec::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|error| Failure::of(&error, "reading the logs"))?;
        text.extend_from_slice(&bytes(part));
        if text.len() > BYTES_MAX {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}

/// Waits until a container stops, and returns its exit code.
///
/// A container that has not been started counts as stopped unless `condition` is `next-exit`.
pub(crate) async fn exit_code(engine: &Engine, id: &str, condition: &str) -> Outcome<i64> {
    let options = WaitContainerOptions { condition: condition.to_owned() };
    let mut stream = std::pin::pin!(engine.docker.wait_container(id, Some(options)));
    match stream.next().await {
        Some(Ok(answer)) => Ok(answer.status_code),
        // The client takes every code but zero for an error.
        Some(Err(Error::DockerContainerWaitError { code, .. })) => Ok(code),
        Some(Err(error)) => Err(Failure::of(&error, "waiting for the container to end")),
        None => Ok(0),
    }
}

fn bytes(part: LogOutput) -> Vec<u8> {
    part.into_bytes().to_vec()
}
