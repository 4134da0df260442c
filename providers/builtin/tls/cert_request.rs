//! `tls_cert_request`: a request for a certificate, to be signed by some authority.

use super::{
    Client, check_key, id_of, key, key_unreadable, making_failed, pem, renewal,
    subject::{self, Texts},
    x509::{name::Subject, write},
};
use crate::hooked::Hooked;
use infra_model::{
    diagnostic::Diagnostics,
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    kind::SchemaKind,
    resource::{Resource, Thing, Wanted},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct TlsCertRequest;

/// Its attributes; not printable.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    private_key_pem: String,
    dns_names: Texts,
    ip_addresses: Texts,
    uris: Texts,
    key_algorithm: Option<String>,
    cert_request_pem: Option<String>,
    subject: Option<Vec<Subject>>,
}

impl Resource for TlsCertRequest {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let computed = || Attribute::computed(Type::String);
        let own = [
            ("id", computed()),
            ("private_key_pem", Attribute::required(Type::String).sensitive().replaces()),
            ("key_algorithm", computed()),
            ("cert_request_pem", computed()),
        ];
        let block = Block::of(own.into_iter().chain(subject::names()));
        let block = block.with([("subject", subject::block())]);
        let inner = SchemaKind::managed("tls_cert_request", block).local();
        Hooked::new(inner, validate).adjust(renewal::adjust_texts).shared()
    }

    async fn read(_: &Client, seen: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        Ok(Some(seen.model))
    }

    async fn create(
        _: &Client,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        Ok(requested(wanted.model)?.into())
    }

    async fn update(
        _: &Client,
        _: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        Ok(wanted.model.into())
    }

    async fn delete(_: &Client, _: Thing<Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    check_key(desired, "private_key_pem", &mut wrong);
    subject::validate(desired, &mut wrong);
    wrong
}

fn requested(model: Model) -> Result<Model, Failure> {
    let unreadable = |problem| Failure::new(key_unreadable("private_key_pem", problem));
    let key = key::read_pem(&model.private_key_pem).map_err(unreadable)?;
    let names = subject::alternatives(&model.dns_names, &model.ip_addresses, &model.uris)?;
    let name = subject::to_der(model.subject.as_ref());
    let der = write::request(&name, &names, &key);
    let der = der.map_err(|problem| making_failed("certificate request", problem))?;
    Ok(Model {
        id: Some(id_of(&der)),
        cert_request_pem: Some(pem::encode("CERTIFICATE REQUEST", &der)),
        key_algorithm: Some(key.algorithm().to_owned()),
        ..model
    })
}
