//! States behind an address, as Terraform's backend `http` keeps them: one GET, and nothing else.
//!
//! Who asks says with [`Settings`] what to ask and with which name and password. Neither they nor
//! what stands in an address besides its place is ever printed.

mod settings;

pub use settings::{SETTINGS, Settings, Sort, secrets};

use crate::{
    context::Context,
    install::{reason, safe_redirects},
    wire,
};
use infra_builtin::{self as builtin, Stranger};
use infra_model::diagnostic::{Diagnostic, Retry};
use infra_sdk::connection::Clock;
use reqwest::{Client, Proxy, Response, StatusCode, Url, header};
use std::time::Duration;

/// The greatest size of a state that is fetched, in bytes.
const BYTES_MAX: usize = 256 << 20;
/// How long a connection may take to come about, and how long a server may be silent.
const SILENCE: [Duration; 2] = [Duration::from_secs(20), Duration::from_mins(1)];
/// How long one answer may take in all.
const ANSWER: Duration = Duration::from_mins(15);

/// Returns the text of the state; `None` if the server says that it has none.
///
/// # Errors
///
/// If there is no answer, it is none with a state, or it is too large.
pub async fn fetch(
    settings: &Settings,
    context: &Context,
    clock: &dyn Clock,
) -> Result<Option<String>, Diagnostic> {
    let client = client(settings, &wire::proxies(&context.environment))?;
    let mut tries = 1;
    loop {
        let problem = match ask(&client, settings).await {
            Ok(text) => return Ok(text),
            Err(problem) => problem,
        };
        if !problem.is_passing {
            return Err(failed(settings, &problem.summary, &problem.why));
        }
        // Who is not trusted now is not trusted a second later.
        if tries > settings.retry_max || problem.stranger == Some(Stranger::Server) {
            let shown = settings.shown();
            let summary =
                format!("Failed to get state: GET {shown} giving up after {tries} attempt(s)");
            let failed = failed(settings, &summary, &problem.why).retry(Retry::Safe);
            return Err(problem.stranger.map(known_as).into_iter().fold(failed, Diagnostic::help));
        }
        clock.sleep(wait(settings, tries, problem.wait)).await;
        tries += 1;
    }
}

/// Returns how long to wait: twice as long each time, or as the server asks, but never longer than
/// the settings allow.
fn wait(settings: &Settings, tries: u64, asked: Option<u64>) -> Duration {
    let growing = settings.wait_min.saturating_mul(1 << (tries - 1).min(20));
    Duration::from_secs(asked.unwrap_or(growing).min(settings.wait_max))
}

/// Why there is no state.
struct Problem {
    summary: String,
    why: String,
    /// Asking again may help.
    is_passing: bool,
    /// How many seconds the server wants to be left alone.
    wait: Option<u64>,
    /// Who was not trusted, if that is what it is.
    stranger: Option<Stranger>,
}

impl Problem {
    fn lasting(summary: impl Into<String>, why: impl Into<String>) -> Self {
        let (summary, why) = (summary.into(), why.into());
        Self { summary, why, is_passing: false, wait: None, stranger: None }
    }

    fn passing(why: String, wait: Option<u64>) -> Self {
        Self { is_passing: true, wait, ..Self::lasting("", why) }
    }
}

/// Returns what to do where somebody is not trusted.
fn known_as(stranger: Stranger) -> &'static str {
    match stranger {
        Stranger::Server => {
            "Give the authority that signed the server's certificate as `client_ca_certificate_pem`, \
             or as `TF_HTTP_CLIENT_CA_CERTIFICATE_PEM`; with `skip_cert_verification` any server is \
             trusted."
        }
        Stranger::Client => {
            "Say who you are with `client_certificate_pem` and `client_private_key_pem`, or with \
             `TF_HTTP_CLIENT_CERTIFICATE_PEM` and `TF_HTTP_CLIENT_PRIVATE_KEY_PEM`, by a certificate \
             that the server trusts."
        }
    }
}

