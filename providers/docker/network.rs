//! `docker_network`: a network of the engine. Nothing of it can change in its life.

use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, is_missing, refusal},
    ownership, pairs, schemas,
    schemas::{flag, given, required, set_of, text, text_map},
    settle::{Sight, baseline, from_private, settle},
    upgrade,
};
use bollard::{
    models::NetworkCreateRequest,
    query_parameters::{InspectNetworkOptions, ListNetworksOptions},
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostic,
    kind::{Facts, Find, Impact, ImpactOf, ImpactSort, Kind},
    path::Path,
    schema::{Attribute, Block, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use serde_json::{Map, Value as Json, json};

/// The driver of a network that names none.
const DRIVER: &str = "bridge";

/// The pure half of `docker_network`.
pub(crate) struct NetworkKind {
    name: KindName,
    schema: Schema,
}

impl NetworkKind {
    /// Returns the kind.
    pub(crate) fn new() -> Self {
        let ipam = Block::of([
            ("subnet", text()),
            ("ip_range", text()),
            ("gateway", text()),
            ("aux_address", text_map()),
        ]);
        let mut ipam = set_of(ipam).replaces();
        ipam.computed = true;
        let block = Block::of([
            ("id", given()),
            ("name", required().replaces()),
            ("driver", text().default(DRIVER).replaces()),
            ("options", text_map().replaces()),
            ("internal", flag().replaces()),
            ("attachable", flag().replaces()),
            ("ingress", flag().replaces()),
            ("ipv6", flag().replaces()),
            ("ipam_driver", text().default("default").replaces()),
            ("ipam_options", text_map().replaces()),
            ("scope", Attribute::computed(Type::String)),
        ])
        .with([("labels", schemas::labels().replaces()), ("ipam_config", ipam)]);
        Self { name: KindName("docker_network".into()), schema: Schema { version: 1, block } }
    }
}

impl Kind for NetworkKind {
    fn name(&self) -> &KindName {
        &self.name
    }

    fn mode(&self) -> Mode {
        Mode::Managed
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn find(&self) -> Find {
        Find::Token
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, _facts: &Facts) -> Proposal {
        let desired = schemas::aligned(prior, desired, |name, a, b| {
            is_same(name, &bridge::to_json(a), &bridge::to_json(b))
        });
        propose(&self.schema, prior, &desired)
    }

    fn upgrade(&self, version: u64, value: Value) -> Result<Value, Diagnostic> {
        upgrade::upgraded(&self.schema, version, value)
    }

    fn impact(&self, change: &ImpactOf<'_>) -> Vec<Impact> {
        if change.prior.is_none() || !(change.replace || change.planned.is_none()) {
            return Vec::new();
        }
        let text = "containers in this network lose their connections".into();
        vec![Impact { sort: ImpactSort::Downtime, text }]
    }
}

/// Returns the body of the request that creates a network.
fn body(spec: &Json, labels: &Map<String, Json>) -> Json {
    let config = bridge::items(spec, "ipam_config").iter().map(|block| {
        json!({
            "Subnet": block.get("subnet"), "IPRange": block.get("ip_range"),
            "Gateway": block.get("gateway"), "AuxiliaryAddresses": block.get("aux_address"),
        })
    });
    json!({
        "Name": spec.get("name"), "Driver": spec.get("driver"),
        "Internal": spec.get("internal"), "Attachable": spec.get("attachable"),
        "Ingress": spec.get("ingress"), "EnableIPv6": spec.get("ipv6"),
        "IPAM": {
            "Driver": spec.get("ipam_driver"), "Options": spec.get("ipam_options"),
            "Config": config.collect::<Vec<_>>(),
        },
        "Options": spec.get("options"), "Labels": labels,
    })
}

/// Returns an inspected network in the form of the schema.
pub(crate) fn seen(network: &Json) -> Json {
    let ipam = network.get("IPAM").cloned().unwrap_or(Json::Null);
    let config = bridge::items(&ipam, "Config").iter().map(|block| {
        json!({
            "subnet": block.get("Subnet"), "ip_range": block.get("IPRange"),
            "gateway": block.get("Gateway"), "aux_address": block.get("AuxiliaryAddresses"),
        })
    });
    json!({
        "id": network.get("Id"), "name": network.get("Name"), "driver": network.get("Driver"),
        "options": network.get("Options"), "internal": network.get("Internal"),
        "attachable": network.get("Attachable"), "ingress": network.get("Ingress"),
        "ipv6": network.get("EnableIPv6"), "ipam_driver": ipam.get("Driver"),
        "ipam_options": ipam.get("Options"), "scope": network.get("Scope"),
        "labels": pairs::map_to_labels(network.get("Labels")),
        "ipam_config": config.map(without_nothing).collect::<Vec<_>>(),
    })
}

/// Returns whether two ways of writing an attribute mean the same.
fn is_same(name: &str, a: &Json, b: &Json) -> bool {
    let is_open = |json: &Json| bridge::is_nothing(json) || *json == json!(false);
    match name {
        "ipam_config" => covers(a, b),
        "labels" => {
            let wrap = |json: &Json| pairs::labels_to_map(&json!({ "labels": json }), "labels");
            wrap(a) == wrap(b)
        }
        _ => a == b || (is_open(a) && is_open(b)),
    }
}

/// The engine fills in what a block leaves open, and the whole where there is no block.
fn covers(recorded: &Json, seen: &Json) -> bool {
    let (Some(recorded), Some(seen)) = (recorded.as_array(), seen.as_array()) else {
        return bridge::is_nothing(recorded);
    };
    let is_in = |block: &Json, other: &Json| {
        let fields = block.as_object().into_iter().flatten();
        fields.filter(|(_, v)| !bridge::is_nothing(v)).all(|(k, v)| other.get(k) == Some(v))
    };
    recorded.is_empty()
        || (recorded.len() == seen.len()
            && recorded.iter().all(|block| seen.iter().any(|other| is_in(block, other))))
}

fn without_nothing(json: Json) -> Json {
    Json::Object(bridge::fields(json).into_iter().filter(|(_, v)| !bridge::is_nothing(v)).collect())
}

/// Returns the value to report for an inspected network.
pub(crate) fn observed(block: &Block, recorded: &Value, private: &[u8], network: &Json) -> Value {
    let kept = from_private(private);
    let sight = Sight { seen: &seen(network), baseline: kept.as_ref(), is_same: &is_same };
    settle(block, recorded, &sight)
}

/// Returns the value and the baseline to record after a create.
pub(crate) fn recorded(block: &Block, sent: &Value, network: &Json) -> (Value, Json) {
    let seen = seen(network);
    let mut kept = baseline(sent, &seen);
    if let Some(kept) = kept.as_object_mut() {
        kept.retain(|name, _| !matches!(name.as_str(), "id" | "scope" | "ipam_config"));
    }
    let is_given = |name: &str| matches!(name, "id" | "scope");
    let value = schemas::replaced(sent, |name, before| {
        let open = before.is_null() || (&**name == "ipam_config" && before.is_empty());
        let wanted = is_given(name) || (&**name == "ipam_config" && open);
        let whole = || bridge::object_from_json(block, &seen);
        wanted.then(|| whole().get(name).cloned()).flatten()
    });
    (value, kept)
}

/// Returns all networks of a name, exactly; the engine's own filter matches parts of names.
pub(crate) async fn named(engine: &Engine, name: &str) -> Outcome<Vec<Json>> {
    let all = list(engine).await?;
    Ok(all.into_iter().filter(|n| n.get("Name").and_then(Json::as_str) == Some(name)).collect())
}

/// Returns all networks of the engine.
pub(crate) async fn list(engine: &Engine) -> Outcome<Vec<Json>> {
    let all = engine.docker.list_networks(None::<ListNetworksOptions>).await;
    let all = all.map_err(|error| Failure::of(&error, "listing networks"))?;
    Ok(all.iter().filter_map(|network| serde_json::to_value(network).ok()).collect())
}

/// Returns a network by id or name; `None` if there is none.
pub(crate) async fn inspect(engine: &Engine, id: &str) -> Outcome<Option<Json>> {
    match engine.docker.inspect_network(id, None::<InspectNetworkOptions>).await {
        Ok(network) => Ok(serde_json::to_value(network).ok()),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(Failure::of(&error, "reading a network")),
    }
}

/// Creates a network and returns it as inspected.
pub(crate) async fn create(
    engine: &Engine,
    spec: &Json,
    stamp: impl FnOnce(&mut Map<String, Json>),
) -> Outcome<Json> {
    let name = bridge::text(spec, "name").unwrap_or_default();
    let mut labels = pairs::labels_to_map(spec, "labels");
    stamp(&mut labels);
    if let Some(other) = named(engine, name).await?.into_iter().next() {
        let theirs = ownership::token(other.get("Labels"));
        if theirs.is_some() && theirs == labels.get(ownership::TOKEN).and_then(Json::as_str) {
            return Ok(other);
        }
        let summary = format!("there is a network named `{name}` already");
        return Err(Failure::refused(
            refusal("infra::docker::name_conflict", summary)
                .detail("Engines allow several networks of one name; nothing would work then.")
                .help("rename one of them, or take it in with an `import` block")
                .at_path(Path::attribute("name")),
        ));
    }
    let request: NetworkCreateRequest = parsed(body(spec, &labels))?;
    let doing = format!("creating network `{name}`");
    let answer = engine.docker.create_network(request).await;
    let id = answer.map_err(|error| Failure::of(&error, &doing))?.id;
    let found = inspect(engine, &id).await?;
    found.ok_or_else(|| {
        let found = refusal("infra::docker::engine_failed", "the new network is gone");
        Failure::refused(found.help("see what removes networks on the engine, then apply again"))
    })
}

/// Removes a network; what is not there is removed already.
pub(crate) async fn delete(engine: &Engine, id: &str) -> Outcome<()> {
    let Some(network) = inspect(engine, id).await? else { return Ok(()) };
    match engine.docker.remove_network(id).await {
        Ok(()) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(in_use(Failure::of(&error, "removing a network"), &network)),
    }
}

fn in_use(mut failure: Failure, network: &Json) -> Failure {
    let containers = network.get("Containers").and_then(Json::as_object);
    let names: Vec<&str> =
        containers.into_iter().flatten().filter_map(|(_, c)| bridge::text(c, "Name")).collect();
    if !names.is_empty() {
        let help = format!("disconnect or remove what uses it: {}", names.join(", "));
        failure = failure.map(|d| d.help(help));
    }
    failure
}

/// Returns the request that a body describes.
pub(crate) fn parsed<T: serde::de::DeserializeOwned>(body: Json) -> Outcome<T> {
    serde_json::from_value(body).map_err(|error| {
        // The words of the parser may repeat the content.
        let place = format!("The request cannot be built ({:?}).", error.classify());
        Failure::refused(
            refusal("infra::docker::value_unusable", "a value cannot be sent")
                .detail(place)
                .help("look for a number or text that the engine cannot take, and correct it"),
        )
    })
}
