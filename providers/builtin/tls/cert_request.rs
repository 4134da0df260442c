//! `tls_cert_request`: a request for a certificate, to be signed by some authority.

use super::{
    Client, id_of, making_failed, pem, renewal,
    signing_key::OWN,
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
    private_key_pem: Option<String>,
    private_key_pem_wo: Option<String>,
    private_key_pem_wo_version: Option<String>,
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
        let own =
            [("id", computed()), ("key_algorithm", computed()), ("cert_request_pem", computed())];
        let own = own.into_iter().chain(OWN.attributes());
        let block = Block::of(own.chain(subject::names()));
        let block = block.with([("subject", subject::block())]);
        let inner = SchemaKind::managed("tls_cert_request", block).local();
        Hooked::new(inner).validate(validate).adjust(renewal::adjust_texts).shared()
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
    OWN.validate(desired, &mut wrong);
    subject::validate(desired, &mut wrong);
    wrong
}

fn requested(model: Model) -> Result<Model, Failure> {
    let key = OWN.read(model.private_key_pem.as_ref(), model.private_key_pem_wo.as_ref())?;
    let names = subject::alternatives(&model.dns_names, &model.ip_addresses, &model.uris)?;
    let name = subject::to_der(model.subject.as_ref());
    let der = write::request(&name, &names, &key);
    let der = der.map_err(|problem| making_failed("certificate request", problem))?;
    Ok(Model {
        id: Some(id_of(&der)),
        cert_request_pem: Some(pem::encode("CERTIFICATE REQUEST", &der)),
        key_algorithm: Some(key.algorithm().to_owned()),
        private_key_pem_wo: None,
        ..model
    })
}
