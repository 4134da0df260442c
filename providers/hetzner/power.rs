//! Servers off and on: with time to end what they are doing, and never for longer than it takes.
//!
//! The API ends its shutdown action when the signal was sent, and some systems do not heed it. So the
//! status is watched for a while, and only then is the power taken away. Whoever calls this holds the
//! turn of the server.
//!
//! A run may be broken off while a server is off. So the server itself carries a note of who switched
//! it off, in a label, from before it is shut down until it is started: the next run starts it.

use crate::{
    client::Client,
    labels,
    problem::{Outcome, Problem},
};
use infra_sdk::connection::Control;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// How long a server may take to end what it is doing.
const GRACE_MS: u64 = 30_000;

/// How long the status may take to say off once the power was taken away.
const SETTLE_MS: u64 = 20_000;

/// The wait between two looks at the status.
const LOOK_MS: u64 = 2_000;

/// Switches a server off, and returns whether it is to be on; one that does not exist is off. One that
/// a run of this tool left off is to be on.
pub(crate) async fn off(client: &Client, server: i64, control: &Control) -> Outcome<bool> {
    let Some(there) = look(client, server, control).await? else { return Ok(false) };
    if is_off(&there) {
        return Ok(labels::is_stopped(&there));
    }
    note(client, &there, true, control).await?;
    control.progress.line("shutting the server down");
    let is_heard = match act(client, server, "shutdown", control).await {
        Ok(()) => true,
        // A system that can't be asked to end is no reason to stop here.
        Err(Problem::Action { .. }) => false,
        Err(problem) => {
            forget(client, server, &control.for_begun()).await?;
            return Err(problem);
        }
    };
    // From here on nobody may stop half-way: the server would stay off.
    let control = &control.for_begun();
    match end(client, server, is_heard, control).await {
        Ok(()) => Ok(true),
        Err(problem) => back(client, (server, true), Err(problem), control).await,
    }
}

/// Waits until a server has shut down, and takes the power away if it does not.
async fn end(client: &Client, server: i64, is_heard: bool, control: &Control) -> Outcome<()> {
    if is_heard && becomes_off(client, server, GRACE_MS, control).await? {
        return Ok(());
    }
    control.progress.line("the server did not shut down by itself: taking the power away");
    act(client, server, "poweroff", control).await?;
    if becomes_off(client, server, SETTLE_MS, control).await? {
        return Ok(());
    }
    let detail = "The API took the power away, and still shows the server as on.".to_owned();
    Err(Problem::ActionLost { command: "stop_server".to_owned(), detail })
}

/// Switches a server on, and waits until it is.
pub(crate) async fn on(client: &Client, server: i64, control: &Control) -> Outcome<()> {
    control.progress.line("starting the server");
    act(client, server, "poweron", control).await?;
    forget(client, server, control).await
}

/// Takes the note off a server that runs again, or that is not ours to start.
pub(crate) async fn forget(client: &Client, server: i64, control: &Control) -> Outcome<()> {
    match look(client, server, control).await? {
        Some(there) if labels::is_stopped(&there) => note(client, &there, false, control).await,
        _ => Ok(()),
    }
}

/// Writes the labels of a server with the note or without it: the API takes the whole map only.
async fn note(client: &Client, there: &Json, is_off: bool, control: &Control) -> Outcome<()> {
    let body = json!({ "labels": labels::with_note(there, is_off) });
    client.put(&format!("/servers/{}", there["id"]), &body, control).await.map(drop)
}

/// Switches a server on again if it was on, whatever became of what was done meanwhile, and of the run.
pub(crate) async fn back<T>(
    client: &Client,
    (server, was_on): (i64, bool),
    done: Outcome<T>,
    control: &Control,
) -> Outcome<T> {
    let control = &control.for_begun();
    let started = if was_on { on(client, server, control).await } else { Ok(()) };
    let done = done?;
    started.map(|()| done)
}

async fn act(client: &Client, server: i64, name: &str, control: &Control) -> Outcome<()> {
    let path = format!("/servers/{server}/actions/{name}");
    client.act(&path, &json!({}), control).await.map(drop)
}

/// Watches a server for a while, and returns whether it is off.
async fn becomes_off(
    client: &Client,
    server: i64,
    longest_ms: u64,
    control: &Control,
) -> Outcome<bool> {
    for _ in 0..longest_ms / LOOK_MS {
        if look(client, server, control).await?.is_none_or(|there| is_off(&there)) {
            return Ok(true);
        }
        control.clock.sleep(Duration::from_millis(LOOK_MS)).await;
    }
    Ok(look(client, server, control).await?.is_none_or(|there| is_off(&there)))
}

async fn look(client: &Client, server: i64, control: &Control) -> Outcome<Option<Json>> {
    let answer = client.get(&format!("/servers/{server}"), control).await?;
    Ok(answer.map(|mut answer| answer["server"].take()).filter(|server| !server.is_null()))
}

fn is_off(server: &Json) -> bool {
    server["status"].as_str() == Some("off")
}
