//! The address of a proxy, taken apart, for those who speak to it themselves.

use infra_model::diagnostic::Diagnostic;
pub use infra_sdk::proxies::Proxies;
use reqwest::Url;

/// Returns the address of the proxy for a host, taken apart.
///
/// # Errors
///
/// `infra::builtin::proxy_wrong` if it is none: who names a proxy does not want to go without.
pub fn url_of(
    proxies: &Proxies,
    scheme: &str,
    host: &str,
    port: u16,
) -> Result<Option<Url>, Diagnostic> {
    let Some(proxy) = proxies.of(scheme, host, port) else { return Ok(None) };
    match Url::parse(&proxy) {
        Ok(proxy) => Ok(Some(proxy)),
        Err(why) => Err(wrong(scheme, &why.to_string())),
    }
}

/// What was given is not shown: it may hold a password.
fn wrong(scheme: &str, why: &str) -> Diagnostic {
    let name = if scheme == "https" { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let summary = format!("`{name}` is no address of a proxy");
    Diagnostic::error("infra::builtin::proxy_wrong", summary)
        .detail(format!("It cannot be read: {why}. Nothing was asked, and nothing was changed."))
        .help("write it like `http://proxy.example:3128`, or name the host in `NO_PROXY`")
}
