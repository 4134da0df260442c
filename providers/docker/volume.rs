//! `docker_volume`: a volume of the engine, which holds data.
//!
//! The engine answers a create for an existing name with the old volume, whatever was asked; so a
//! name is looked up before it is used, and only a volume with our token is taken for ours.

use crate::{
    bridge,
    engine::Engine,
    failure::{Failure, Outcome, is_missing, mistake, refusal},
    needs, network, ownership, pairs, schemas,
    schemas::{given, one_of, text, text_map},
    settle::{Sight, baseline, from_private, settle},
    upgrade,
};
use bollard::{
    models::VolumeCreateRequest,
    query_parameters::{ListVolumesOptions, RemoveVolumeOptions},
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Facts, Find, Impact, ImpactOf, ImpactSort, Kind},
    path::Path,
    schema::{Attribute, Block, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use serde_json::{Map, Value as Json, json};

/// The driver of a volume that names none.
const DRIVER: &str = "local";

/// The pure half of `docker_volume`.
pub(crate) struct VolumeKind {
    name: KindName,
    schema: Schema,
}

impl VolumeKind {
    /// Returns the kind.
    pub(crate) fn new() -> Self {
        let cluster = Block::of([
            ("id", given()),
            ("scope", text().default("single").replaces()),
            ("sharing", text().default("none").replaces()),
            ("type", text().default("block").replaces()),
            ("topology_preferred", text().default("").replaces()),
            ("topology_required", text().default("").replaces()),
            ("required_bytes", text().replaces()),
            ("limit_bytes", text().replaces()),
            ("group", text().default("").replaces()),
            ("availability", text().default("active").replaces()),
        ]);
        let block = Block::of([
            ("id", given()),
            ("name", Attribute::optional_computed(Type::String).replaces()),
            ("driver", text().default(DRIVER).replaces()),
            ("driver_opts", text_map().replaces()),
            ("mountpoint", given()),
        ])
        .with([("labels", schemas::labels().replaces()), ("cluster", one_of(cluster).replaces())]);
        Self { name: KindName("docker_volume".into()), schema: Schema { version: 1, block } }
    }
}

impl Kind for VolumeKind {
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

    fn holds_data(&self) -> bool {
        true
    }

    fn validate(&self, desired: &Value, _facts: &Facts) -> Diagnostics {
        let spec = bridge::to_json(desired);
        let allowed = [
            ("scope", &["single", "multi"][..]),
            ("sharing", &["none", "readonly", "onewriter", "all"][..]),
            ("type", &["mount", "block"][..]),
            ("availability", &["active", "pause", "drain"][..]),
        ];
        let mut found = Vec::new();
        for (name, words) in allowed {
            for block in bridge::items(&spec, "cluster") {
                if let Some(given) = bridge::text(block, name)
                    && !words.contains(&given)
                {
                    let summary = format!("`{name}` of a cluster volume can't be `{given}`");
                    found.push(
                        mistake("infra::docker::value_invalid", summary)
                            .help(format!("write one of: {}", words.join(", ")))
                            .at_path(Path::attribute("cluster")),
                    );
                }
            }
        }
        found
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
        let Some(prior) = change.prior else { return Vec::new() };
        if change.planned.is_some() && !change.replace {
            return Vec::new();
        }
        let name = prior.get("name").and_then(Value::as_text).map_or("", |name| name);
        let text = format!("everything in volume `{name}` is destroyed").into();
        vec![Impact { sort: ImpactSort::DataLoss, text }]
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

/// Returns an inspected volume in the form of the schema; what a cluster volume was made with can't
/// be read back.
fn seen(volume: &Json) -> Json {
    json!({
        "id": volume.get("Name"), "name": volume.get("Name"), "driver": volume.get("Driver"),
        "driver_opts": volume.get("Options"), "mountpoint": volume.get("Mountpoint"),
        "labels": pairs::map_to_labels(volume.get("Labels")),
    })
}

fn is_same(name: &str, a: &Json, b: &Json) -> bool {
    if name == "labels" {
        let wrap = |json: &Json| pairs::labels_to_map(&json!({ "labels": json }), "labels");
        return wrap(a) == wrap(b);
    }
    a == b || (bridge::is_nothing(a) && bridge::is_nothing(b))
}

/// Returns the value to report for an inspected volume.
pub(crate) fn observed(block: &Block, recorded: &Value, private: &[u8], volume: &Json) -> Value {
    let kept = from_private(private);
    let sight = Sight { seen: &seen(volume), baseline: kept.as_ref(), is_same: &is_same };
    settle(block, recorded, &sight)
}

/// Returns the value and the baseline to record after a create.
pub(crate) fn recorded(block: &Block, sent: &Value, volume: &Json) -> (Value, Json) {
    let seen = seen(volume);
    let mut kept = baseline(sent, &seen);
    if let Some(kept) = kept.as_object_mut() {
        kept.retain(|name, _| !matches!(name.as_str(), "id" | "name" | "mountpoint"));
    }
    let whole = bridge::object_from_json(block, &seen);
    let value = schemas::replaced(sent, |name, before| {
        let is_given =
            matches!(&**name, "id" | "mountpoint") || (&**name == "name" && before.is_null());
        is_given.then(|| whole.get(name).cloned()).flatten()
    });
    (value, kept)
}

/// Returns all volumes of the engine.
pub(crate) async fn list(engine: &Engine) -> Outcome<Vec<Json>> {
    let all = engine.docker.list_volumes(None::<ListVolumesOptions>).await;
    let all = all.map_err(|error| Failure::of(&error, "listing volumes"))?;
    let all = all.volumes.unwrap_or_default();
    Ok(all.iter().filter_map(|volume| serde_json::to_value(volume).ok()).collect())
}

/// Returns a volume by name; `None` if there is none.
pub(crate) async fn inspect(engine: &Engine, name: &str) -> Outcome<Option<Json>> {
    match engine.docker.inspect_volume(name).await {
        Ok(volume) => Ok(serde_json::to_value(volume).ok()),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(Failure::of(&error, "reading a volume")),
    }
}

/// Creates a volume and returns it as inspected.
pub(crate) async fn create(
    engine: &Engine,
    spec: &Json,
    stamp: impl FnOnce(&mut Map<String, Json>),
) -> Outcome<Json> {
    needs::check(needs::VOLUME, spec, engine.api().await?)?;
    let mut labels = pairs::labels_to_map(spec, "labels");
    stamp(&mut labels);
    if let Some(name) = bridge::text(spec, "name")
        && let Some(other) = inspect(engine, name).await?
    {
        let theirs = ownership::token(other.get("Labels"));
        if theirs.is_some() && theirs == labels.get(ownership::TOKEN).and_then(Json::as_str) {
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
    let request: VolumeCreateRequest = network::parsed(body(spec, &labels))?;
    let volume = engine.docker.create_volume(request).await;
    let volume = volume.map_err(|error| Failure::of(&error, "creating a volume"))?;
    Ok(serde_json::to_value(volume).unwrap_or_default())
}

/// Removes a volume; what is not there is removed already.
pub(crate) async fn delete(engine: &Engine, name: &str) -> Outcome<()> {
    match engine.docker.remove_volume(name, None::<RemoveVolumeOptions>).await {
        Ok(()) => Ok(()),
        Err(error) if is_missing(&error) => Ok(()),
        Err(error) => Err(Failure::of(&error, &format!("removing volume `{name}`"))),
    }
}
