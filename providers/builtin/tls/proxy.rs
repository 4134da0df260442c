//! The provider `tls` with its `proxy` block.

use super::{
    Client, Now,
    cert_request::TlsCertRequest,
    certificate::TlsCertificate,
    ephemeral_key::EphemeralKey,
    locally_signed_cert::TlsLocallySignedCert,
    private_key::TlsPrivateKey,
    public_key::{EphemeralPublicKey, TlsPublicKey},
    self_signed_cert::TlsSelfSignedCert,
    signed::Certificate,
};
use crate::{
    draw::Draws,
    proxies::{Proxies, url_of},
    rules,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Kind, ProviderFacts},
    path::{Path, Step},
    schema::{Attribute, Block, NestedBlock, Nesting},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::{BoxFuture, Connected, Control, Provider},
    registry::Registry,
};
use reqwest::Url;
use std::sync::Arc;

/// The provider.
pub(crate) struct Tls {
    registry: Arc<Registry<Client>>,
    draws: Draws,
    proxies: Proxies,
}

/// The way to hosts that are not to be reached directly.
#[derive(Clone)]
pub(crate) enum Proxy {
    /// This proxy, for all.
    Fixed(Box<Url>),
    /// What the environment says.
    Environment(Proxies),
}

impl Tls {
    /// Returns the provider.
    pub(crate) fn new(draws: Draws, proxies: Proxies) -> Self {
        let registry = Registry::new("tls")
            .resource::<TlsPrivateKey>()
            .resource::<Certificate<TlsSelfSignedCert>>()
            .resource::<Certificate<TlsLocallySignedCert>>()
            .resource::<TlsCertRequest>()
            .ephemeral::<EphemeralKey>()
            .ephemeral::<EphemeralPublicKey>()
            .data::<TlsPublicKey>()
            .data::<TlsCertificate>()
            .facts::<Now>();
        Self { registry: registry.shared(), draws, proxies }
    }

    fn proxy(&self, config: &Value) -> Option<Proxy> {
        let environment = || Some(Proxy::Environment(self.proxies.clone()));
        let Some(block) = block_of(config) else { return environment() };
        if let Some(url) = rules::text(block, "url") {
            let mut url = Url::parse(url).ok()?;
            let name = rules::text(block, "username").unwrap_or_default();
            url.set_username(name).ok()?;
            url.set_password(rules::text(block, "password")).ok()?;
            return Some(Proxy::Fixed(Box::new(url)));
        }
        let is_off = block.get("from_env").and_then(Value::as_bool) == Some(false);
        if is_off { None } else { environment() }
    }
}

impl Proxy {
    /// Returns the proxy for a host, if it is not to be reached directly.
    pub(super) fn of(&self, host: &str, port: u16) -> Result<Option<Url>, Diagnostic> {
        match self {
            Self::Fixed(url) => Ok(Some((**url).clone())),
            Self::Environment(proxies) => url_of(proxies, "https", host, port),
        }
    }
}

impl Provider for Tls {
    fn name(&self) -> &'static str {
        self.registry.provider()
    }

    fn facts(&self) -> ProviderFacts {
        let text = || Attribute::optional(Type::String);
        let proxy = Block::of([
            ("url", text()),
            ("username", text()),
            ("password", text().sensitive()),
            ("from_env", Attribute::optional(Type::Bool)),
        ]);
        let proxy = NestedBlock::new(Nesting::List, proxy).between(0, Some(1));
        let config = Block::default().with([("proxy", proxy)]);
        ProviderFacts { validate, ..self.registry.provider_facts(config) }
    }

    fn kinds(&self) -> Vec<Arc<dyn Kind>> {
        self.registry.kinds()
    }

    fn connect(&self, config: Value, _control: Control) -> BoxFuture<'_, Connected> {
        let client = Client { draws: self.draws.clone(), proxy: self.proxy(&config) };
        let connection = self.registry.clone().connect(client);
        Box::pin(async move { Ok((connection, Vec::new())) })
    }
}

fn block_of(config: &Value) -> Option<&Value> {
    config.get("proxy")?.items()?.first()
}

fn validate(config: &Value) -> Diagnostics {
    let Some(block) = block_of(config) else { return Vec::new() };
    let mut wrong = Vec::new();
    rules::at_most_one(block, &["url", "from_env"], &mut wrong);
    rules::at_most_one(block, &["username", "from_env"], &mut wrong);
    rules::requires(block, ("username", "url"), &mut wrong);
    rules::requires(block, ("password", "username"), &mut wrong);
    if let Some(url) = rules::text(block, "url") {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if parsed.is_none() {
            let summary = "`url` is no address of a proxy";
            let found = Diagnostic::error("infra::builtin::address_wrong", summary);
            let help = "write an address that begins with `http://` or `https://`";
            wrong.push(found.help(help).at_path(Path::attribute("url")));
        }
    }
    // The findings are about the block, which is the first of its list.
    for found in &mut wrong {
        if let Some(path) = &mut found.path {
            let around = [Path::attribute("proxy").0, vec![Step::Index(0)]].concat();
            path.0.splice(0..0, around);
        }
    }
    wrong
}
