//! `hcloud_storage_box_snapshot`: how a storage box was at a time.

use crate::{
    client::{Client, List},
    form,
    kept::{Change, Kept, Made, Place, has_labels, object},
    labels::{self, Labels, sent},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, given_number, labels_or_none, required_number},
};
use hcloud::models::{CreateSnapshotRequest, ReplaceSnapshotRequest};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The most characters of a description.
const DESCRIPTION_MAX: usize = 1_000;

/// The type.
pub(crate) struct StorageBoxSnapshot;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    storage_box_id: i64,
    id: Option<i64>,
    name: Option<String>,
    description: Option<String>,
    is_automatic: Option<bool>,
    labels: Option<BTreeMap<String, Option<String>>>,
}

// Its name is the time at which it was made.
has_labels!(Model);

impl Kept for StorageBoxSnapshot {
    type Model = Model;

    const PLACE: Place = Place { path: "/storage_boxes", many: "snapshots", one: "snapshot" };

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("storage_box_id", required_number().replaces()),
            ("id", given_number()),
            ("name", given()),
            ("description", Attribute::optional_computed(Type::String).default("")),
            ("is_automatic", Attribute::computed(Type::Bool)),
            ("labels", labels_or_none()),
        ]);
        Pure::of("hcloud_storage_box_snapshot", block)
            .holding_data()
            .judged_by(|desired, _| rules::at_most(desired, "description", DESCRIPTION_MAX))
            .shared()
    }

    fn collection(of: &Model) -> String {
        format!("/storage_boxes/{}/snapshots", of.storage_box_id)
    }

    fn list(of: &Model) -> List {
        List::of(Self::collection(of), "snapshots").whole()
    }

    fn seen(object: &Json) -> Json {
        json!({
            "storage_box_id": object["storage_box"], "id": object["id"], "name": object["name"],
            "description": object["description"].as_str().unwrap_or_default(),
            "is_automatic": object["is_automatic"], "labels": labels::of_user(object),
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = &wanted.model;
        let description = model.description.clone().filter(|text| !text.is_empty());
        let body = CreateSnapshotRequest { description, labels: sent(labels) };
        let _turn = client.box_turn(model.storage_box_id).await;
        // A box makes one change at a time: the next begins when this one is done.
        Ok(client.act(&Self::collection(model), &body, control).await?.into())
    }

    /// The answer to the create tells the id alone.
    fn is_read_again(_: &Model) -> bool {
        true
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let is_new = change.differs(|model| &model.description);
        let description = change.wanted.model.description.clone().filter(|_| is_new);
        let body = ReplaceSnapshotRequest { description, labels: change.labels().and_then(sent) };
        client.put(change.path, &body, control).await.map(drop)
    }

    /// An import id is `<box>/<id>`.
    async fn import(client: &Client, id: &str, control: &Control) -> Outcome<Option<Json>> {
        let Some((of, id)) = form::two_ids(id) else { return Ok(None) };
        object::<Self>(client, &format!("/storage_boxes/{of}/snapshots/{id}"), control).await
    }

    fn import_id(wanted: &Model, object: &Json) -> String {
        format!("{}/{}", wanted.storage_box_id, object["id"])
    }
}
