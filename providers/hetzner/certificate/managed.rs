//! `hcloud_managed_certificate`: a certificate that Hetzner gets from Let's Encrypt and renews. Its
//! domains have to be in zones of Hetzner DNS.

use crate::{
    client::Client,
    kept::{Change, Kept, Made, Place, has_labels},
    labels::{Labels, sent},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, labels, required},
};
use hcloud::models::{CreateCertificateRequest, create_certificate_request::Type};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Kind},
    schema::{Attribute, Block, Changes},
    types::Type as AttributeType,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct ManagedCertificate;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    r#type: Option<String>,
    domain_names: Option<Vec<String>>,
    labels: Option<BTreeMap<String, Option<String>>>,
    certificate: Option<String>,
    fingerprint: Option<String>,
    created: Option<String>,
    not_valid_before: Option<String>,
    not_valid_after: Option<String>,
}

has_labels!(Model, name);

impl Kept for ManagedCertificate {
    type Model = Model;

    const PLACE: Place = super::PLACE;
    const PASSING: &'static [&'static str] = super::PASSING;

    fn kind() -> Arc<dyn Kind> {
        // Hetzner renews it.
        let renewed = || given().changes(Changes::Volatile);
        let domains = Attribute::required(AttributeType::set(AttributeType::String)).replaces();
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("type", given()),
            ("domain_names", domains),
            ("labels", labels()),
            ("certificate", renewed()),
            ("fingerprint", renewed()),
            ("created", given()),
            ("not_valid_before", renewed()),
            ("not_valid_after", renewed()),
        ]);
        Pure::of("hcloud_managed_certificate", block)
            .judged_by(rules::named)
            .judged_by(validate)
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
            domain_names: model.domain_names,
            labels: sent(labels),
            r#type: Some(Type::Managed),
            ..CreateCertificateRequest::new(model.name.unwrap_or_default())
        };
        Ok(client.post("/certificates", &body, control).await?.into())
    }

    /// The answer to the create comes before the certificate is issued.
    fn is_read_again(_: &Model) -> bool {
        true
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        super::update(client, change, control).await
    }

    async fn import(client: &Client, id: &str, control: &Control) -> Outcome<Option<Json>> {
        super::imported::<Self>(client, id, |object| object["type"] == "managed", control).await
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let names = desired.get("domain_names").and_then(Value::items);
    let Some(names) = names else { return Diagnostics::new() };
    if names.is_empty() {
        let summary = "`domain_names` is empty".to_owned();
        return vec![rules::wrong("domain_names", summary, "name one domain at least")];
    }
    let odd = names.iter().filter_map(Value::as_text).find(|name| !is_domain(name));
    let wrong = odd.map(|name| {
        let help = "write names such as `example.com` or `*.example.com`, in lower case and \
                    without a dot at the end";
        rules::wrong("domain_names", format!("`{name}` is no domain"), help)
    });
    wrong.into_iter().collect()
}

fn is_domain(name: &str) -> bool {
    let name = name.strip_prefix("*.").unwrap_or(name);
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_part = |part: &str| {
        !part.is_empty()
            && part.chars().all(is_inner)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    name.contains('.') && name.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_told_from_what_is_none() {
        for good in ["example.com", "*.example.com", "a.b.example.com", "xn--4bi.example"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in ["", "example", "Example.com", "example.com.", "a_b.com", "*.", "-a.com"] {
            assert!(!is_domain(bad), "{bad}");
        }
    }
}
