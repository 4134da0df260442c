//! `docker_volume`: a volume of the engine, which holds data.
//!
//! The engine answers a create for an existing name with the old volume, whatever was asked; so a
//! name is looked up before it is used, and only a volume with our token is taken for ours.

mod form;
pub(crate) mod requests;

use crate::{
    bridge,
    engine::Client,
    failure::mistake,
    ownership, schemas,
    schemas::{given, one_of, text, text_map},
    settle::{kept_given, thing},
    upgrade,
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::{Facts, Find, Impact, ImpactOf, ImpactSort, Kind},
    path::Path,
    schema::{Attribute, Block, Proposal, Schema, propose},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::{
    connection::Control,
    failure::{Broken, Failure},
    mark::Mark,
    model::Attributes,
    resource::{Refreshed, Resource, Thing, Wanted},
};
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

impl Resource for Volume {
    type Client = Client;
    type Model = Attributes;

    fn kind() -> Arc<dyn Kind> {
        Arc::new(VolumeKind::new())
    }

    async fn read(
        engine: &Client,
        recorded: Thing<Attributes>,
        _: &Control,
    ) -> Result<Option<Attributes>, Failure> {
        let found = requests::inspect(engine, recorded.model.text("id")).await?;
        Ok(found.map(|volume| observed(&VolumeKind::new(), &recorded, &volume)))
    }

    async fn refresh(
        engine: &Client,
        recorded: Vec<Thing<Attributes>>,
        control: &Control,
    ) -> Result<Refreshed<Attributes>, Failure> {
        let kind = VolumeKind::new();
        let listing = requests::listing(engine).await?;
        let observed = |thing: &Thing<_>, volume: &Json| observed(&kind, thing, volume);
        Ok(listing.refreshed(&recorded, (&kind.name, &control.lineage), schemas::id, observed))
    }

    async fn create(
        engine: &Client,
        wanted: Wanted<Attributes>,
        control: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        let spec = bridge::to_json(&wanted.model.0);
        let made = requests::create(engine, &spec, &Mark::of(&wanted, control)).await?;
        Ok(recorded(&wanted.model, &made))
    }

    async fn update(
        _: &Client,
        prior: Thing<Attributes>,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Thing<Attributes>, Broken<Attributes>> {
        Ok(kept_given(&wanted.model, &prior))
    }

    async fn delete(engine: &Client, prior: Thing<Attributes>, _: &Control) -> Result<(), Failure> {
        Ok(requests::delete(engine, prior.model.text("id")).await?)
    }

    async fn find(
        engine: &Client,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let found = requests::listing(engine).await?.with_token(&wanted.token);
        Ok(found.map(|volume| recorded(&wanted.model, &volume)))
    }

    async fn exists(
        engine: &Client,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Text>, Failure> {
        let name = wanted.model.text("name");
        let is_there = !name.is_empty() && requests::inspect(engine, name).await?.is_some();
        Ok(is_there.then(|| ownership::is_there(name)))
    }

    async fn import(
        engine: &Client,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let kind = VolumeKind::new();
        let found = requests::inspect(engine, schemas::import_id(id)).await?;
        let empty = Thing::from(Attributes(schemas::empty(&kind)));
        Ok(found.map(|volume| observed(&kind, &empty, &volume).into()))
    }
}

fn observed(kind: &VolumeKind, thing: &Thing<Attributes>, volume: &Json) -> Attributes {
    let Thing { model, private, .. } = thing;
    Attributes(form::observed(&kind.schema.block, &model.0, private, volume))
}

fn recorded(sent: &Attributes, volume: &Json) -> Thing<Attributes> {
    thing(form::recorded(&VolumeKind::new().schema.block, &sent.0, volume))
}
