//! `hcloud_floating_ip_assignment`: a floating IP at a server.

use crate::{
    client::Client,
    form,
    keyed::{Keyed, Parent, Parents},
    movable::Movable,
    problem::Outcome,
    pure::Pure,
    rules::number,
    schemas::{given, required_number},
};
use hcloud::models::AssignFloatingIpToServerRequest;
use infra_model::{
    kind::{Impact, ImpactOf, ImpactSort, Kind},
    schema::Block,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The type.
pub(crate) struct FloatingIpAssignment;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    floating_ip_id: i64,
    server_id: Option<i64>,
}

impl Model {
    fn ip(&self) -> i64 {
        self.floating_ip_id
    }

    async fn bring(&self, client: &Client, control: &Control) -> Outcome<()> {
        let server = form::required(self.server_id, "server_id")?;
        let body = AssignFloatingIpToServerRequest::new(Some(server));
        Movable::floating_ip(self.ip()).go(client, (server, &body), control).await
    }
}

impl Keyed for FloatingIpAssignment {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("floating_ip_id", required_number().replaces()),
            ("server_id", required_number()),
        ]);
        Pure::of("hcloud_floating_ip_assignment", block)
            .keyed_by(&["floating_ip_id"])
            .telling(impact)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![Parent::floating_ip(of.ip())]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let server = parents.get(&Parent::floating_ip(of.ip()))?["server"].as_i64()?;
        let id = of.ip().to_string();
        Some(json!({ "id": id, "floating_ip_id": of.ip(), "server_id": server }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        wanted.model.bring(client, control).await
    }

    async fn update(
        client: &Client,
        _: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        wanted.model.bring(client, control).await
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        Movable::floating_ip(prior.ip()).leave(client, prior.server_id, control).await
    }

    fn key(id: &str) -> Option<Json> {
        let ip: i64 = id.parse().ok()?;
        Some(json!({ "floating_ip_id": ip }))
    }
}

fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(server) = change.prior.and_then(|prior| number(prior, "server_id")) else {
        return Vec::new();
    };
    let stays = change.planned.filter(|_| !change.replace);
    if stays.and_then(|planned| number(planned, "server_id")) == Some(server) {
        return Vec::new();
    }
    let text = format!("the floating IP is taken off server {server}: unreachable meanwhile");
    vec![Impact { sort: ImpactSort::Downtime, text: text.into() }]
}
