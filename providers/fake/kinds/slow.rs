//! `fake_slow`: takes its time, so that there is something to interrupt.

use crate::catalogue::Behaviour;
use infra_model::{
    number::Number,
    schema::{Attribute, Block},
    types::Type,
    value::Value,
};
use infra_sdk::kind::SchemaKind;

/// Returns the behaviour of `fake_slow`.
pub fn behaviour() -> Behaviour {
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String)),
        ("seconds", Attribute::optional(Type::Number).default(60_i64)),
        ("triggers", Attribute::optional(Type::map(Type::String)).replaces()),
    ]);
    Behaviour {
        delay_ms: |value| {
            let seconds = value.get("seconds").and_then(Value::as_number).and_then(Number::to_u64);
            seconds.unwrap_or(0).saturating_mul(1000)
        },
        ..Behaviour::new(SchemaKind::managed("fake_slow", block).shared(), "slo")
    }
}
