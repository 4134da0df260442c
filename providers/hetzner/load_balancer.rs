//! `hcloud_load_balancer`: takes connections and hands them to servers. What it listens to, what it
//! hands over to and the network that it is in are types of their own.

mod declared;
mod network;
mod service;
mod target;

pub(crate) use network::LoadBalancerNetwork;
pub(crate) use service::LoadBalancerService;
pub(crate) use target::LoadBalancerTarget;

use crate::{
    catalogue::LOAD_BALANCER_TYPES,
    client::Client,
    consequences::{destroyed, downtime, shown},
    cost, form,
    kept::{Change, Kept, Made, Place, has_labels, protect},
    labels::{self, Labels, sent},
    offered::Offered,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, number, off, one_of, required, set_of, text_or_given},
};
use declared::Target;
use hcloud::models::{
    ChangeTypeOfLoadBalancerRequest, CreateLoadBalancerRequest, LoadBalancerAlgorithm,
    ReplaceLoadBalancerRequest, load_balancer_algorithm,
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, Kind},
    schema::{Attribute, Block, Changes},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The most characters of a name.
const NAME_MAX: usize = 128;

/// What decides which target gets the next connection.
const ALGORITHMS: [&str; 2] = ["round_robin", "least_connections"];

/// What can be ordered.
const OFFERED: Offered = Offered { attribute: "load_balancer_type", types: LOAD_BALANCER_TYPES };

/// The type.
pub(crate) struct LoadBalancer;

/// Its attributes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    load_balancer_type: Option<String>,
    ipv4: Option<String>,
    ipv6: Option<String>,
    location: Option<String>,
    network_zone: Option<String>,
    network_id: Option<i64>,
    network_ip: Option<String>,
    algorithm: Option<Vec<Algorithm>>,
    labels: Option<BTreeMap<String, Option<String>>>,
    target: Option<Vec<Target>>,
    delete_protection: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Algorithm {
    r#type: Option<String>,
}

has_labels!(Model, name);

impl Model {
    fn algorithm(&self) -> Option<LoadBalancerAlgorithm> {
        let named = self.algorithm.as_ref()?.first()?.r#type.as_deref()?;
        let r#type = match named {
            "least_connections" => load_balancer_algorithm::Type::LeastConnections,
            _ => load_balancer_algorithm::Type::RoundRobin,
        };
        Some(LoadBalancerAlgorithm { r#type })
    }

    fn targets(&self) -> &[Target] {
        self.target.as_deref().unwrap_or_default()
    }
}

impl Kept for LoadBalancer {
    type Model = Model;

    const PLACE: Place =
        Place { path: "/load_balancers", many: "load_balancers", one: "load_balancer" };

