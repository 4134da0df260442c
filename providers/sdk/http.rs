//! HTTP for providers that speak to an API: one request after the other way of saying "again".
//!
//! Here every request is counted, held back while the rate limit of the API says so, repeated where
//! the API's [`Rules`] call that safe, and given up at the deadline. What the bodies mean is the
//! provider's business; so is every word that people read about a refusal.
//!
//! A request that may have reached the other side and whose answer never came is [`Lost::Unknown`]:
//! it is never repeated unless it has the same effect twice.

mod budget;
mod rules;
mod send;

pub use budget::{Budget, Window};
pub use rules::{Rules, Verdict, doubled_ms};

use crate::{connection::Control, proxies::Proxies};
use reqwest::{Url, header::HeaderMap};
use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// How long a server may take for one answer.
const ANSWER_TIME: Duration = Duration::from_mins(1);

/// How long a connection may take to come about.
const CONNECT_TIME: Duration = Duration::from_secs(15);

/// The methods that providers need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, or sets off.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
}

/// One request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// The whole address, without its query.
    pub url: String,
    /// The query, in order; names may repeat.
    pub query: Vec<(String, String)>,
    /// The body, as JSON.
    pub body: Option<Vec<u8>>,
    /// Sent twice it does what it does once.
    pub is_repeatable: bool,
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It was not sent, or surely not received: nothing was changed.
    Unsent(String),
    /// Nobody knows whether it was received.
    Unknown(String),
    /// The run was stopped, or its time was over, before it was sent.
    Stopped,
}

/// An exchange that ended in an answer, and how often it was asked.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The answer.
    pub reply: Reply,
    /// How often the request was sent.
    pub attempts: u32,
}

/// How requests travel: one pool of connections, one budget, one bearer of credentials.
pub struct Http {
    client: reqwest::Client,
    authorization: String,
    rules: &'static dyn Rules,
    budget: Budget,
    sent: AtomicU64,
}

impl fmt::Debug for Http {
    // The credentials are in here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("sent", &self.sent()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Request {
    // A body may hold passwords, a query may hold names of secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.name(), self.url)
    }
}

impl Method {
    /// Returns the name as it is sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Request {
    /// Returns a request; all but those that make or set off something have the same effect twice.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let is_repeatable = !matches!(method, Method::Post | Method::Patch);
        Self { method, url: url.into(), query: Vec::new(), body: None, is_repeatable }
    }

    /// Adds to the query.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Gives it a body, which is JSON.
    #[must_use]
    pub fn body(mut self, json: Vec<u8>) -> Self {
        self.body = Some(json);
        self
    }
}

impl Http {
    /// Returns a way for requests that all carry `Authorization: Bearer TOKEN`.
    ///
    /// `share` is the part of the rate limit that is left to others, in hundredths.
    ///
    /// # Errors
    ///
    /// What the TLS of this machine lacks, for people.
    pub fn bearer(
        token: &str,
        proxies: &Proxies,
        rules: &'static dyn Rules,
        share: u8,
    ) -> Result<Self, String> {
        for proxy in [&proxies.http, &proxies.https].into_iter().flatten() {
            is_address(proxy)?;
        }
        let proxies = proxies.clone();
        let proxy = reqwest::Proxy::custom(move |url: &Url| {
            let port = url.port_or_known_default().unwrap_or(0);
            proxies.of(url.scheme(), url.host_str()?, port)
        });
        let client = reqwest::Client::builder()
            .user_agent(concat!("infra/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIME)
            .no_proxy()
            .proxy(proxy)
            .build()
            .map_err(|error| send::told(&error))?;
        let authorization = format!("Bearer {token}");
        Ok(Self {
            client,
            authorization,
            rules,
            budget: Budget::new(share),
            sent: AtomicU64::new(0),
        })
    }

    /// Sends a request until it is answered for good.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn exchange(&self, request: &Request, control: &Control) -> Result<Exchange, Lost> {
        let mut attempts = 0;
        loop {
            if control.is_late() || (attempts == 0 && control.is_stopping()) {
                return Err(Lost::Stopped);
            }
            self.budget.admit(control).await;
            attempts += 1;
            self.sent.fetch_add(1, Ordering::Relaxed);
            let outcome = send::once(&self.client, &self.authorization, request, control).await;
            if let Ok(reply) = &outcome {
                self.budget.learn(self.rules.window(reply), control.clock.now_ms());
            }
            match self.rules.verdict(request, outcome.as_ref(), attempts) {
                Verdict::Final => return outcome.map(|reply| Exchange { reply, attempts }),
                Verdict::Again { why, wait_ms } => {
                    if control.is_stopping() {
                        return outcome.map(|reply| Exchange { reply, attempts });
                    }
                    control.progress.line(&format!("{why}; asking again"));
                    pause(rules::spread(wait_ms, self.sent()), control).await;
                }
            }
        }
    }

    /// Returns how many requests were sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

/// Who names a proxy does not want to go without; what was given may hold a password.
fn is_address(proxy: &str) -> Result<(), String> {
    let whole = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    if proxy.trim().is_empty() || Url::parse(&whole).is_ok() {
        return Ok(());
    }
    Err("The environment names a proxy that is no address.".to_owned())
}

/// Waits, but not beyond the deadline.
async fn pause(wait_ms: u64, control: &Control) {
    let left_ms = control.deadline_ms.map(|end| end.saturating_sub(control.clock.now_ms()));
    let wait_ms = left_ms.map_or(wait_ms, |left| wait_ms.min(left));
    control.clock.sleep(Duration::from_millis(wait_ms)).await;
}
