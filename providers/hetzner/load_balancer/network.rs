//! `hcloud_load_balancer_network`: a load balancer in a network, and whether it is reachable from
//! outside as well.

use crate::{
    client::Client,
    consequences::{destroyed, downtime, exposure, flag, updated},
    form,
    joined::Joins,
    keyed::{Keyed, Parent, Parents},
    patience::patiently,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, number_or_given, on, required_number, text, text_or_given},
    subnet,
};
use hcloud::models::{AttachLoadBalancerToNetworkRequest, DetachLoadBalancerFromNetworkRequest};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, Kind},
    schema::{Block, propose},
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The subnet that is to be joined may still be on its way.
const NOT_READY: [&str; 1] = ["no_subnet_available"];

/// Who joins.
const BALANCER: Joins =
    Joins { attribute: "load_balancer_id", list: "load_balancers", what: "load balancer" };

/// The type.
pub(crate) struct LoadBalancerNetwork;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    load_balancer_id: i64,
    network_id: Option<i64>,
    subnet_id: Option<String>,
    ip: Option<String>,
    enable_public_interface: Option<bool>,
}

impl Model {
    fn balancer(&self) -> Parent {
        Parent::load_balancer(self.load_balancer_id)
    }

    /// The network, by itself or as the first part of the id of the subnet.
    fn network(&self) -> Option<i64> {
        self.network_id
            .or_else(|| subnet::parts(self.subnet_id.as_deref()?).map(|(network, _)| network))
    }

    fn range(&self) -> Option<String> {
        subnet::parts(self.subnet_id.as_deref()?).map(|(_, range)| range.to_owned())
    }

    async fn switch(&self, client: &Client, control: &Control) -> Outcome<()> {
        let name = match self.enable_public_interface {
            Some(false) => "disable_public_interface",
            _ => "enable_public_interface",
        };
        client.act(&action(self, name), &json!({}), control).await.map(drop)
    }
}

impl Keyed for LoadBalancerNetwork {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("load_balancer_id", required_number().replaces()),
            ("network_id", number_or_given().replaces()),
            ("subnet_id", text().replaces()),
            ("ip", text_or_given().replaces()),
            ("enable_public_interface", on()),
        ]);
        Pure::of("hcloud_load_balancer_network", block)
            .keyed_by(&["load_balancer_id", "network_id"])
            .judged_by(validate)
            .asking(|prior, desired| BALANCER.facts(prior, desired))
            .judged_with(|_, desired, facts| BALANCER.judged(desired, facts).into_iter().collect())
            .planned_by(|schema, prior, desired, _| {
                propose(schema, prior, &subnet::with_network(desired))
            })
            .telling(tell)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![of.balancer()]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let balancer = parents.get(&of.balancer())?;
        let network = of.network()?;
        let mut joined = balancer["private_net"].as_array()?.iter();
        let joined = joined.find(|joined| joined["network"].as_i64() == Some(network))?;
        Some(json!({
            "id": format!("{}-{network}", of.load_balancer_id),
            "load_balancer_id": of.load_balancer_id, "network_id": network, "ip": joined["ip"],
            "enable_public_interface": balancer["public_net"]["enabled"].as_bool().unwrap_or(true),
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        let model = &wanted.model;
        let body = AttachLoadBalancerToNetworkRequest {
            ip: model.ip.clone(),
            ip_range: model.range(),
            network: form::required(model.network(), "network_id")?,
        };
        let path = action(model, "attach_to_network");
        let attempt = || async {
            let _turn = client.balancer_turn(model.load_balancer_id).await;
            client.act(&path, &body, control).await
        };
        patiently(&NOT_READY, control, attempt).await.map(drop)
    }

    async fn furnish(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        if wanted.model.enable_public_interface != Some(false) {
            return Ok(());
        }
        let _turn = client.balancer_turn(wanted.model.load_balancer_id).await;
        wanted.model.switch(client, control).await
    }

    async fn update(
        client: &Client,
        prior: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        if prior.enable_public_interface == wanted.model.enable_public_interface {
            return Ok(());
        }
        let _turn = client.balancer_turn(prior.load_balancer_id).await;
        wanted.model.switch(client, control).await
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        let Some(network) = prior.network() else { return Ok(()) };
        let _turn = client.balancer_turn(prior.load_balancer_id).await;
        let body = DetachLoadBalancerFromNetworkRequest::new(network);
        client.act_if_there(&action(prior, "detach_from_network"), &body, control).await
    }

    fn key(id: &str) -> Option<Json> {
        let (balancer, network) = id.split_once('-')?;
        let (balancer, network): (i64, i64) = (balancer.parse().ok()?, network.parse().ok()?);
        Some(json!({ "load_balancer_id": balancer, "network_id": network }))
    }
}

fn action(of: &Model, name: &str) -> String {
    format!("/load_balancers/{}/actions/{name}", of.load_balancer_id)
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::exactly_one(desired, &["network_id", "subnet_id"]);
    found.extend(rules::address(desired, "ip"));
    found.extend(subnet::judged(desired));
    found
}

fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    if destroyed(change).is_some() {
        let text = "targets that are reached through the network get no connections any more";
        return vec![downtime(text)];
    }
    let Some((before, after)) = updated(change) else { return Vec::new() };
    let public = |value| flag(value, "enable_public_interface");
    match (public(before), public(after)) {
        (Some(false), Some(true)) => {
            vec![exposure("the load balancer becomes reachable from the internet")]
        }
        (Some(true), Some(false)) => {
            vec![downtime("the load balancer is not reachable from the internet any more")]
        }
        _ => Vec::new(),
    }
}
