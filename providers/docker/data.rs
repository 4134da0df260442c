//! Data sources: what an engine or a registry holds, without making anything.

mod logs;
mod registry;

use crate::{
    bridge,
    connection::{text, unknown},
    engine::Engine,
    failure::{Failure, Outcome, refusal},
    image, network, schemas,
    schemas::{given, required},
};
use infra_model::{
    address::KindName,
    diagnostic::Diagnostics,
    kind::Kind,
    path::Path,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::{connection::Control, kind::SchemaKind};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Returns the kinds of all data sources.
pub(crate) fn kinds() -> Vec<Arc<dyn Kind>> {
    vec![
        SchemaKind::data("docker_image", image_block()).shared(),
        SchemaKind::data("docker_logs", logs::block()).shared(),
        SchemaKind::data("docker_network", network_block()).shared(),
        SchemaKind::data("docker_registry_image", registry::block()).shared(),
    ]
}

/// Reads a data source; its configuration has the type of its schema.
pub(crate) async fn read(
    engine: &Engine,
    kind: &KindName,
    config: &Value,
    control: &Control,
) -> Outcome<(Value, Diagnostics)> {
    let value = match &*kind.0 {
        "docker_image" => read_image(engine, config).await?,
        "docker_network" => read_network(engine, config).await?,
        "docker_registry_image" => registry::read(engine, config).await?,
        "docker_logs" => logs::read(engine, config, control).await?,
        _ => return Err(unknown(&kind.0)),
    };
    Ok((value, Vec::new()))
}

/// Returns a configuration with what was read.
pub(crate) fn filled(block: &Block, config: &Value, read: &Json) -> Value {
    schemas::replaced(config, |name, before| {
        let attribute = block.attributes.get(name)?;
        if let Some(found) = read.get(&**name) {
            return Some(bridge::from_json(&attribute.ty, found));
        }
        before.is_null().then(|| attribute.default.clone()).flatten()
    })
}

fn image_block() -> Block {
    Block::of([("id", given()), ("name", required()), ("repo_digest", given())])
}

async fn read_image(engine: &Engine, config: &Value) -> Outcome<Value> {
    let name = text(config, "name");
    let local = image::local_name(&bridge::to_json(config));
    let found = match image::inspect(engine, &local).await? {
        Some(found) => Some(found),
        None => image::inspect(engine, name).await?,
    };
    let Some(found) = found else {
        let summary = format!("the engine has no image `{name}`");
        return Err(missing("infra::docker::image_not_found", &summary, "name"));
    };
    let id = bridge::text(&found, "Id").unwrap_or_default();
    let digest = bridge::texts(&found, "RepoDigests").first().copied().unwrap_or_default();
    Ok(filled(&image_block(), config, &json!({"id": id, "repo_digest": digest})))
}

fn network_block() -> Block {
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
    Block::of([
        ("id", given()),
        ("name", required()),
        ("driver", given()),
        ("options", Attribute::computed(text_map)),
        ("internal", Attribute::computed(Type::Bool)),
        ("ipam_config", Attribute::computed(Type::set(ipam))),
        ("scope", given()),
        ("containers", Attribute::computed(Type::list(container))),
    ])
}

async fn read_network(engine: &Engine, config: &Value) -> Outcome<Value> {
    let name = text(config, "name");
    let ids: Vec<Json> = network::named(engine, name).await?;
    let id = ids.first().and_then(|n| bridge::text(n, "Id")).unwrap_or(name).to_owned();
    let Some(found) = network::inspect(engine, &id).await? else {
        let summary = format!("the engine has no network `{name}`");
        return Err(missing("infra::docker::network_not_found", &summary, "name"));
    };
    let mut read = network::seen(&found);
    read["name"] = json!(name);
    read["containers"] = containers(&found);
    Ok(filled(&network_block(), config, &read))
}

fn containers(network: &Json) -> Json {
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

fn missing(code: &'static str, summary: &str, path: &str) -> Failure {
    let help = "check the name; for one that this configuration makes, refer to its resource";
    Failure::refused(refusal(code, summary).help(help).at_path(Path::attribute(path)))
}
