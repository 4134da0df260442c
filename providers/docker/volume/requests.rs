//! Listing, reading, making and removing volumes.

use crate::{
    bridge,
    engine::{ApiVersion, Engine},
    failure::{Failure, Outcome, is_missing, refusal},
    needs::{self, Need},
    ownership, pairs,
};
use bollard::{
    models::VolumeCreateRequest,
    query_parameters::{ListVolumesOptions, RemoveVolumeOptions},
};
use infra_model::path::Path;
use infra_sdk::{listing::Listing, mark::Mark};
use serde_json::{Map, Value as Json, json};

/// What engines of older versions lack.
const NEEDS: &[Need] = &[("cluster", None, ApiVersion(1, 42))];

/// Returns all volumes of the engine.
pub(crate) async fn list(engine: &Engine) -> Outcome<Vec<Json>> {
    let doing = "listing volumes";
    let all = engine.docker.list_volumes(None::<ListVolumesOptions>).await;
    let all = all.map_err(|error| Failure::of(&error, doing))?;
    let all = all.volumes.unwrap_or_default();
    all.iter().map(|volume| bridge::answered(volume, doing)).collect()
}

/// Returns all volumes, by name.
pub(super) async fn listing(engine: &Engine) -> Outcome<Listing<Json>> {
    let all = list(engine).await?;
    Ok(Listing::new(all, |volume| bridge::text(volume, "Name"), ownership::mark))
}

/// Returns a volume by name; `None` if there is none.
pub(super) async fn inspect(engine: &Engine, name: &str) -> Outcome<Option<Json>> {
    let doing = "reading a volume";
    match engine.docker.inspect_volume(name).await {
        Ok(volume) => bridge::answered(&volume, doing).map(Some),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(Failure::of(&error, doing)),
    }
}

/// Creates a volume and returns it as inspected.
pub(crate) async fn create(engine: &Engine, spec: &Json, mark: &Mark) -> Outcome<Json> {
    needs::check(NEEDS, spec, engine.api().await?)?;
    let mut labels = pairs::labels_to_map(spec, "labels");
    ownership::stamp(&mut labels, mark);
    if let Some(name) = bridge::text(spec, "name")
        && let Some(other) = inspect(engine, name).await?
    {
        if ownership::mark(&other).is_some_and(|theirs| theirs.token == mark.token) {
            return Ok(other);
        }
        let summary = format!("there is a volume named `{name}` already");
        return Err(Failure::refused(
            refusal("infra::docker::name_conflict", summary)
                .detail("It may hold data of someone else, so it is neither used nor changed.")
                .help("choose another name, or take it in with an `import` block")
                .at_path(Path::attribute("name")),
        ));
    }
    let request: VolumeCreateRequest = bridge::parsed(body(spec, &labels))?;
    let doing = "creating a volume";
    let volume = engine.docker.create_volume(request).await;
    let volume = volume.map_err(|error| Failure::of(&error, doing))?;
    bridge::answered(&volume, doing).map_err(Failure::after_lookup)
}

/// Removes a volume; what is not there is removed already.
pub(super) async fn delete(engine: &Engine, name: &str) -> Outcome<()> {
    match engine.docker.remove_volume(name, None::<RemoveVolumeOptions>).await {
        Ok(()) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(Failure::of(&error, &format!("removing volume `{name}`"))),
    }
}

fn body(spec: &Json, labels: &Map<String, Json>) -> Json {
    let mut body = json!({
        "Name": spec.get("name"), "Driver": spec.get("driver"),
        "DriverOpts": spec.get("driver_opts"), "Labels": labels,
    });
    if let Some(cluster) = bridge::items(spec, "cluster").first()
        && let Some(body) = body.as_object_mut()
    {
        body.insert("ClusterVolumeSpec".to_owned(), cluster_body(cluster));
    }
    body
}

fn cluster_body(cluster: &Json) -> Json {
    let bytes = |name: &str| bridge::text(cluster, name).and_then(|text| text.parse::<i64>().ok());
    let topologies = |name: &str| {
        let text = bridge::text(cluster, name)?;
        let segments = pairs::assignments_to_map(text.split(',').map(str::trim));
        Some(json!([segments]))
    };
    json!({
        "Group": cluster.get("group"),
        "AccessMode": {
            "Scope": cluster.get("scope"), "Sharing": cluster.get("sharing"),
            "MountVolume": (bridge::text(cluster, "type") == Some("mount")).then(|| json!({})),
            "AccessibilityRequirements": {
                "Requisite": topologies("topology_required"),
                "Preferred": topologies("topology_preferred"),
            },
            "CapacityRange": {
                "RequiredBytes": bytes("required_bytes"), "LimitBytes": bytes("limit_bytes"),
            },
            "Availability": cluster.get("availability"),
        },
    })
}
