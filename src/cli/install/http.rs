//! Requests over HTTP: few retries, bounded answers, no way from https to http.

use super::limits::{ANSWER_BYTES_MAX, HOPS_MAX};
use reqwest::{Client, Response, StatusCode, header, redirect};
use std::{path::Path, time::Duration};
use tokio::{fs::File, io::AsyncWriteExt as _};

/// How often a request is sent at most.
const TRIES: u32 = 4;

/// The wait before the second try; it doubles.
const WAIT: Duration = Duration::from_millis(250);

/// The longest wait that a server may ask for.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// How long a server may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// What sends requests.
#[derive(Clone)]
pub(super) struct Http {
    client: Client,
}

/// An answer with a body that was read.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: header::HeaderMap,
    pub(super) body: Vec<u8>,
    /// Where it came from in the end.
    pub(super) url: String,
}

impl Http {
    /// Returns a client with the certificates of the system.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up.
    pub(super) fn new() -> Result<Self, String> {
        let client = Client::builder()
            .user_agent(concat!("infra/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(20))
            .read_timeout(SILENCE)
            .redirect(safe_redirects())
            .build();
        client.map(|client| Self { client }).map_err(|error| reason(&error))
    }

    /// Sends a GET and reads the answer.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is too large.
    pub(super) async fn get(&self, url: &str, token: Option<&str>) -> Result<Answer, String> {
        let mut response = self.send(url, token).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let url = response.url().to_string();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() as u64 > ANSWER_BYTES_MAX {
                return Err(format!("the answer is larger than {ANSWER_BYTES_MAX} bytes"));
            }
        }
        Ok(Answer { status, headers, body, url })
    }

    /// Writes what a URL gives into a file; `None` if it is larger than allowed.
    ///
    /// # Errors
    ///
    /// If there is no good answer, it breaks off, or the file cannot be written.
    pub(super) async fn download(
        &self,
        url: &str,
        to: &Path,
        bytes_max: u64,
    ) -> Result<Option<u64>, String> {
        let mut response = self.send(url, None).await?;
        if !response.status().is_success() {
            return Err(format!("bad response code: {}", response.status()));
        }
        let failed = |error: std::io::Error| format!("{}: {error}", to.display());
        let mut file = File::create(to).await.map_err(failed)?;
        let mut bytes = 0;
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            bytes += chunk.len() as u64;
            if bytes > bytes_max {
                return Ok(None);
            }
            file.write_all(&chunk).await.map_err(failed)?;
        }
        file.flush().await.map_err(failed)?;
        Ok(Some(bytes))
    }

    /// Sends a GET, and again where that may help.
    async fn send(&self, url: &str, token: Option<&str>) -> Result<Response, String> {
        let mut wait = WAIT;
        let mut tries = 1;
        loop {
            let mut request = self.client.get(url);
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let outcome = request.send().await;
            let again = match &outcome {
                Ok(response) if is_passing(response.status()) => Some(asked_wait(response)),
                Err(error) if error.is_connect() || error.is_timeout() => Some(wait),
                Ok(_) | Err(_) => None,
            };
            let Some(asked) = again.filter(|_| tries < TRIES) else {
                return outcome.map_err(|error| reason(&error));
            };
            tokio::time::sleep(asked.max(wait).min(WAIT_MAX)).await;
            wait *= 2;
            tries += 1;
        }
    }
}

/// Returns which redirections are followed: not too many, and none from https to http.
pub(crate) fn safe_redirects() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let came_safely = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if came_safely && attempt.url().scheme() != "https" {
            return attempt.error("it leads from https to http");
        }
        if attempt.previous().len() > HOPS_MAX {
            return attempt.error("it leads on too often");
        }
        attempt.follow()
    })
}

fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn asked_wait(response: &Response) -> Duration {
    let asked = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = asked.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    Duration::from_secs(seconds)
}

/// Returns the whole chain of an error, without the address, which may hold secrets.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    let mut parts = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        parts.push(cause.to_string());
        next = cause.source();
    }
    if parts.is_empty() {
        return "the request failed".to_owned();
    }
    parts.dedup();
    parts.join(": ")
}
