//! `data.tls_certificate`: the certificates of a server, or one that is at hand.

use super::{Client, certificate_unreadable, pem, x509::read};
use crate::{digest::sha1, hooked::Hooked, rules};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

mod handshake;

/// The data source.
pub(crate) struct TlsCertificate;

/// Its attributes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    url: Option<String>,
    content: Option<String>,
    verify_chain: Option<bool>,
    certificates: Option<Vec<Certificate>>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Certificate {
    signature_algorithm: Option<String>,
    public_key_algorithm: Option<String>,
    serial_number: Option<String>,
    is_ca: Option<bool>,
    version: Option<i64>,
    issuer: Option<String>,
    subject: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    sha1_fingerprint: Option<String>,
    cert_pem: Option<String>,
}

impl DataSource for TlsCertificate {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let texts = [
            "signature_algorithm",
            "public_key_algorithm",
            "serial_number",
            "issuer",
            "subject",
            "not_before",
            "not_after",
            "sha1_fingerprint",
            "cert_pem",
        ];
        let others = [("is_ca", Type::Bool), ("version", Type::Number)];
        let texts = texts.into_iter().map(|name| (name, Type::String));
        let certificate = Type::object(texts.chain(others));
        let block = Block::of([
            ("id", Attribute::computed(Type::String)),
            ("url", Attribute::optional(Type::String)),
            ("content", Attribute::optional(Type::String)),
            ("verify_chain", Attribute::optional(Type::Bool)),
            ("certificates", Attribute::computed(Type::list(certificate))),
        ]);
        Hooked::new(SchemaKind::data("tls_certificate", block)).validate(validate).shared()
    }

    async fn read(client: &Client, config: Model, at: &Control) -> Result<Model, Failure> {
        let chain = if let Some(content) = &config.content {
            let unreadable = |problem| Failure::new(certificate_unreadable("content", problem));
            read::certificate_pem(content).map_err(unreadable)?;
            let block = pem::decode(content).map(|block| block.bytes);
            block.into_iter().collect()
        } else {
            let address = config.url.as_deref().unwrap_or_default();
            let url = address_of(address).map_err(Failure::new)?;
            let is_verified = config.verify_chain != Some(false);
            handshake::chain(client, &url, is_verified, at).await?
        };
        // The root comes first, which is the last that a server sends.
        let described: Option<Vec<Certificate>> =
            chain.iter().rev().map(|d| described(d)).collect();
        let argument = if config.content.is_some() { "content" } else { "url" };
        let unreadable = || certificate_unreadable(argument, "the certificate can't be read");
        let described = described.ok_or_else(unreadable)?;
        let prints = described.iter().filter_map(|one| one.sha1_fingerprint.as_deref());
        let id = Some(sha1(prints.collect::<String>().as_bytes()));
        Ok(Model { id, certificates: Some(described), ..config })
    }
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::exactly_one(desired, &["url", "content"], &mut wrong);
    rules::at_most_one(desired, &["content", "verify_chain"], &mut wrong);
    if let Some(url) = rules::text(desired, "url") {
        wrong.extend(address_of(url).err());
    }
    if let Some(Err(problem)) = rules::text(desired, "content").map(read::certificate_pem) {
        wrong.push(certificate_unreadable("content", problem));
    }
    wrong
}

/// Returns an address with host and port, of which a handshake can be asked.
fn address_of(text: &str) -> Result<Url, Diagnostic> {
    let wrong = |help: &str| {
        let summary = "`url` is no address whose certificates can be asked for";
        let found = Diagnostic::error("infra::builtin::address_wrong", summary).help(help);
        Err(found.at_path(Path::attribute("url")))
    };
    let Some(url) = Url::parse(text).ok().filter(Url::has_host) else {
        return wrong("write an address such as `https://example.com`");
    };
    match (url.scheme(), url.port()) {
        ("https", _) | ("tls", Some(_)) => Ok(url),
        ("tls", None) => wrong("add the port: `tls://HOST:PORT`"),
        _ => wrong("write an address that begins with `https://` or `tls://`"),
    }
}

fn described(der: &[u8]) -> Option<Certificate> {
    let found = read::certificate(der)?;
    Some(Certificate {
        signature_algorithm: Some(found.signature_algorithm.to_owned()),
        public_key_algorithm: Some(found.public_key_algorithm.to_owned()),
        serial_number: Some(found.serial_number),
        is_ca: Some(found.is_ca),
        version: Some(found.version),
        issuer: Some(found.issuer),
        subject: Some(found.subject),
        not_before: Some(found.not_before.rfc3339()),
        not_after: Some(found.not_after.rfc3339()),
        sha1_fingerprint: Some(found.sha1_fingerprint),
        cert_pem: Some(pem::encode("CERTIFICATE", der)),
    })
}
