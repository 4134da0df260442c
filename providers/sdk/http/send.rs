//! One attempt: it is answered, or it is known whether it can have arrived.

use super::{ANSWER_TIME, Lost, Method, Reply, Request};
use crate::connection::Control;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use std::{error::Error, time::Duration};

/// The longest answer that is read.
const BODY_BYTES_MAX: usize = 64 << 20;

/// Sends a request once.
pub(super) async fn once(
    client: &reqwest::Client,
    authorization: &str,
    request: &Request,
    control: &Control,
) -> Result<Reply, Lost> {
    let left_ms = control.deadline_ms.map(|end| end.saturating_sub(control.clock.now_ms()));
    let limit = left_ms.map_or(ANSWER_TIME, |left| ANSWER_TIME.min(Duration::from_millis(left)));
    // The timer of the machine and not the clock of the run: a virtual clock stands still.
    match tokio::time::timeout(limit, attempt(client, authorization, request)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Lost::Unknown(format!("There was no answer within {} s.", limit.as_secs()))),
    }
}

async fn attempt(
    client: &reqwest::Client,
    authorization: &str,
    request: &Request,
) -> Result<Reply, Lost> {
    let built = build(client, authorization, request)?;
    let mut response = client.execute(built).await.map_err(|error| lost(&error))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    loop {
        let broken = |error: reqwest::Error| Lost::Unknown(told(&error));
        let Some(chunk) = response.chunk().await.map_err(broken)? else { break };
        body.extend_from_slice(&chunk);
        if body.len() > BODY_BYTES_MAX {
            let detail = format!("The answer is longer than {} MiB.", BODY_BYTES_MAX >> 20);
            return Err(Lost::Unknown(detail));
        }
    }
    Ok(Reply { status, headers, body })
}

fn build(
    client: &reqwest::Client,
    authorization: &str,
    request: &Request,
) -> Result<reqwest::Request, Lost> {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    };
    let unsent = |what: &str| Lost::Unsent(format!("The request can't be made: {what}."));
    let mut url: reqwest::Url =
        request.url.parse().map_err(|error| unsent(&format!("its address is none ({error})")))?;
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
    let mut bearer = HeaderValue::from_str(authorization)
        .map_err(|_| unsent("the token has characters that no header takes"))?;
    bearer.set_sensitive(true);
    let mut builder = client.request(method, url).header(AUTHORIZATION, bearer);
    if let Some(body) = &request.body {
        builder = builder.header(CONTENT_TYPE, "application/json").body(body.clone());
    }
    builder.build().map_err(|error| Lost::Unsent(told(&error)))
}

/// A connection that never came about carried nothing; about all else nobody knows.
fn lost(error: &reqwest::Error) -> Lost {
    if error.is_connect() || error.is_builder() {
        return Lost::Unsent(told(error));
    }
    Lost::Unknown(told(error))
}

/// Returns what an error and its causes say; never the address, which may hold a secret.
pub(super) fn told(error: &reqwest::Error) -> String {
    let what = if error.is_connect() {
        "The server could not be reached"
    } else {
        "The exchange broke off"
    };
    let mut last = None;
    let mut cause = error.source();
    while let Some(found) = cause {
        last = Some(found.to_string());
        cause = found.source();
    }
    // The last cause is what the system or the TLS stack says; those before it repeat it.
    last.map_or_else(|| format!("{what}."), |last| format!("{what}: {last}."))
}
