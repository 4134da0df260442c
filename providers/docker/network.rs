//! `docker_network`: a network of the engine. Nothing of it can change in its life.

mod data;
mod form;
pub(crate) mod requests;

pub(crate) use data::NetworkData;

use crate::{
    bridge,
    engine::Engine,
    failure::Outcome,
    plain::PlainResource,
    schemas,
    schemas::{flag, given, required, set_of, text, text_map},
    upgrade,
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostic,
    kind::{Facts, Find, Impact, ImpactOf, ImpactSort, Kind},
    schema::{Attribute, Block, Proposal, Schema, propose},
    types::Type,
    value::Value,
};
use infra_sdk::{listing::Listing, mark::Mark};
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

impl PlainResource for Network {
    fn kind() -> Arc<dyn Kind> {
        Arc::new(NetworkKind::new())
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
        Ok(!requests::named(engine, name).await?.is_empty())
    }

    fn observed(block: &Block, recorded: &Value, private: &[u8], network: &Json) -> Value {
        form::observed(block, recorded, private, network)
    }

    fn recorded(block: &Block, sent: &Value, network: &Json) -> (Value, Json) {
        form::recorded(block, sent, network)
    }
}
