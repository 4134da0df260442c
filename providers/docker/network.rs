//! `docker_network`: a network of the engine. Nothing of it can change in its life.

mod data;
mod form;
pub(crate) mod requests;

pub(crate) use data::NetworkData;

use crate::{
    bridge,
    engine::Client,
    ownership, schemas,
    schemas::{flag, given, required, set_of, text, text_map},
    settle::{kept_given, thing},
    upgrade,
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostic,
    kind::{Facts, Find, Impact, ImpactOf, ImpactSort, Kind},
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

/// The driver of a network that names none.
const DRIVER: &str = "bridge";

/// The type.
pub(crate) struct Network;

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
            form::is_same(name, &bridge::to_json(a), &bridge::to_json(b))
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

impl Resource for Network {
    type Client = Client;
    type Model = Attributes;

    fn kind() -> Arc<dyn Kind> {
        Arc::new(NetworkKind::new())
    }

    async fn read(
        engine: &Client,
        recorded: Thing<Attributes>,
        _: &Control,
    ) -> Result<Option<Attributes>, Failure> {
        let found = requests::inspect(engine, recorded.model.text("id")).await?;
        Ok(found.map(|network| observed(&NetworkKind::new(), &recorded, &network)))
    }

    async fn refresh(
        engine: &Client,
        recorded: Vec<Thing<Attributes>>,
        control: &Control,
    ) -> Result<Refreshed<Attributes>, Failure> {
        let kind = NetworkKind::new();
        let listing = requests::listing(engine).await?;
        let observed = |thing: &Thing<_>, network: &Json| observed(&kind, thing, network);
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
        Ok(found.map(|network| recorded(&wanted.model, &network)))
    }

    async fn exists(
        engine: &Client,
        wanted: Wanted<Attributes>,
        _: &Control,
    ) -> Result<Option<Text>, Failure> {
        let name = wanted.model.text("name");
        let is_there = !requests::named(engine, name).await?.is_empty();
        Ok(is_there.then(|| ownership::is_there(name)))
    }

    async fn import(
        engine: &Client,
        id: &Value,
        _: &Control,
    ) -> Result<Option<Thing<Attributes>>, Failure> {
        let kind = NetworkKind::new();
        let found = requests::inspect(engine, schemas::import_id(id)).await?;
        let empty = Thing::from(Attributes(schemas::empty(&kind)));
        // What the engine gave is given here too, although nobody asked for it.
        Ok(found.map(|network| {
            let seen = observed(&kind, &empty, &network);
            Thing::from(recorded(&seen, &network).model)
        }))
    }
}

fn observed(kind: &NetworkKind, thing: &Thing<Attributes>, network: &Json) -> Attributes {
    let Thing { model, private, .. } = thing;
    Attributes(form::observed(&kind.schema.block, &model.0, private, network))
}

fn recorded(sent: &Attributes, network: &Json) -> Thing<Attributes> {
    thing(form::recorded(&NetworkKind::new().schema.block, &sent.0, network))
}
