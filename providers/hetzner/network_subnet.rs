//! `hcloud_network_subnet`: a range of addresses of a network.

use crate::{
    client::Client,
    keyed::{Keyed, Parent, Parents},
    offered::{place_fact, zone},
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, number, required, required_number},
};
use hcloud::models::{DeleteSubnetFromNetworkRequest, Subnet as Body, subnet::Type};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Kind},
    schema::Block,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The type.
pub(crate) struct NetworkSubnet;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    network_id: i64,
    r#type: Option<String>,
    network_zone: Option<String>,
    ip_range: Option<String>,
    gateway: Option<String>,
    vswitch_id: Option<i64>,
}

impl Model {
    fn network(&self) -> Parent {
        Parent::network(self.network_id)
    }
}

impl Keyed for NetworkSubnet {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let block = Block::of([
            ("id", given()),
            ("network_id", required_number().replaces()),
            ("type", required().replaces()),
            ("network_zone", required().replaces()),
            ("ip_range", required().replaces()),
            ("gateway", given()),
            ("vswitch_id", number().replaces()),
        ]);
        Pure::of("hcloud_network_subnet", block)
            .keyed_by(&["network_id", "ip_range"])
            .judged_by(validate)
            .asking(|prior, desired| {
                place_fact(prior, desired, "network_zone").into_iter().collect()
            })
            .judged_with(|prior, desired, facts| {
                zone((prior, desired), "network_zone", facts).into_iter().collect()
            })
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![of.network()]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let network = parents.get(&of.network())?;
        let mut subnets = network["subnets"].as_array()?.iter();
        let subnet =
            subnets.find(|subnet| subnet["ip_range"].as_str() == of.ip_range.as_deref())?;
        let id = format!("{}-{}", of.network_id, of.ip_range.as_deref()?);
        Some(json!({
            "id": id, "network_id": of.network_id, "type": subnet["type"],
            "network_zone": subnet["network_zone"], "ip_range": subnet["ip_range"],
            "gateway": subnet["gateway"], "vswitch_id": subnet["vswitch_id"],
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        let model = &wanted.model;
        let body = Body {
            ip_range: model.ip_range.clone(),
            network_zone: model.network_zone.clone().unwrap_or_default(),
            r#type: match model.r#type.as_deref() {
                Some("server") => Type::Server,
                Some("vswitch") => Type::Vswitch,
                _ => Type::Cloud,
            },
            vswitch_id: model.vswitch_id,
        };
        client.act(&action(model, "add_subnet"), &body, control).await.map(drop)
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        let range = prior.ip_range.clone().unwrap_or_default();
        let body = DeleteSubnetFromNetworkRequest::new(range);
        client.act_if_there(&action(prior, "delete_subnet"), &body, control).await
    }

    fn key(id: &str) -> Option<Json> {
        let (network, range) = id.split_once('-')?;
        let network: i64 = network.parse().ok()?;
        Some(json!({ "network_id": network, "ip_range": range }))
    }
}

fn action(of: &Model, name: &str) -> String {
    format!("/networks/{}/actions/{name}", of.network_id)
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::one_of(desired, "type", &["cloud", "server", "vswitch"]);
    found.extend(rules::range(desired, "ip_range", 30));
    let is_vswitch = rules::text(desired, "type").is_some_and(|t| &**t == "vswitch");
    if is_vswitch && !rules::is_given(desired, "vswitch_id") {
        let summary = "`vswitch_id` is missing".to_owned();
        found.push(rules::wrong("type", summary, "name the vSwitch that is coupled"));
    }
    found
}
