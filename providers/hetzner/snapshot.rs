//! `hcloud_snapshot`: an image of the disk of a server.

use crate::{
    client::{Client, List},
    cost, form,
    kept::{Change, Kept, Made, Place, has_labels},
    labels::{self, Labels, sent},
    movable::finished,
    problem::Outcome,
    pure::Pure,
    schemas::{Timeouts, given, labels, required_number, text, timeouts},
};
use hcloud::models::{
    CreateImageFromServerRequest, ReplaceImageRequest, create_image_from_server_request::Type,
};
use infra_model::{kind::Kind, schema::Block};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct Snapshot;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    description: Option<String>,
    server_id: Option<i64>,
    labels: Option<BTreeMap<String, Option<String>>>,
    timeouts: Option<Timeouts>,
}

has_labels!(Model);

impl Kept for Snapshot {
    type Model = Model;

    const PLACE: Place = Place { path: "/images", many: "images", one: "image" };

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("description", text()),
            ("server_id", required_number().replaces()),
            ("labels", labels()),
        ])
        .with([("timeouts", timeouts())]);
        Pure::of("hcloud_snapshot", block)
            .holding_data()
            .costing(cost::snapshot_prices, cost::snapshot)
            .shared()
    }

    fn list(_: &Model) -> List {
        List::of("/images", "images").only("type", "snapshot")
    }

    fn seen(object: &Json) -> Json {
        let mut seen = Map::new();
        seen.insert("id".to_owned(), json!(object["id"].as_i64().map(|id| id.to_string())));
        seen.insert("description".to_owned(), object["description"].clone());
        seen.insert("labels".to_owned(), labels::of_user(object));
        // A server that is gone is no reason to lose its snapshots.
        if let Some(server) = object["created_from"]["id"].as_i64() {
            seen.insert("server_id".to_owned(), Json::from(server));
        }
        Json::Object(seen)
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let server = form::required(wanted.model.server_id, "server_id")?;
        let body = CreateImageFromServerRequest {
            description: wanted.model.description.clone(),
            labels: sent(labels),
            r#type: Some(Type::Snapshot),
        };
        let _turn = client.turn(server).await;
        let path = format!("/servers/{server}/actions/create_image");
        let answer = client.post(&path, &body, control).await?;
        Ok(finished(client, answer, control).await.into())
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let is_described = change.differs(|model| &model.description);
        let labels = change.labels();
        if !is_described && labels.is_none() {
            return Ok(());
        }
        let description = change.wanted.model.description.clone().unwrap_or_default();
        let body = ReplaceImageRequest {
            description: is_described.then_some(description),
            labels: labels.and_then(sent),
            r#type: None,
        };
        client.put(change.path, &body, control).await.map(drop)
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        // Without a description Hetzner writes one, which nobody asked for.
        let description = observed.description.filter(|_| recorded.description.is_some());
        Ok(Model { description, ..observed })
    }
}
