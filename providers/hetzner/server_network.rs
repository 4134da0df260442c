//! `hcloud_server_network`: a server in a private network.

mod plan;

use crate::{
    client::Client,
    form,
    joined::Joins,
    keyed::{Keyed, Parent, Parents},
    patience::patiently,
    problem::Outcome,
    pure::Pure,
    rules,
    schemas::{given, number_or_given, required_number, text, text_or_given},
    subnet,
};
use hcloud::models::{
    AttachServerToNetworkRequest, ChangeAliasIpsOfNetworkRequest, DetachServerFromNetworkRequest,
};
use infra_model::{
    diagnostic::Diagnostics,
    kind::{Facts, Impact, ImpactOf, ImpactSort, Kind},
    path::{Path, Step},
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, resource::Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeSet, net::Ipv4Addr, sync::Arc};

/// Refusals that go away while subnets are made and other changes end.
const PASSING: [&str; 4] = ["no_subnet_available", "conflict", "locked", "service_error"];

/// The answer about a server that is not in the network.
const NOT_ATTACHED: &str = "server_not_attached_to_network";

/// Who joins.
const SERVER: Joins = Joins { attribute: "server_id", list: "servers", what: "server" };

/// The type.
pub(crate) struct ServerNetwork;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    server_id: i64,
    network_id: Option<i64>,
    subnet_id: Option<String>,
    ip: Option<String>,
    alias_ips: Option<BTreeSet<String>>,
    mac_address: Option<String>,
}

impl Model {
    /// Returns the network, which a subnet names as well.
    fn network(&self) -> Outcome<i64> {
        let subnet = || Some(subnet::parts(self.subnet_id.as_deref()?)?.0);
        form::required(self.network_id.or_else(subnet), "network_id")
    }

    fn aliases(&self) -> Vec<String> {
        self.alias_ips.iter().flatten().cloned().collect()
    }

    fn action(&self, name: &str) -> String {
        format!("/servers/{}/actions/{name}", self.server_id)
    }
}

impl Keyed for ServerNetwork {
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let none = Value::set(Type::String, Vec::new());
        let aliases = Attribute::optional_computed(Type::set(Type::String)).default(none);
        let block = Block::of([
            ("id", given()),
            ("server_id", required_number().replaces()),
            ("network_id", number_or_given().replaces()),
            ("subnet_id", text().replaces()),
            ("ip", text_or_given().replaces()),
            ("alias_ips", aliases),
            ("mac_address", given()),
        ]);
        Pure::of("hcloud_server_network", block)
            .keyed_by(&["server_id", "network_id"])
            .judged_by(validate)
            .asking(|prior, desired| SERVER.facts(prior, desired))
            .judged_with(|_, desired, facts| SERVER.judged(desired, facts).into_iter().collect())
            .planned_by(plan::planned)
            .telling(impact)
            .shared()
    }

    fn parents(of: &Model) -> Vec<Parent> {
        vec![Parent::server(of.server_id)]
    }

    fn seen(of: &Model, parents: &Parents) -> Option<Json> {
        let server = parents.get(&Parent::server(of.server_id))?;
        let network = of.network().ok()?;
        let mut nets = server["private_net"].as_array()?.iter();
        let net = nets.find(|net| net["network"].as_i64() == Some(network))?;
        Some(json!({
            "id": format!("{}-{}", of.server_id, network), "server_id": of.server_id,
            "network_id": network, "ip": net["ip"], "alias_ips": net["alias_ips"],
            "mac_address": net["mac_address"],
        }))
    }

    async fn create(client: &Client, wanted: &Wanted<Model>, control: &Control) -> Outcome<()> {
        let model = &wanted.model;
        let aliases = model.aliases();
        let range = model.subnet_id.as_deref().and_then(subnet::parts).map(|(_, range)| range);
        let body = AttachServerToNetworkRequest {
            alias_ips: (!aliases.is_empty()).then_some(aliases),
            ip: model.ip.clone(),
            ip_range: range.map(str::to_owned),
            network: model.network()?,
        };
        let path = model.action("attach_to_network");
        let _turn = client.turn(model.server_id).await;
        patiently(&PASSING, control, || client.act(&path, &body, control)).await.map(drop)
    }

    async fn update(
        client: &Client,
        prior: &Model,
        wanted: &Wanted<Model>,
        control: &Control,
    ) -> Outcome<()> {
        let model = &wanted.model;
        if prior.aliases() == model.aliases() {
            return Ok(());
        }
        let body = ChangeAliasIpsOfNetworkRequest::new(model.aliases(), prior.network()?);
        let _turn = client.turn(prior.server_id).await;
        client.act(&prior.action("change_alias_ips"), &body, control).await.map(drop)
    }

    async fn delete(client: &Client, prior: &Model, control: &Control) -> Outcome<()> {
        let body = DetachServerFromNetworkRequest::new(prior.network()?);
        let _turn = client.turn(prior.server_id).await;
        let path = prior.action("detach_from_network");
        match client.act_if_there(&path, &body, control).await {
            Err(problem) if problem.code() == Some(NOT_ATTACHED) => Ok(()),
            outcome => outcome,
        }
    }

    fn observed(recorded: &Model, seen: &Json) -> Outcome<Model> {
        let observed: Model = form::observed(recorded, seen)?;
        // Where nothing is said of them there are none, as after a create.
        Ok(Model { alias_ips: Some(observed.alias_ips.unwrap_or_default()), ..observed })
    }

    fn key(id: &str) -> Option<Json> {
        let (server, network) = id.split_once('-')?;
        let (server, network): (i64, i64) = (server.parse().ok()?, network.parse().ok()?);
        Some(json!({ "server_id": server, "network_id": network }))
    }
}

fn validate(desired: &Value, _: &Facts) -> Diagnostics {
    let mut found = rules::address(desired, "ip");
    let (network, subnet) =
        (rules::is_given(desired, "network_id"), rules::is_given(desired, "subnet_id"));
    if !network && !subnet {
        found.extend(rules::exactly_one(desired, &["network_id", "subnet_id"]));
    }
    found.extend(aliases(desired));
    found.extend(subnet::judged(desired));
    found
}

fn aliases(desired: &Value) -> Diagnostics {
    let items = desired.get("alias_ips").and_then(Value::items).unwrap_or_default();
    let wrong = |item: &Value| {
        let given = item.as_text()?;
        if given.parse::<Ipv4Addr>().is_ok() {
            return None;
        }
        let summary = format!("`{given}` is no IP address");
        let help = "write addresses of the network, such as `10.0.1.20`";
        let path = Path::attribute("alias_ips").then(Step::Element(Box::new(item.clone())));
        Some(rules::wrong("alias_ips", summary, help).at_path(path))
    };
    items.iter().filter_map(wrong).collect()
}

fn impact(change: &ImpactOf<'_>) -> Vec<Impact> {
    let Some(prior) = change.prior.filter(|_| change.replace || change.planned.is_none()) else {
        return Vec::new();
    };
    let ip = rules::text(prior, "ip").map_or_else(|| "its address".to_owned(), ToString::to_string);
    let text = if change.replace {
        format!("the server leaves the network for some seconds, and {ip} may change")
    } else {
        format!("the server leaves the network and loses {ip}")
    };
    vec![Impact { sort: ImpactSort::Downtime, text: text.into() }]
}
