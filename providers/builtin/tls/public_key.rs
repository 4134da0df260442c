//! `data.tls_public_key` and the ephemeral one: the public half of a private key, in all its forms.

use super::{
    Client, id_of,
    key::{self, PrivateKey, Problem, openssh},
    key_unreadable,
};
use crate::{hooked::Hooked, rules};
use infra_model::{
    diagnostic::Diagnostics,
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    data::DataSource,
    ephemeral::{Ephemeral, Opened},
    failure::Failure,
    kind::SchemaKind,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The data source.
pub(crate) struct TlsPublicKey;

/// The same, open for one run and never recorded.
pub(crate) struct EphemeralPublicKey;

/// Its attributes; not printable.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    private_key_pem: Option<String>,
    private_key_openssh: Option<String>,
    algorithm: Option<String>,
    public_key_pem: Option<String>,
    public_key_openssh: Option<String>,
    public_key_fingerprint_md5: Option<String>,
    public_key_fingerprint_sha256: Option<String>,
}

const NAME: &str = "tls_public_key";
const PEM: &str = "private_key_pem";
const OPENSSH: &str = "private_key_openssh";

impl DataSource for TlsPublicKey {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        Hooked::new(SchemaKind::data(NAME, block())).validate(validate).shared()
    }

    async fn read(_: &Client, config: Model, _: &Control) -> Result<Model, Failure> {
        told(config)
    }
}

impl Ephemeral for EphemeralPublicKey {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        Hooked::new(SchemaKind::ephemeral(NAME, block())).validate(validate).shared()
    }

    async fn open(_: &Client, config: Model, _: &Control) -> Result<Opened<Model>, Failure> {
        told(config).map(Opened::from)
    }
}

fn block() -> Block {
    let computed = || Attribute::computed(Type::String);
    let secret = || Attribute::optional(Type::String).sensitive();
    Block::of([
        ("id", computed()),
        (PEM, secret()),
        (OPENSSH, secret()),
        ("algorithm", computed()),
        ("public_key_pem", computed()),
        ("public_key_openssh", computed()),
        ("public_key_fingerprint_md5", computed()),
        ("public_key_fingerprint_sha256", computed()),
    ])
}

fn told(config: Model) -> Result<Model, Failure> {
    let (name, key) = match (&config.private_key_pem, &config.private_key_openssh) {
        (Some(text), _) => (PEM, key::read_pem(text)),
        (None, Some(text)) => (OPENSSH, openssh::read(text)),
        (None, None) => (PEM, Err("it is not given")),
    };
    let described = key.and_then(|key| described(config, &key));
    described.map_err(|problem| Failure::new(key_unreadable(name, problem)))
}

fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::exactly_one(desired, &[PEM, OPENSSH], &mut wrong);
    super::check_key(desired, PEM, &mut wrong);
    if let Some(Err(problem)) = rules::text(desired, OPENSSH).map(openssh::read) {
        wrong.push(key_unreadable(OPENSSH, problem));
    }
    wrong
}

fn described(config: Model, key: &PrivateKey) -> Result<Model, Problem> {
    let public = openssh::public(key, "");
    Ok(Model {
        id: Some(id_of(&key.public_der()?)),
        algorithm: Some(key.algorithm().to_owned()),
        public_key_pem: Some(key.public_pem()?),
        public_key_openssh: Some(public.line),
        public_key_fingerprint_md5: Some(public.md5),
        public_key_fingerprint_sha256: Some(public.sha256),
        ..config
    })
}
