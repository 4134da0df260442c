//! `hcloud_volume_attachment`: a volume at a server.

use crate::{
    client::Client,
    form, joined,
    keyed::{Keyed, Parent, Parents},
    movable::Movable,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, required_number},
};
use hcloud::models::AttachVolumeToServerRequest;
use infra_model::{
    kind::{Impact, ImpactOf, ImpactSort, Kind},
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The type.
pub(crate) struct VolumeAttachment;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    volume_id: i64,
    server_id: Option<i64>,
    automount: Option<bool>,
}

impl Model {
    fn volume(&self) -> i64 {
        self.volume_id
    }
}

impl Keyed for VolumeAttachment {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let automount = Attribute::optional_computed(Type::Bool)
            .describe("Acts when the volume is attached, and never again.");
        let block = Block::of([
            ("id", given()),
            ("volume_id", required_number().replaces()),
            ("server_id", required_number().replaces()),
            ("automount", automount),
        ]);
        Pure::of("hcloud_volume_attachment", block)
            .keyed_by(&["volume_id"])
            .asking(joined::volume_facts)
            .judged_with(joined::volume)
            .telling(impact)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![Parent::volume(of.volume())]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let server = parents.get(&Parent::volume(of.volume()))?["server"].as_i64()?;
        let id = of.volume().to_string();
        Some(json!({ "id": id, "volume_id": of.volume(), "server_id": server }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        let model = &wanted.model;
        let server = form::required(model.server_id, "server_id")?;
        let body = AttachVolumeToServerRequest { automount: model.automount, server };
        Movable::volume(model.volume()).go(client, (server, &body), control).await
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        Movable::volume(prior.volume()).leave(client, prior.server_id, control).await
    }

    fn key(id: &str) -> Option<Json> {
        let volume: i64 = id.parse().ok()?;
        Some(json!({ "volume_id": volume }))
    }
}

fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let ends = change.replace || change.planned.is_none();
    let prior = change.prior.filter(|_| ends);
    let Some(server) = prior.and_then(|prior| rules::number(prior, "server_id")) else {
        return Vec::new();
    };
    let text = format!("the volume is taken off server {server}, mounted or not");
    vec![Impact { sort: ImpactSort::Downtime, text: text.into() }]
}
