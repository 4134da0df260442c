//! `docker_volume`: a volume of the engine, which holds data.
//!
//! The engine answers a create for an existing name with the old volume, whatever was asked; so a
//! name is looked up before it is used, and only a volume with our token is taken for ours.

mod form;
pub(crate) mod requests;

use crate::{
    bridge,
    engine::Engine,
    failure::{Outcome, mistake},
    plain::PlainResource,
    schemas,
    schemas::{given, one_of, text, text_map},
    upgrade,
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
use infra_sdk::{listing::Listing, mark::Mark};
use serde_json::Value as Json;
use std::sync::Arc;

/// The driver of a volume that names none.
const DRIVER: &str = "local";

/// The type.
pub(crate) struct Volume;

/// The pure half of `docker_volume`.
struct VolumeKind {
    name: KindName,
    schema: Schema,
}

impl VolumeKind {
    /// Returns the kind.
    fn new() -> Self {
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
            form::is_same(name, &bridge::to_json(a), &bridge::to_json(b))
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

impl PlainResource for Volume {
    fn kind() -> Arc<dyn Kind> {
        Arc::new(VolumeKind::new())
    }

    async fn listing(engine: &Engine) -> Outcome<Listing<Json>> {
        requests::listing(engine).await
    }

    async fn inspect(engine: &Engine, id: &str) -> Outcome<Option<Json>> {
        requests::inspect(engine, id).await
    }

    async fn create(engine: &Engine, spec: &Json, mark: &Mark) -> Outcome<Json> {
        requests::create(engine, spec, mark).await
    }

    async fn delete(engine: &Engine, id: &str) -> Outcome<()> {
        requests::delete(engine, id).await
    }

    async fn is_taken(engine: &Engine, name: &str) -> Outcome<bool> {
        Ok(requests::inspect(engine, name).await?.is_some())
    }

    fn observed(block: &Block, recorded: &Value, private: &[u8], volume: &Json) -> Value {
        form::observed(block, recorded, private, volume)
    }

    fn recorded(block: &Block, sent: &Value, volume: &Json) -> (Value, Json) {
        form::recorded(block, sent, volume)
    }
}