    fn kind() -> Arc<dyn Kind> {
        let mut algorithm =
            one_of(Block::of([("type", Attribute::optional_computed(Type::String))]));
        algorithm.computed = true;
        let mut private = off();
        private.deprecated = Some("Use a `hcloud_load_balancer_target` instead.".into());
        let mut target = set_of(Block::of([
            ("type", required()),
            ("server_id", number()),
            ("use_private_ip", private),
        ]));
        target.computed = true;
        // It joins and leaves networks without being changed itself.
        let of_network = |ty| Attribute::computed(ty).changes(Changes::Volatile);
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("load_balancer_type", required()),
            ("ipv4", given()),
            ("ipv6", given()),
            ("location", text_or_given().replaces()),
            ("network_zone", text_or_given().replaces()),
            ("network_id", of_network(Type::Number)),
            ("network_ip", of_network(Type::String)),
            ("labels", Attribute::optional_computed(Type::map(Type::String))),
            ("delete_protection", off()),
        ])
        .with([("algorithm", algorithm), ("target", target)]);
        Pure::of("hcloud_load_balancer", block)
            .judged_by(validate)
            .asking(|prior, desired| OFFERED.facts(prior, desired))
            .judged_with(|prior, desired, facts| OFFERED.judged(prior, desired, facts))
            .telling(tell)
            .costing(cost::prices, cost::load_balancer)
            .shared()
    }

    fn protection(of: &Model) -> Option<bool> {
        of.delete_protection
    }

    fn seen(object: &Json) -> Json {
        let network = &object["private_net"][0];
        let public = &object["public_net"];
        json!({
            "id": form::id_text(&object["id"]), "name": object["name"],
            "load_balancer_type": object["load_balancer_type"]["name"],
            "ipv4": public["ipv4"]["ip"], "ipv6": public["ipv6"]["ip"],
            "location": object["location"]["name"],
            "network_zone": object["location"]["network_zone"],
            "network_id": network["network"], "network_ip": network["ip"],
            "algorithm": [{ "type": object["algorithm"]["type"] }],
            "labels": labels::of_user(object), "target": declared::seen(object),
            "delete_protection": object["protection"]["delete"],
        })
    }

    async fn create(
        client: &Client,
        wanted: &Wanted<Model>,
        labels: Labels,
        control: &Control,
    ) -> Outcome<Made> {
        let model = &wanted.model;
        let targets: Vec<_> = model.targets().iter().map(Target::addition).collect();
        let body = CreateLoadBalancerRequest {
            algorithm: model.algorithm().map(Box::new),
            labels: sent(labels),
            load_balancer_type: model.load_balancer_type.clone().unwrap_or_default(),
            location: model.location.clone(),
            name: model.name.clone().unwrap_or_default(),
            network_zone: model.network_zone.clone().filter(|_| model.location.is_none()),
            targets: (!targets.is_empty()).then_some(targets),
            ..CreateLoadBalancerRequest::default()
        };
        Ok(client.post("/load_balancers", &body, control).await?.into())
    }

    fn is_read_again(_: &Model) -> bool {
        // Addresses are there when the actions are done.
        true
    }

    async fn update(client: &Client, change: &Change<'_, Model>, control: &Control) -> Outcome<()> {
        let wanted = &change.wanted.model;
        let _turn = client.balancer_turn(form::number(wanted)?).await;
        let (name, labels) = (change.name(), change.labels());
        if name.is_some() || labels.is_some() {
            let body = ReplaceLoadBalancerRequest { labels: labels.and_then(sent), name };
            client.put(change.path, &body, control).await?;
        }
        let action = |name: &str| format!("{}/actions/{name}", change.path);
        if change.differs(|model| &model.load_balancer_type) {
            let size = wanted.load_balancer_type.clone().unwrap_or_default();
            let body = ChangeTypeOfLoadBalancerRequest::new(size);
            client.act(&action("change_type"), &body, control).await?;
        }
        if change.differs(|model| &model.algorithm)
            && let Some(body) = wanted.algorithm()
        {
            client.act(&action("change_algorithm"), &body, control).await?;
        }
        declared::update(client, change, control).await?;
        protect::<Self>(client, change, control).await
    }

    /// Targets that are not declared here belong to resources of their own.
    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        let declared: Vec<_> = recorded.targets().iter().map(|target| target.server_id).collect();
        let of_ours = |target: &&Target| declared.contains(&target.server_id);
        let target = observed.targets().iter().filter(of_ours).cloned().collect();
        Ok(Model { target: Some(target), ..observed })
    }

    fn recorded(block: &Block, wanted: &Model, seen: &Json) -> Outcome<Model> {
        let recorded: Model = form::recorded(block, wanted, seen)?;
        Ok(Model { target: Some(wanted.target.clone().unwrap_or_default()), ..recorded })
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::name_of(desired, NAME_MAX);
    if !rules::is_given(desired, "location") && !rules::is_given(desired, "network_zone") {
        let summary = "one of `location`, `network_zone` is missing".to_owned();
        found.push(rules::wrong("location", summary, "say where the load balancer is to be"));
    }
    found.extend(rules::inside(desired, "algorithm", |inner| {
        rules::one_of(inner, "type", &ALGORITHMS)
    }));
    found.extend(rules::inside(desired, "target", |inner| {
        let mut found = rules::one_of(inner, "type", &["server"]);
        if !rules::is_given(inner, "server_id") {
            let help = "name the server, or use a `hcloud_load_balancer_target`";
            found.push(rules::wrong("type", "`server_id` is missing".to_owned(), help));
        }
        found
    }));
    found
}

fn tell(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = destroyed(change) else { return Vec::new() };
    let address = shown(prior, "ipv4").map_or("its addresses", |address| address);
    let text = if change.replace {
        format!("{address} is given up, and the new load balancer has other addresses")
    } else {
        format!("what is reached through {address} is not reachable any more")
    };
    vec![downtime(text)]
}
