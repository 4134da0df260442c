//! The HTTP client for one data source: whom it trusts, and through which proxy it goes.

use super::{Client, Model};
use crate::{
    proxies::url_of,
    trust::{self, Trust},
};
use infra_model::{diagnostic::Diagnostic, path::Path};
use infra_sdk::failure::Failure;
use reqwest::{
    Proxy, Url,
    header::{HeaderName, HeaderValue},
    redirect::Policy,
};

/// As many redirections are followed.
const REDIRECTIONS_MAX: usize = 10;

/// Says who asks; some servers answer nobody who does not.
const AGENT: &str = concat!("infra/", env!("CARGO_PKG_VERSION"));

/// Returns the client.
pub(super) fn build(client: &Client, config: &Model) -> Result<reqwest::Client, Failure> {
    let trust = match (&config.ca_cert_pem, config.insecure) {
        (_, Some(true)) => Trust::Anyone,
        (Some(pem), _) => Trust::Only(pem),
        (None, _) => Trust::System,
    };
    let own = config.client_cert_pem.as_deref().zip(config.client_key_pem.as_deref());
    let tls = trust::config(&trust, own).map_err(|wrong| {
        let summary = format!("`{}` can't be used", wrong.argument);
        let found = Diagnostic::error("infra::builtin::certificate_unreadable", summary)
            .detail(format!("The value was not taken: {}.", wrong.problem))
            .help("give the whole text in PEM, with its first and its last line")
            .at_path(Path::attribute(wrong.argument));
        Failure::new(found)
    })?;
    let asked = address(&config.url)?;
    let port = asked.port_or_known_default().unwrap_or(0);
    url_of(&client.proxies, asked.scheme(), asked.host_str().unwrap_or(""), port)?;
    let proxies = client.proxies.clone();
    let proxy = Proxy::custom(move |url: &Url| {
        let port = url.port_or_known_default().unwrap_or(0);
        proxies.of(url.scheme(), url.host_str()?, port)
    });
    let built = reqwest::Client::builder()
        .use_preconfigured_tls(tls)
        .user_agent(AGENT)
        .redirect(Policy::limited(REDIRECTIONS_MAX))
        .no_proxy()
        .proxy(proxy)
        .pool_max_idle_per_host(0)
        .build();
    built.map_err(|error| {
        let found = Diagnostic::error("infra::builtin::request_failed", "No request can be made");
        Failure::new(found.detail(super::exchange::told(&error)))
    })
}

/// Returns an address that can be asked.
pub(super) fn address(text: &str) -> Result<Url, Diagnostic> {
    let parsed = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    parsed.ok_or_else(|| {
        let summary = "`url` is no address that can be asked";
        Diagnostic::error("infra::builtin::address_wrong", summary)
            .help("write an address that begins with `http://` or `https://`")
            .at_path(Path::attribute("url"))
    })
}

/// Returns a header, if it can be one.
pub(super) fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, value.parse().ok()?))
}
