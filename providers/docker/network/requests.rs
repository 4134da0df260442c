//! Listing, reading, making and removing networks.

use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, is_missing, refusal},
    ownership, pairs,
};
use bollard::{
    models::NetworkCreateRequest,
    query_parameters::{InspectNetworkOptions, ListNetworksOptions},
};
use infra_model::path::Path;
use infra_sdk::{listing::Listing, mark::Mark};
use serde_json::{Map, Value as Json, json};

/// Returns all networks of a name, exactly; the engine's own filter matches parts of names.
pub(super) async fn named(engine: &Engine, name: &str) -> Outcome<Vec<Json>> {
    let all = list(engine).await?;
    Ok(all.into_iter().filter(|n| n.get("Name").and_then(Json::as_str) == Some(name)).collect())
}

/// Returns all networks of the engine.
pub(crate) async fn list(engine: &Engine) -> Outcome<Vec<Json>> {
    let doing = "listing networks";
    let all = engine.docker.list_networks(None::<ListNetworksOptions>).await;
    let all = all.map_err(|error| Failure::of(&error, doing))?;
    all.iter().map(|network| bridge::answered(network, doing)).collect()
}

/// Returns all networks, by id.
pub(super) async fn listing(engine: &Engine) -> Outcome<Listing<Json>> {
    let all = list(engine).await?;
    Ok(Listing::new(all, |network| bridge::text(network, "Id"), ownership::mark))
}

/// Returns a network by id or name; `None` if there is none.
pub(super) async fn inspect(engine: &Engine, id: &str) -> Outcome<Option<Json>> {
    let doing = "reading a network";
    match engine.docker.inspect_network(id, None::<InspectNetworkOptions>).await {
        Ok(network) => bridge::answered(&network, doing).map(Some),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(Failure::of(&error, doing)),
    }
}

/// Creates a network and returns it as inspected.
pub(crate) async fn create(engine: &Engine, spec: &Json, mark: &Mark) -> Outcome<Json> {
    let name = bridge::text(spec, "name").unwrap_or_default();
    let mut labels = pairs::labels_to_map(spec, "labels");
    ownership::stamp(&mut labels, mark);
    if let Some(other) = named(engine, name).await?.into_iter().next() {
        if ownership::mark(&other).is_some_and(|theirs| theirs.token == mark.token) {
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
    let request: NetworkCreateRequest = bridge::parsed(body(spec, &labels))?;
    let doing = format!("creating network `{name}`");
    let answer = engine.docker.create_network(request).await;
    let id = answer.map_err(|error| Failure::of(&error, &doing))?.id;
    let found = inspect(engine, &id).await.map_err(Failure::after_lookup)?;
    found.ok_or_else(|| {
        let found = refusal("infra::docker::engine_failed", "the new network is gone");
        Failure::refused(found.help("see what removes networks on the engine, then apply again"))
    })
}

/// Removes a network; what is not there is removed already.
pub(super) async fn delete(engine: &Engine, id: &str) -> Outcome<()> {
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
