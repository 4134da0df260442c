//! `tls_private_key`: a key of RSA, ECDSA or Ed25519, in all forms that anyone wants it in.

use super::{
    Client, entropy, id_of,
    key::{self, PrivateKey, Problem, curve::Curve, openssh},
    key_unreadable, making_failed,
};
use crate::{hooked::Hooked, local::fitted, rules};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kind,
    schema::{Attribute, Block, Schema},
    text::Text,
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
use std::{ops::RangeInclusive, sync::Arc};

/// The type.
pub(crate) struct TlsPrivateKey;

/// Its attributes; not printable.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(super) id: Option<String>,
    pub(super) algorithm: String,
    pub(super) rsa_bits: Option<i64>,
    pub(super) ecdsa_curve: Option<String>,
    pub(super) openssh_comment: Option<String>,
    pub(super) private_key_pem: Option<String>,
    pub(super) private_key_openssh: Option<String>,
    pub(super) private_key_pem_pkcs8: Option<String>,
    pub(super) public_key_pem: Option<String>,
    pub(super) public_key_openssh: Option<String>,
    pub(super) public_key_fingerprint_md5: Option<String>,
    pub(super) public_key_fingerprint_sha256: Option<String>,
}

/// Smaller keys protect nothing, and no tool takes them any more; greater ones take hours.
const RSA_BITS: RangeInclusive<i64> = 1024..=16_384;

/// The random bytes of a key.
pub(super) const ENTROPY: usize = 48;

impl Model {
    /// Returns what is wanted of a key.
    pub(super) fn of(algorithm: String, openssh_comment: Option<String>) -> Self {
        Self {
            id: None,
            algorithm,
            rsa_bits: None,
            ecdsa_curve: None,
            openssh_comment,
            private_key_pem: None,
            private_key_openssh: None,
            private_key_pem_pkcs8: None,
            public_key_pem: None,
            public_key_openssh: None,
            public_key_fingerprint_md5: None,
            public_key_fingerprint_sha256: None,
        }
    }

    /// Returns this with a size.
    pub(super) fn sized(self, rsa_bits: Option<i64>, ecdsa_curve: Option<String>) -> Self {
        Self { rsa_bits, ecdsa_curve, ..self }
    }
}

/// Returns the attributes that hold the key in its forms.
pub(super) fn forms() -> [(&'static str, Attribute); 7] {
    let computed = || Attribute::computed(Type::String);
    let secret = || computed().sensitive();
    [
        ("private_key_pem", secret()),
        ("private_key_openssh", secret()),
        ("private_key_pem_pkcs8", secret()),
        ("public_key_pem", computed()),
        ("public_key_openssh", computed()),
        ("public_key_fingerprint_md5", computed()),
        ("public_key_fingerprint_sha256", computed()),
    ]
}

impl Resource for TlsPrivateKey {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let given = |ty: Type| Attribute::optional(ty).replaces();
        let own = [
            ("id", Attribute::computed(Type::String)),
            ("algorithm", Attribute::required(Type::String).replaces()),
            ("rsa_bits", given(Type::Number).default(2048)),
            ("ecdsa_curve", given(Type::String).default("P224")),
            ("openssh_comment", given(Type::String)),
        ];
        let block = Block::of(own.into_iter().chain(forms()));
        let inner = SchemaKind::managed("tls_private_key", block).version(1).local();
        Hooked::new(inner).validate(validate).upgrade(upgrade).shared()
    }

    async fn read(_: &Client, key: Thing<Model>, _: &Control) -> Result<Option<Model>, Failure> {
        Ok(Some(key.model))
    }

    async fn create(
        client: &Client,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        let sort = sort(&wanted.model)?;
        let entropy = entropy::<Self>(client, &wanted, ENTROPY)?;
        let made = made(sort, entropy).await.and_then(|key| described(wanted.model, &key));
        Ok(made.map_err(|problem| making_failed("private key", problem))?.into())
    }

    async fn update(
        _: &Client,
        _: Thing<Model>,
        wanted: Wanted<Model>,
        _: &Control,
    ) -> Result<Thing<Model>, Broken<Model>> {
        // Every argument replaces, so there is never anything to do here.
        Ok(wanted.model.into())
    }

    async fn delete(_: &Client, _: Thing<Model>, _: &Control) -> Result<(), Failure> {
        Ok(())
    }
}

