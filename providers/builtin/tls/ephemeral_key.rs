//! The ephemeral `tls_private_key`: a key that is made in every run and never recorded.

use super::{
    Client, making_failed,
    private_key::{self, ENTROPY},
};
use crate::hooked::Hooked;
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{
    connection::Control,
    ephemeral::{Ephemeral, Opened},
    failure::Failure,
    kind::SchemaKind,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The type.
pub(crate) struct EphemeralKey;

/// Its attributes; not printable.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    algorithm: String,
    rsa_bits: Option<i64>,
    ecdsa_curve: Option<String>,
    openssh_comment: Option<String>,
    private_key_pem: Option<String>,
    private_key_openssh: Option<String>,
    private_key_pem_pkcs8: Option<String>,
    public_key_pem: Option<String>,
    public_key_openssh: Option<String>,
    public_key_fingerprint_md5: Option<String>,
    public_key_fingerprint_sha256: Option<String>,
}

impl Ephemeral for EphemeralKey {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let own = [
            ("algorithm", Attribute::required(Type::String)),
            ("rsa_bits", Attribute::optional_computed(Type::Number)),
            ("ecdsa_curve", Attribute::optional_computed(Type::String)),
            ("openssh_comment", Attribute::optional(Type::String)),
        ];
        let block = Block::of(own.into_iter().chain(private_key::forms()));
        let inner = SchemaKind::ephemeral("tls_private_key", block);
        Hooked::new(inner).validate(private_key::validate).shared()
    }

    async fn open(client: &Client, config: Model, _: &Control) -> Result<Opened<Model>, Failure> {
        let wanted = private_key::Model::of(config.algorithm.clone(), config.openssh_comment)
            .sized(config.rsa_bits, config.ecdsa_curve);
        let entropy = client.draws.anywhere().bytes(ENTROPY)?;
        let sort = private_key::sort(&wanted)?;
        let made = private_key::made(sort, entropy).await;
        let described = made.and_then(|key| private_key::described(wanted, &key));
        let key = described.map_err(|problem| making_failed("private key", problem))?;
        Ok(Opened::from(Model {
            rsa_bits: key.rsa_bits.or((key.algorithm == "RSA").then_some(2048)),
            ecdsa_curve: key.ecdsa_curve.or((key.algorithm == "ECDSA").then(|| "P224".to_owned())),
            algorithm: key.algorithm,
            openssh_comment: key.openssh_comment,
            private_key_pem: key.private_key_pem,
            private_key_openssh: key.private_key_openssh,
            private_key_pem_pkcs8: key.private_key_pem_pkcs8,
            public_key_pem: key.public_key_pem,
            public_key_openssh: key.public_key_openssh,
            public_key_fingerprint_md5: key.public_key_fingerprint_md5,
            public_key_fingerprint_sha256: key.public_key_fingerprint_sha256,
        }))
    }
}
