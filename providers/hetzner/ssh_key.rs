//! `hcloud_ssh_key`: a public key that is put on new servers.

use crate::{
    client::Client,
    form,
    kept::{Change, Kept, Made, Place, has_labels},
    labels::{self, Labels, sent},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, labels_or_none, required},
};
use hcloud::models::{CreateSshKeyRequest, ReplaceSshKeyRequest};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Kind},
    schema::Block,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct SshKey;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    public_key: Option<String>,
    fingerprint: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
}

has_labels!(Model, name);

impl Kept for SshKey {
    type Model = Model;

    const PLACE: Place = Place { path: "/ssh_keys", many: "ssh_keys", one: "ssh_key" };

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("public_key", required().replaces()),
            ("fingerprint", given()),
            ("labels", labels_or_none()),
        ]);
        Pure::of("hcloud_ssh_key", block).judged_by(rules::named).judged_by(validate).shared()
    }

    fn seen(object: &Json) -> Json {
        json!({
            "id": object["id"].as_i64().map(|id| id.to_string()), "name": object["name"],
            "public_key": object["public_key"], "fingerprint": object["fingerprint"],
            "labels": labels::of_user(object),
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let Model { name, public_key, .. } = wanted.model.clone();
        let body = CreateSshKeyRequest {
            labels: sent(labels),
            name: name.unwrap_or_default(),
            public_key: public_key.unwrap_or_default(),
        };
        Ok(client.post("/ssh_keys", &body, control).await?.into())
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let body =
            ReplaceSshKeyRequest { labels: change.labels().and_then(sent), name: change.name() };
        client.put(change.path, &body, control).await.map(drop)
    }

    /// The name or the key itself may be there already: people have uploaded theirs by hand.
    async fn taken(
        client: &Client,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<Option<Json>> {
        let all = client.all(&Self::list(&wanted.model), control).await?;
        let is_same = |object: &&Json| {
            let other = object["public_key"].as_str();
            object["name"].as_str() == wanted.model.name.as_deref()
                || is_same_key(other, wanted.model.public_key.as_deref())
        };
        Ok(all.iter().find(is_same).cloned())
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        let is_same = is_same_key(observed.public_key.as_deref(), recorded.public_key.as_deref());
        let public_key = if is_same { recorded.public_key.clone() } else { observed.public_key };
        Ok(Model { public_key, ..observed })
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let Some(key) = rules::text(desired, "public_key") else { return Diagnostics::new() };
    if key.split_whitespace().count() >= 2 && !key.contains("PRIVATE KEY") {
        return Diagnostics::new();
    }
    // What was given is not shown: it may be the private half.
    let summary = "`public_key` is no public key".to_owned();
    let help = "give the one line of the file that ends in `.pub`, such as `ssh-ed25519 AAAA…`";
    vec![rules::wrong("public_key", summary, help)]
}

/// Returns whether two lines hold the same key; comments behind it do not matter.
fn is_same_key(one: Option<&str>, other: Option<&str>) -> bool {
    let key = |line: &str| {
        let words: Vec<String> = line.split_whitespace().take(2).map(str::to_owned).collect();
        words
    };
    one.zip(other).is_some_and(|(one, other)| key(one) == key(other))
}
