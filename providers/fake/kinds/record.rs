//! `fake_record`: cheap and many. Fifty steps fit in one call, zone, type and name identify it, and
//! the cloud gives names back with a dot at the end.

use crate::catalogue::Behaviour;
use infra_model::{
    address::{KindName, Mode},
    kind::{Facts, Find, Kind},
    schema::{Attribute, Block, Schema},
    types::Type,
    value::Value,
};
use infra_sdk::kind::SchemaKind;
use std::sync::Arc;

/// Returns the behaviour of `fake_record`.
pub fn behaviour() -> Behaviour {
    Behaviour {
        key: &["zone", "type", "name"],
        ..Behaviour::new(Arc::new(Record { inner: schema_kind() }), "rec")
    }
}

struct Record {
    inner: SchemaKind,
}

fn schema_kind() -> SchemaKind {
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("zone", Attribute::optional(Type::String).default("example.org").replaces()),
        ("type", Attribute::optional(Type::String).default("A").replaces()),
        ("name", Attribute::required(Type::String).replaces()),
        ("value", Attribute::required(Type::String)),
        ("ttl", Attribute::optional(Type::Number).default(300_i64)),
    ]);
    SchemaKind::managed("fake_record", block).natural_key(&["zone", "type", "name"]).batches_of(50)
}

/// Returns the value as the cloud gives it back: with a dot behind the name.
pub(crate) fn as_seen(value: &Value) -> Value {
    with_name(value, |name| format!("{name}."))
}

impl Kind for Record {
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

    fn batch_max(&self) -> usize {
        self.inner.batch_max()
    }

    fn normalise(&self, value: Value, _facts: &Facts) -> Value {
        with_name(&value, |name| name.trim_end_matches('.').to_owned())
    }
}

fn with_name(value: &Value, change: impl Fn(&str) -> String) -> Value {
    let entries = value.entries().unwrap_or_default().iter().map(|(name, inner)| {
        let changed = match inner.as_text() {
            Some(text) if &**name == "name" => {
                Value::string(change(text)).with_marks(inner.marks())
            }
            _ => inner.clone(),
        };
        (name.clone(), changed)
    });
    if value.entries().is_none() {
        return value.clone();
    }
    Value::object(entries).with_marks(value.marks())
}
