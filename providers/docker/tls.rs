//! An engine over TLS, with certificates and key from memory: they are written nowhere, so that
//! nothing of them lies on a disk however this program ends.
//!
//! bollard itself reads them from files at each connection; this is the same transport otherwise.

use crate::{
    config::KeyMaterial,
    failure::{Failure, Outcome, refusal},
};
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker, errors::Error};
// Both make bollard's own connections too. Apache-2.0, ISC or MIT; and MIT.
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use std::{fmt::Display, sync::Arc};

/// Returns the client of an engine at `host:port`; nothing is sent to it yet.
pub(crate) fn connect(address: &str, material: &KeyMaterial, timeout_s: u64) -> Outcome<Docker> {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    let connector = HttpsConnector::from((http, settings(material)?));
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_max_idle_per_host(0);
    let client = builder.build(connector);
    let send = move |request: BollardRequest| {
        let sent = client.request(request);
        async move { sent.await.map_err(Error::from) }
    };
    let host = Some(format!("https://{address}"));
    let docker = Docker::connect_with_custom_transport(send, host, timeout_s, API_DEFAULT_VERSION);
    docker.map_err(|error| unusable("the address", &error))
}

/// Trusts the authorities of the system and the given one, and shows the given certificate.
fn settings(material: &KeyMaterial) -> Outcome<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let authorities = certificates(&material.ca, "the certificate of the authority")?;
    roots.add_parsable_certificates(authorities);
    let shown = certificates(&material.cert, "the certificate")?;
    let key = PrivateKeyDer::from_pem_slice(material.key.as_bytes());
    let key = key.map_err(|error| unusable("the key", &error))?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("TLS", &error))?;
    let config = config.with_root_certificates(roots).with_client_auth_cert(shown, key);
    config.map_err(|error| unusable("the key with its certificate", &error))
}

fn certificates(pem: &str, what: &str) -> Outcome<Vec<CertificateDer<'static>>> {
    let all = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    all.map_err(|error| unusable(what, &error))
}

/// What is wrong is told without any part of the keys.
fn unusable(what: &str, error: &dyn Display) -> Failure {
    let found =
        refusal("infra::docker::keys_unusable", format!("{what} for the engine cannot be used"));
    let help = "give certificates and key as PEM, and the key that belongs to the certificate";
    Failure::refused(found.detail(error.to_string()).help(help))
}