fn client(settings: &Settings, proxies: &builtin::Proxies) -> Result<Client, Diagnostic> {
    let tls = settings.tls()?;
    let port = settings.url.port_or_known_default().unwrap_or(0);
    // Whoever names a proxy does not want to go without.
    let host = settings.url.host_str().unwrap_or("");
    builtin::url_of(proxies, settings.url.scheme(), host, port)?;
    let proxies = proxies.clone();
    let proxy = Proxy::custom(move |url: &Url| {
        let port = url.port_or_known_default().unwrap_or(0);
        proxies.of(url.scheme(), url.host_str()?, port)
    });
    let built = Client::builder()
        .use_preconfigured_tls(tls)
        .user_agent(concat!("infra/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(SILENCE[0])
        .read_timeout(SILENCE[1])
        .timeout(ANSWER)
        .redirect(safe_redirects())
        // It would tell the next server what stands in this address.
        .referer(false)
        .no_proxy()
        .proxy(proxy)
        .build();
    built.map_err(|error| failed(settings, "Failed to get state", &reason(&error)))
}

async fn ask(client: &Client, settings: &Settings) -> Result<Option<String>, Problem> {
    let mut request = client.get(settings.url.clone());
    if let Some(name) = &settings.username {
        request = request.basic_auth(name, settings.password.as_deref());
    }
    let broken = |error: &reqwest::Error| {
        let lasting = error.is_redirect() || error.is_builder();
        let problem = Problem::lasting("Failed to get state", reason(error));
        Problem { is_passing: !lasting, stranger: builtin::stranger(error), ..problem }
    };
    let response = request.send().await.map_err(|error| broken(&error))?;
    let status = response.status();
    match status {
        StatusCode::OK => body(response).await,
        StatusCode::NO_CONTENT | StatusCode::NOT_FOUND => Ok(None),
        StatusCode::UNAUTHORIZED => Err(Problem::lasting(
            "HTTP remote state endpoint requires auth",
            format!("the server answered {status}"),
        )),
        StatusCode::FORBIDDEN => Err(Problem::lasting(
            "HTTP remote state endpoint invalid auth",
            format!("the server answered {status}"),
        )),
        _ if is_passing(status) => {
            let asked = response.headers().get(header::RETRY_AFTER);
            let wait = asked.and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
            Err(Problem::passing(format!("the server answered {status}"), wait))
        }
        _ => Err(Problem::lasting(
            format!("Unexpected HTTP response code {}", status.as_u16()),
            format!("the server answered {status}"),
        )),
    }
}

fn is_passing(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

async fn body(mut response: Response) -> Result<Option<String>, Problem> {
    let too_large = || {
        Problem::lasting("Failed to get state", format!("it has more than {} MiB", BYTES_MAX >> 20))
    };
    if response.content_length().is_some_and(|length| length > BYTES_MAX as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await;
        let chunk = chunk.map_err(|error| Problem::passing(reason(&error), None))?;
        let Some(chunk) = chunk else { break };
        if body.len() + chunk.len() > BYTES_MAX {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    if body.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8(body);
    text.map(Some).map_err(|_| Problem::lasting("Failed to get state", "it is no text in UTF-8"))
}

fn failed(settings: &Settings, summary: &str, why: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::state_not_fetched", summary)
        .detail(format!("`{}`: {why}. Nothing was changed.", settings.shown()))
        .help(
            "Check the address, and that it can be reached from here; name and password are \
             `username` and `password`, or `TF_HTTP_USERNAME` and `TF_HTTP_PASSWORD`.",
        )
}

/// Returns what is wrong with what an address gave, said with the address.
pub fn of_address(settings: &Settings, mut found: Diagnostic) -> Diagnostic {
    found.detail = format!("`{}`: {}", settings.shown(), found.detail).into();
    found
}
