//! The configuration of the provider: as the `hcloud` provider of Terraform has it, and one more.

use crate::client::Reach;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    schema::{Attribute, Block, Schema},
    types::Type,
    value::Value,
};
use infra_sdk::{durations, proxies::Proxies};

/// Where the API is.
const CLOUD: &str = "https://api.hetzner.cloud/v1";
/// Where the API for storage boxes is.
const BOXES: &str = "https://api.hetzner.com/v1";
/// How many characters a token has.
const TOKEN_CHARS: usize = 64;
/// How much of the rate limit is left to others, in hundredths, unless told otherwise.
const SHARE: u8 = 50;

/// What the process environment says; it is read by the command line alone.
#[derive(Clone, Default)]
pub struct Environment {
    /// `HCLOUD_TOKEN`.
    pub token: Option<String>,
    /// `HCLOUD_ENDPOINT`.
    pub endpoint: Option<String>,
    /// `HETZNER_ENDPOINT`.
    pub endpoint_hetzner: Option<String>,
    /// The proxies.
    pub proxies: Proxies,
}

impl std::fmt::Debug for Environment {
    // The token is in here.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

/// Returns the schema.
pub(crate) fn schema() -> Schema {
    let text = || Attribute::optional(Type::String);
    let block = Block::of([
        ("token", text().sensitive().describe("The token of the project; `HCLOUD_TOKEN`.")),
        ("endpoint", text().describe("Where the API is; `HCLOUD_ENDPOINT`.")),
        (
            "endpoint_hetzner",
            text().describe("Where the API for storage boxes is; `HETZNER_ENDPOINT`."),
        ),
        ("poll_interval", text().describe("The first wait before an action is asked about.")),
        ("poll_function", text().describe("How the wait grows: `exponential` or `constant`.")),
        (
            "rate_limit_share",
            Attribute::optional(Type::Number)
                .describe("Hundredths of the rate limit that are left to others; 50 by default."),
        ),
    ]);
    Schema { version: 0, block }
}

/// Returns what is wrong with a configuration.
pub(crate) fn validate(config: &Value) -> Diagnostics {
    let text = |name: &str| config.get(name).and_then(Value::as_text);
    let mut found = Vec::new();
    if let Some(interval) = text("poll_interval")
        && durations::nanoseconds(interval).is_none()
    {
        found.push(wrong("poll_interval", "is no duration", "write one such as `500ms`"));
    }
    if let Some(function) = text("poll_function")
        && !matches!(&**function, "exponential" | "constant")
    {
        found.push(wrong("poll_function", "is not known", "use `exponential` or `constant`"));
    }
    for name in ["endpoint", "endpoint_hetzner"] {
        if text(name).is_some_and(|address| !is_address(address)) {
            found.push(wrong(name, "is no address", "write one such as `https://api.example/v1`"));
        }
    }
    if let Some(share) = config.get("rate_limit_share").and_then(Value::as_number)
        && !share.to_i64().is_some_and(|share| (0..=95).contains(&share))
    {
        found.push(wrong("rate_limit_share", "is no share", "use a whole number from 0 to 95"));
    }
    found
}

/// Returns how the account is reached, and what should be known of it.
///
/// # Errors
///
/// If there is no token, or one that can be none.
pub(crate) fn reach(
    config: &Value,
    environment: &Environment,
) -> Result<(Reach, Diagnostics), Diagnostic> {
    let text = |name: &str| config.get(name).and_then(Value::as_text).map(ToString::to_string);
    let or = |given: Option<String>, other: &Option<String>, last: &str| {
        let found = given.or_else(|| other.clone()).filter(|text| !text.is_empty());
        found.unwrap_or_else(|| last.to_owned()).trim_end_matches('/').to_owned()
    };
    let token = or(text("token"), &environment.token, "");
    if token.is_empty() {
        return Err(token_missing());
    }
    if !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(token_odd());
    }
    let interval = text("poll_interval").and_then(|text| durations::nanoseconds(&text));
    let share = config
        .get("rate_limit_share")
        .and_then(Value::as_number)
        .and_then(infra_model::number::Number::to_i64);
    let reach = Reach {
        cloud: or(text("endpoint"), &environment.endpoint, CLOUD),
        boxes: or(text("endpoint_hetzner"), &environment.endpoint_hetzner, BOXES),
        poll_ms: interval.map(|nanoseconds| nanoseconds.unsigned_abs() / 1_000_000),
        is_constant: text("poll_function").as_deref() == Some("constant"),
        share: share.and_then(|share| u8::try_from(share).ok()).unwrap_or(SHARE),
        token,
    };
    let warnings = odd_length(&reach).into_iter().collect();
    Ok((reach, warnings))
}

/// A token of another length is refused by Hetzner, but maybe not by what stands in for it.
fn odd_length(reach: &Reach) -> Option<Diagnostic> {
    let length = reach.token.chars().count();
    (length != TOKEN_CHARS && reach.cloud == CLOUD).then(|| {
        let summary = format!("The Hetzner token has {length} characters");
        Diagnostic::warning("infra::hetzner::token_odd", summary)
            .detail(format!("Tokens of Hetzner have {TOKEN_CHARS}; a part may be missing."))
            .help("copy the whole token from the Cloud Console")
    })
}

fn token_missing() -> Diagnostic {
    Diagnostic::error("infra::hetzner::token_missing", "There is no token for Hetzner")
        .detail("Neither `token` of the provider nor `HCLOUD_TOKEN` is set. Nothing was asked.")
        .help("make a token in the Cloud Console under Security, and put it into `HCLOUD_TOKEN`")
        .at_path(Path::attribute("token"))
}

fn token_odd() -> Diagnostic {
    Diagnostic::error("infra::hetzner::token_odd", "The Hetzner token can't be one")
        .detail("It has characters that no token has, such as spaces. Nothing was asked.")
        .help("copy the whole token from the Cloud Console")
        .at_path(Path::attribute("token"))
}

fn wrong(name: &str, what: &str, help: &'static str) -> Diagnostic {
    Diagnostic::error("infra::hetzner::value_wrong", format!("`{name}` {what}"))
        .help(help)
        .at_path(Path::attribute(name))
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
