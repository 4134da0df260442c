//! `hcloud_uploaded_certificate`, and `hcloud_certificate`, which is its older name: a certificate
//! with its key, which the user renews.

use super::pem;
use crate::{
    client::Client,
    kept::{Change, Kept, Made, Place, has_labels},
    labels::{Labels, sent},
    planning,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, labels, required},
};
use hcloud::models::{CreateCertificateRequest, create_certificate_request::Type};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Kind},
    schema::{Attribute, Block, propose},
    types::Type as AttributeType,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

/// A name of the type.
pub(crate) trait Name: Send + Sync + 'static {
    /// As it stands in configurations.
    const NAME: &'static str;
}

/// `hcloud_uploaded_certificate`.
pub(crate) struct Usual;

/// `hcloud_certificate`.
pub(crate) struct Older;

impl Name for Usual {
    const NAME: &'static str = "hcloud_uploaded_certificate";
}

impl Name for Older {
    const NAME: &'static str = "hcloud_certificate";
}

/// The type, by one of its names.
pub(crate) struct Uploaded<N>(PhantomData<fn() -> N>);

/// Its attributes.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
    private_key: Option<String>,
    certificate: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    domain_names: Option<Vec<String>>,
    fingerprint: Option<String>,
    created: Option<String>,
    not_valid_before: Option<String>,
    not_valid_after: Option<String>,
}

impl std::fmt::Debug for Model {
    // The key is in here.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("id", &self.id).finish_non_exhaustive()
    }
}

has_labels!(Model, name);

impl<N: Name> Kept for Uploaded<N> {
    type Model = Model;

    const PLACE: Place = super::PLACE;
    const PASSING: &'static [&'static str] = super::PASSING;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("type", given()),
            ("private_key", required().sensitive().replaces()),
            ("certificate", required().replaces()),
            ("labels", labels()),
            ("domain_names", Attribute::computed(AttributeType::list(AttributeType::String))),
            ("fingerprint", given()),
            ("created", given()),
            ("not_valid_before", given()),
            ("not_valid_after", given()),
        ]);
        Pure::of(N::NAME, block)
            .judged_by(rules::named)
            .judged_by(validate)
            .planned_by(|schema, prior, desired, _| {
                let desired = planning::with_same_text(prior, desired, "certificate", pem::is_same);
                // What was imported has no key to compare with.
                let is_imported =
                    prior.is_some_and(|prior| prior.get("private_key").is_some_and(Value::is_null));
                let mut proposal = propose(schema, prior, &desired);
                if is_imported {
                    proposal.replace.retain(|p| p.root().is_none_or(|r| &**r != "private_key"));
                }
                proposal
            })
            .shared()
    }

    fn seen(object: &Json) -> Json {
        super::seen(object)
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = wanted.model.clone();
        let body = CreateCertificateRequest {
            certificate: model.certificate,
            labels: sent(labels),
            private_key: model.private_key,
            r#type: Some(Type::Uploaded),
            ..CreateCertificateRequest::new(model.name.unwrap_or_default())
        };
        Ok(client.post("/certificates", &body, control).await?.into())
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        super::update(client, change, control).await
    }

    async fn import(client: &Client, id: &str, control: &Control) -> Outcome<Option<Json>> {
        super::imported::<Self>(client, id, |object| object["type"] != "managed", control).await
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = crate::form::observed(recorded, seen)?;
        let pair = observed.certificate.as_deref().zip(recorded.certificate.as_deref());
        if pair.is_some_and(|(one, other)| pem::is_same(one, other)) {
            return Ok(Model { certificate: recorded.certificate.clone(), ..observed });
        }
        Ok(observed)
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (name, sort) in [("certificate", "CERTIFICATE"), ("private_key", "PRIVATE KEY")] {
        let Some(text) = rules::text(desired, name) else { continue };
        if !pem::holds(text, sort) {
            // What was given is not shown: it may be the key.
            let summary = format!("`{name}` holds no part that begins with `BEGIN … {sort}`");
            found.push(rules::wrong(name, summary, "give the whole content of the PEM file"));
        }
    }
    found
}
