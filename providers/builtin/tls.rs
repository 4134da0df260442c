//! `tls_*`: private keys, certificates and requests made here, and what can be read of them.
//!
//! There is no outside object: the keys live in the state, which is why what is secret about them is
//! marked, and is in no message. Names and attributes are those of the ecosystem's provider.

use crate::draw::Draws;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::{FactKey, Facts},
    path::Path,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::Failure,
    resource::{FactSource, Resource},
};
use proxy::Proxy;

mod calendar;
pub(crate) mod cert_request;
pub(crate) mod certificate;
mod der;
pub(crate) mod ephemeral_key;
mod issue;
mod key;
pub(crate) mod locally_signed_cert;
mod pem;
pub(crate) mod private_key;
pub(crate) mod proxy;
pub(crate) mod public_key;
mod renewal;
pub(crate) mod self_signed_cert;
pub(crate) mod signed;
mod signing_key;
mod subject;
mod x509;

/// A configured instance of the provider.
pub(crate) struct Client {
    /// Where keys and serial numbers are drawn from.
    pub(crate) draws: Draws,
    /// How `data.tls_certificate` reaches `https` addresses.
    pub(crate) proxy: Option<Proxy>,
}

/// The one fact of this provider: what time it is.
pub(crate) struct Now;

impl FactSource for Now {
    type Client = Client;

    async fn learn(
        _: &Client,
        keys: Vec<FactKey>,
        control: &Control,
    ) -> Result<(Facts, Diagnostics), Failure> {
        let now = i64::try_from(control.clock.now_ms()).unwrap_or(i64::MAX);
        let known = keys.into_iter().filter(|key| *key == renewal::now_key());
        Ok((known.map(|key| (key, Value::from(now))).collect(), Vec::new()))
    }
}

/// Returns the random bytes that a key is made of.
fn entropy<R: Resource>(
    client: &Client,
    wanted: &infra_sdk::resource::Wanted<R::Model>,
    length: usize,
) -> Result<Vec<u8>, Failure> {
    client.draws.draw(&wanted.address, &wanted.token).bytes(length)
}

/// Says that a private key can't be read; holds nothing of it.
fn key_unreadable(name: &str, problem: key::Problem) -> Diagnostic {
    let summary = format!("`{name}` is no usable private key");
    Diagnostic::error("infra::builtin::key_unreadable", summary)
        .detail(format!("The value was not taken as a private key: {problem}."))
        .help("give a private key in PEM that is not encrypted, such as `private_key_pem` of a `tls_private_key`")
        .at_path(Path::attribute(name))
}

/// Says that a certificate or a request can't be read.
fn certificate_unreadable(name: &str, problem: key::Problem) -> Diagnostic {
    let summary = format!("`{name}` can't be read");
    Diagnostic::error("infra::builtin::certificate_unreadable", summary)
        .detail(format!("The value was not taken: {problem}."))
        .help("give the whole text in PEM, with its first and its last line")
        .at_path(Path::attribute(name))
}

/// Says that something could not be made of a key.
fn making_failed(what: &str, problem: key::Problem) -> Failure {
    let summary = format!("The {what} could not be made");
    let found = Diagnostic::error("infra::builtin::certificate_failed", summary);
    let help = "check the key; if it is right, report this with the version of infra";
    Failure::new(found.detail(format!("Nothing was recorded: {problem}.")).help(help)).safe()
}

/// Checks a private key at plan time, if it is known.
fn check_key(desired: &Value, name: &str, wrong: &mut Diagnostics) {
    let found = crate::rules::text(desired, name).map(key::read_pem);
    if let Some(Err(problem)) = found {
        wrong.push(key_unreadable(name, problem));
    }
}

/// Returns the id that the ecosystem's provider gives to something in DER.
fn id_of(der: &[u8]) -> String {
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    let end = der.iter().rposition(|byte| !is_space(byte)).map_or(0, |last| last + 1);
    crate::digest::sha1(&der[..end])
}
