//! One request and its answer, repeated as the `retry` block says.

use super::{Client, Model, Retry, client};
use base64::{Engine, engine::general_purpose::STANDARD};
use infra_model::{diagnostic::Diagnostic, path::Path};
use infra_sdk::{connection::Control, failure::Failure};
use reqwest::{Method, Response, StatusCode, header::HeaderMap};
use std::{collections::BTreeMap, error::Error, time::Duration};

/// The longest answer that is taken, in bytes.
const BODY_BYTES_MAX: usize = 64 << 20;
/// The shortest and the longest wait before a repetition, unless told otherwise.
const DELAY_MS: (u64, u64) = (1_000, 30_000);

/// What a server answered.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Why there is no answer.
struct Problem {
    detail: String,
    /// Asking again may help.
    is_passing: bool,
    /// How long the server wants to be left alone.
    wait_ms: Option<u64>,
}

/// Asks until there is an answer.
pub(super) async fn exchange(
    client: &Client,
    config: Model,
    control: &Control,
) -> Result<Model, Failure> {
    let http = client::build(client, &config)?;
    let retry = config.retry.unwrap_or_default();
    let attempts = retry.attempts.unwrap_or(0);
    let mut attempt = 0;
    loop {
        let problem = match once(&http, &config, control).await {
            Ok(answer) => return Ok(filled(config, &answer)),
            Err(problem) => problem,
        };
        if !problem.is_passing || attempt == attempts || control.is_stopping() || control.is_late()
        {
            return Err(failed(&problem, attempt));
        }
        let wait_ms = problem.wait_ms.unwrap_or_else(|| delay_ms(retry, attempt));
        control.clock.sleep(Duration::from_millis(wait_ms)).await;
        attempt += 1;
    }
}

fn delay_ms(retry: Retry, attempt: u64) -> u64 {
    let least = retry.min_delay_ms.unwrap_or(DELAY_MS.0);
    let greatest = retry.max_delay_ms.unwrap_or(DELAY_MS.1);
    least.saturating_mul(1 << attempt.min(20)).min(greatest)
}

async fn once(http: &reqwest::Client, config: &Model, at: &Control) -> Result<Answer, Problem> {
    let left = at.deadline_ms.map(|deadline| deadline.saturating_sub(at.clock.now_ms()));
    let limit = [left, config.request_timeout_ms].into_iter().flatten().min();
    let late = async {
        match limit {
            Some(limit_ms) => at.clock.sleep(Duration::from_millis(limit_ms)).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        answer = ask(http, config) => answer,
        () = late => Err(Problem {
            detail: format!("There was no answer within {} ms.", limit.unwrap_or(0)),
            is_passing: true,
            wait_ms: None,
        }),
    }
}

async fn ask(http: &reqwest::Client, config: &Model) -> Result<Answer, Problem> {
    let never = |detail: String| Problem { detail, is_passing: false, wait_ms: None };
    let url = client::address(&config.url).map_err(|found| never(found.summary.to_string()))?;
    let method = config.method.as_deref().filter(|method| !method.is_empty()).unwrap_or("GET");
    let method =
        method.parse::<Method>().map_err(|_| never("It has no such method.".to_owned()))?;
    let mut request = http.request(method, url);
    for (name, value) in config.request_headers.iter().flatten() {
        let header = client::header(name, value.as_deref().unwrap_or_default());
        let (name, value) = header.ok_or_else(|| never(format!("`{name}` is no header.")))?;
        request = request.header(name, value);
    }
    if let Some(body) = &config.request_body {
        request = request.body(body.clone());
    }
    let response = request.send().await.map_err(|error| Problem {
        detail: told(&error),
        is_passing: !error.is_redirect() && !error.is_builder() && !is_distrust(&error),
        wait_ms: None,
    })?;
    let (status, headers) = (response.status(), response.headers().clone());
    let is_passing = status == StatusCode::TOO_MANY_REQUESTS
        || status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED;
    if is_passing {
        let wait = headers.get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
        let detail = format!("The server answered {status}.");
        let wait_ms = wait.map(|seconds: u64| seconds.saturating_mul(1000));
        return Err(Problem { detail, is_passing, wait_ms });
    }
    Ok(Answer { status, headers, body: body(response).await? })
}

async fn body(mut response: Response) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await.map_err(|error| Problem {
            detail: told(&error),
            is_passing: true,
            wait_ms: None,
        })?;
        let Some(chunk) = chunk else { return Ok(body) };
        body.extend_from_slice(&chunk);
        if body.len() > BODY_BYTES_MAX {
            let detail = format!("The answer is longer than {} MiB.", BODY_BYTES_MAX >> 20);
            return Err(Problem { detail, is_passing: false, wait_ms: None });
        }
    }
}

fn filled(config: Model, answer: &Answer) -> Model {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let joined = headers.entry(canonical(name.as_str())).or_default();
        *joined = if joined.is_empty() { value } else { format!("{joined}, {value}") };
    }
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    Model {
        id: Some(config.url.clone()),
        response_headers: Some(headers),
        response_body: Some(text.clone()),
        body: Some(text),
        response_body_base64: Some(STANDARD.encode(&answer.body)),
        status_code: Some(answer.status.as_u16()),
        ..config
    }
}

/// Warns of a body that is no text.
pub(super) fn body_warning(read: &Model) -> Option<Diagnostic> {
    let body = STANDARD.decode(read.response_body_base64.as_deref()?).ok()?;
    let is_text = std::str::from_utf8(&body).is_ok();
    let summary = "Response body is not recognized as UTF-8";
    let found = Diagnostic::warning("infra::builtin::body_binary", summary)
        .detail("What is not UTF-8 in it is replaced in `response_body`.")
        .help("take `response_body_base64`, which holds the bytes as they came");
    (!is_text).then(|| found.at_path(Path::attribute("url")))
}

/// Returns the name of a header with capitals, as Go writes it.
fn canonical(name: &str) -> String {
    let part = |part: &str| {
        let (first, rest) = part.split_at(part.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    };
    name.split('-').map(part).collect::<Vec<_>>().join("-")
}

/// Returns what an error and its causes say. The address is left out: it may hold a secret.
pub(super) fn told(error: &reqwest::Error) -> String {
    let what = if error.is_connect() {
        "The server could not be reached"
    } else if error.is_redirect() {
        "The server redirects without end"
    } else {
        "The exchange broke off"
    };
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(found) = cause {
        causes.push(found.to_string());
        cause = found.source();
    }
    // The last cause is what the system or the TLS stack says; those before it repeat it.
    causes.pop().map_or_else(|| format!("{what}."), |last| format!("{what}: {last}."))
}

/// Returns whether the server's certificate is the problem, which does not go away.
fn is_distrust(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(found) = cause {
        if found.downcast_ref::<rustls::Error>().is_some() {
            return true;
        }
        let inner = found.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if inner.is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some()) {
            return true;
        }
        cause = found.source();
    }
    false
}

fn failed(problem: &Problem, repetitions: u64) -> Failure {
    let times = match repetitions {
        0 => String::new(),
        1 => " It was asked twice.".to_owned(),
        more => format!(" It was asked {} times.", more + 1),
    };
    let found = Diagnostic::error("infra::builtin::request_failed", "The request failed")
        .detail(format!("{}{times} Nothing was changed.", problem.detail))
        .help("check `url` and whether the server can be reached from here")
        .at_path(Path::attribute("url"));
    Failure::new(found).safe()
}
