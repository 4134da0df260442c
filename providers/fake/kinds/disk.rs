//! `fake_disk`: holds data, is found by its name, and grows in place but shrinks only by replacement.

use crate::catalogue::Behaviour;
use infra_model::{
    address::{KindName, Mode},
    kind::{Facts, Find, Impact, ImpactOf, ImpactSort, Kind},
    path::Path,
    schema::{Attribute, Block, Proposal, Schema, propose},
    text::Text,
    types::Type,
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns the behaviour of `fake_disk`.
pub fn behaviour() -> Behaviour {
    Behaviour {
        key: &["name"],
        references: &[("server_id", "fake_server")],
        ..Behaviour::new(Arc::new(Disk { inner: schema_kind() }), "dsk")
    }
}

struct Disk {
    inner: SchemaKind,
}

fn schema_kind() -> SchemaKind {
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String).replaces()),
        ("size", Attribute::required(Type::Number)),
        ("format", Attribute::optional(Type::String).default("ext4").replaces()),
        ("server_id", Attribute::optional(Type::String)),
        ("path", Attribute::computed(Type::String)),
    ]);
    SchemaKind::managed("fake_disk", block).natural_key(&["name"]).holding_data()
}

impl Kind for Disk {
    fn name(&self) -> &KindName {
        self.inner.name()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn schema(&self) -> &Schema {
        self.inner.schema()
    }

    fn find(&self) -> Find {
        self.inner.find()
    }

    fn holds_data(&self) -> bool {
        self.inner.holds_data()
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, _facts: &Facts) -> Proposal {
        let mut proposal = propose(self.schema(), prior, desired);
        let size = |value: &Value| value.get("size").and_then(Value::as_number).cloned();
        let after = size(&proposal.planned);
        if let (Some(before), Some(after)) = (prior.and_then(size), after)
            && after < before
        {
            proposal.replace.push(Path::attribute("size"));
        }
        proposal
    }

    fn impact(&self, change: &ImpactOf<'_>) -> Vec<Impact> {
        if change.prior.is_some() && (change.replace || change.planned.is_none()) {
            let text = Text::from("everything on the disk is lost");
            return vec![Impact { sort: ImpactSort::DataLoss, text }];
        }
        Vec::new()
    }
}
