//! `hcloud_placement_group`: servers that must not share a host.

use crate::{
    client::Client,
    kept::{Change, Kept, Made, Place, has_labels},
    labels::{self, Labels, sent},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, labels, required},
};
use hcloud::models::{
    CreatePlacementgroupRequest, ReplacePlacementgroupRequest, create_placementgroup_request::Type,
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block, Changes},
    types::Type as AttributeType,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The type.
pub(crate) struct PlacementGroup;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    servers: Option<Vec<i64>>,
    r#type: Option<String>,
}

has_labels!(Model, name);

impl Kept for PlacementGroup {
    type Model = Model;

    const PLACE: Place =
        Place { path: "/placement_groups", many: "placement_groups", one: "placement_group" };

    fn kind() -> Arc<dyn Kind> {
        // Servers join and leave without this object being changed.
        let servers = Attribute::computed(AttributeType::set(AttributeType::Number))
            .changes(Changes::Volatile);
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("labels", labels()),
            ("servers", servers),
            ("type", required().replaces()),
        ]);
        Pure::of("hcloud_placement_group", block)
            .judged_by(rules::named)
            .judged_by(|desired, _| rules::one_of(desired, "type", &["spread"]))
            .shared()
    }

    fn seen(object: &Json) -> Json {
        json!({
            "id": object["id"].as_i64().map(|id| id.to_string()), "name": object["name"],
            "labels": labels::of_user(object), "servers": object["servers"],
            "type": object["type"],
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let body = CreatePlacementgroupRequest {
            labels: sent(labels),
            name: wanted.model.name.clone().unwrap_or_default(),
            r#type: Type::Spread,
        };
        Ok(client.post("/placement_groups", &body, control).await?.into())
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let body = ReplacePlacementgroupRequest {
            labels: change.labels().and_then(sent),
            name: change.name(),
        };
        client.put(change.path, &body, control).await.map(drop)
    }
}
