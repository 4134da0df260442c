//! `hcloud_network_route`: where packets for a range of addresses go.

use crate::{
    client::Client,
    keyed::{Keyed, Parent, Parents},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, required, required_number},
};
use hcloud::models::Route;
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, ImpactSort, Kind},
    schema::Block,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The gateway of the public interface, which no route may lead to.
const PUBLIC_GATEWAY: &str = "172.31.1.1";

/// The type.
pub(crate) struct NetworkRoute;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    network_id: i64,
    destination: Option<String>,
    gateway: Option<String>,
}

impl Model {
    fn network(&self) -> Parent {
        Parent::network(self.network_id)
    }

    fn route(&self) -> Route {
        Route {
            destination: self.destination.clone().unwrap_or_default(),
            gateway: self.gateway.clone().unwrap_or_default(),
        }
    }

    fn action(&self, name: &str) -> String {
        format!("/networks/{}/actions/{name}", self.network_id)
    }
}

impl Keyed for NetworkRoute {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("network_id", required_number().replaces()),
            ("destination", required().replaces()),
            ("gateway", required().replaces()),
        ]);
        Pure::of("hcloud_network_route", block)
            .keyed_by(&["network_id", "destination"])
            .judged_by(validate)
            .telling(impact)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![of.network()]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let network = parents.get(&of.network())?;
        let mut routes = network["routes"].as_array()?.iter();
        let route =
            routes.find(|route| route["destination"].as_str() == of.destination.as_deref())?;
        let id = format!("{}-{}", of.network_id, of.destination.as_deref()?);
        Some(json!({
            "id": id, "network_id": of.network_id, "destination": route["destination"],
            "gateway": route["gateway"],
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        let model = &wanted.model;
        client.act(&model.action("add_route"), &model.route(), control).await.map(drop)
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        client.act_if_there(&prior.action("delete_route"), &prior.route(), control).await
    }

    fn key(id: &str) -> Option<Json> {
        let (network, destination) = id.split_once('-')?;
        let network: i64 = network.parse().ok()?;
        Some(json!({ "network_id": network, "destination": destination }))
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::route_range(desired, "destination");
    found.extend(rules::address(desired, "gateway"));
    if rules::text(desired, "gateway").is_some_and(|gateway| &**gateway == PUBLIC_GATEWAY) {
        let summary = format!("`gateway` can't be `{PUBLIC_GATEWAY}`");
        let help = "that is the gateway of the public interface: name a server of the network";
        found.push(rules::wrong("gateway", summary, help));
    }
    found
}

fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let ends = change.replace || change.planned.is_none();
    let prior = change.prior.filter(|_| ends);
    let Some(destination) = prior.and_then(|prior| rules::text(prior, "destination")) else {
        return Vec::new();
    };
    let text = format!("packets for {destination} have no route meanwhile");
    vec![Impact { sort: ImpactSort::Downtime, text: text.into() }]
}