pub(super) fn validate(desired: &Value) -> Diagnostics {
    let mut wrong = Vec::new();
    rules::one_of(desired, "algorithm", &["RSA", "ECDSA", "ED25519"], &mut wrong);
    rules::one_of(desired, "ecdsa_curve", &Curve::ALL.map(Curve::name), &mut wrong);
    rules::within(desired, "rsa_bits", RSA_BITS, &mut wrong);
    wrong
}

pub(super) fn sort(model: &Model) -> Result<key::Wanted, Failure> {
    let curve = || Curve::named(model.ecdsa_curve.as_deref().unwrap_or("P224"));
    let bits = usize::try_from(model.rsa_bits.unwrap_or(2048));
    let sort = match model.algorithm.as_str() {
        "RSA" => bits.ok().map(key::Wanted::Rsa),
        "ECDSA" => curve().map(key::Wanted::Ecdsa),
        "ED25519" => Some(key::Wanted::Ed25519),
        _ => None,
    };
    sort.ok_or_else(|| making_failed("private key", "its algorithm is not known here"))
}

/// Makes a key where it holds nobody up: a great RSA key takes seconds.
pub(super) async fn made(sort: key::Wanted, entropy: Vec<u8>) -> Result<PrivateKey, Problem> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => {
            let made = runtime.spawn_blocking(move || key::generate(&sort, &entropy)).await;
            made.unwrap_or(Err("making it was broken off"))
        }
        Err(_) => key::generate(&sort, &entropy),
    }
}

pub(super) fn described(model: Model, key: &PrivateKey) -> Result<Model, Problem> {
    let comment = model.openssh_comment.clone().unwrap_or_default();
    let public = openssh::public(key, &comment);
    Ok(Model {
        id: Some(id_of(&key.public_der()?)),
        private_key_pem: Some(key.to_pem()?),
        private_key_openssh: Some(openssh::private(key, &comment)),
        private_key_pem_pkcs8: Some(key.to_pkcs8_pem()?),
        public_key_pem: Some(key.public_pem()?),
        public_key_openssh: Some(public.line),
        public_key_fingerprint_md5: Some(public.md5),
        public_key_fingerprint_sha256: Some(public.sha256),
        ..model
    })
}

/// Records of version 0 lack forms that can be made of the key.
fn upgrade(schema: &Schema, value: &Value) -> Result<Value, Diagnostic> {
    const NAME: &str = "private_key_pem";
    let value = fitted(schema, value);
    let Some(recorded) = rules::text(&value, NAME) else { return Ok(value) };
    let key = key::read_pem(recorded).map_err(|problem| key_unreadable(NAME, problem))?;
    let comment = rules::text(&value, "openssh_comment").unwrap_or_default();
    let pkcs8 = key.to_pkcs8_pem().map_err(|problem| key_unreadable(NAME, problem))?;
    let public = openssh::public(&key, comment);
    let forms = [
        ("private_key_openssh", openssh::private(&key, comment)),
        ("private_key_pem_pkcs8", pkcs8),
        ("public_key_openssh", public.line),
        ("public_key_fingerprint_md5", public.md5),
        ("public_key_fingerprint_sha256", public.sha256),
    ];
    let filled = value.entries().unwrap_or_default().iter().map(|(name, inner)| {
        let form = forms.iter().find(|(form, _)| **form == **name).filter(|_| inner.is_null());
        let filled = form.map(|(_, text)| Value::string(text.as_str()));
        (Text::clone(name), filled.unwrap_or_else(|| inner.clone()))
    });
    let filled = Value::object(filled).with_marks(value.marks());
    Ok(schema.block.mark_sensitive(filled))
}
