//! `data "docker_network"`: a network of the engine, with the containers in it.

use super::{form, requests};
use crate::{
    bridge,
    engine::Client,
    failure,
    schemas::{given, required},
};
use infra_model::{
    kind::Kind,
    schema::{Attribute, Block},
    types::Type,
};
use infra_sdk::{connection::Control, data::DataSource, failure::Failure, kind::SchemaKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

/// The data source.
pub(crate) struct NetworkData;

/// Its attributes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Option<String>,
    name: Option<String>,
    driver: Option<String>,
    options: Option<BTreeMap<String, String>>,
    internal: Option<bool>,
    ipam_config: Option<Vec<Ipam>>,
    scope: Option<String>,
    containers: Option<Vec<Member>>,
}

/// A range of addresses.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ipam {
    subnet: Option<String>,
    ip_range: Option<String>,
    gateway: Option<String>,
    aux_address: Option<BTreeMap<String, String>>,
}

/// A container in the network.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Member {
    container_id: Option<String>,
    name: Option<String>,
    endpoint_id: Option<String>,
    mac_address: Option<String>,
    ipv4_address: Option<String>,
    ipv6_address: Option<String>,
}

impl DataSource for NetworkData {
    type Client = Client;
    type Model = Model;

    fn kind() -> Arc<dyn Kind> {
        let text_map = Type::map(Type::String);
        let ipam = Type::object([
            ("subnet", Type::String),
            ("ip_range", Type::String),
            ("gateway", Type::String),
            ("aux_address", text_map.clone()),
        ]);
        let names =
            ["container_id", "name", "endpoint_id", "mac_address", "ipv4_address", "ipv6_address"];
        let container = Type::object(names.map(|name| (name, Type::String)));
        let block = Block::of([
            ("id", given()),
            ("name", required()),
            ("driver", given()),
            ("options", Attribute::computed(text_map)),
            ("internal", Attribute::computed(Type::Bool)),
            ("ipam_config", Attribute::computed(Type::set(ipam))),
            ("scope", given()),
            ("containers", Attribute::computed(Type::list(container))),
        ]);
        SchemaKind::data("docker_network", block).shared()
    }

    async fn read(engine: &Client, config: Model, _: &Control) -> Result<Model, Failure> {
        let name = config.name.as_deref().unwrap_or_default();
        let all = requests::named(engine, name).await?;
        let id = all.first().and_then(|n| bridge::text(n, "Id")).unwrap_or(name);
        let Some(found) = requests::inspect(engine, id).await? else {
            let summary = format!("the engine has no network `{name}`");
            return Err(failure::not_there("infra::docker::network_not_found", summary).into());
        };
        let mut read = form::seen(&found);
        read["name"] = json!(name);
        read["containers"] = members(&found);
        Ok(bridge::parsed(read)?)
    }
}

fn members(network: &Json) -> Json {
    let all = network.get("Containers").and_then(Json::as_object);
    let one = |(id, c): (&String, &Json)| {
        json!({
            "container_id": id, "name": c.get("Name"), "endpoint_id": c.get("EndpointID"),
            "mac_address": c.get("MacAddress"), "ipv4_address": c.get("IPv4Address"),
            "ipv6_address": c.get("IPv6Address"),
        })
    };
    Json::Array(all.into_iter().flatten().map(one).collect())
}
