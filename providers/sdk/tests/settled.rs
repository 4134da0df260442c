//! The value that is sent.

use crate::{kind::SchemaKind, settle::settle};
use infra_model::{
    address::{Generation, InstanceKey, ModuleAddress, ProviderAddress},
    ask::Call,
    journal::{Intent, Time, Verb},
    kind::Kind,
    schema::{Attribute, Block},
    text::Text,
    types::Type,
    value::Value,
};
use std::sync::Arc;

pub(super) fn call(kind: &dyn Kind, desired: Value, planned: Value) -> Call {
    let intent = Intent {
        address: format!("{}.a", kind.name()).parse().unwrap(),
        generation: Generation(1),
        verb: Verb::Create,
        kind: kind.name().clone(),
        provider: ProviderAddress {
            module: ModuleAddress::root(),
            provider: Text::from("note"),
            alias: None,
            key: InstanceKey::None,
        },
        epoch: 1,
        at: Time(0),
        absent_before: false,
        desired: desired.clone(),
        needs: Arc::from([]),
        token: Text::from("t"),
    };
    Call { intent, prior: None, desired, planned }
}

fn kind() -> SchemaKind {
    let block = Block::of([
        ("id", Attribute::computed(Type::String)),
        ("name", Attribute::required(Type::String)),
        ("size", Attribute::optional(Type::Number).default(1_i64)),
        ("once", Attribute { write_only: true, ..Attribute::optional(Type::String) }),
    ]);
    SchemaKind::managed("note", block)
}

fn object(name: Value, size: Value, once: Value) -> Value {
    let id = Value::null(Type::String);
    Value::object([("id", id), ("name", name), ("size", size), ("once", once)])
}

fn null() -> Value {
    Value::null(Type::Number)
}

#[test]
fn what_was_unknown_when_planned_is_sent_as_it_is_known_now() {
    let kind = kind();
    let desired = object(Value::from("a"), null(), Value::from("hush"));
    let early = object(Value::unknown(Type::String), null(), Value::null(Type::String));
    let planned = kind.planned(None, &early, &std::collections::BTreeMap::new()).planned;
    let sent = settle(&kind, &call(&kind, desired, planned));
    assert_eq!(sent.get("name"), Some(&Value::from("a")));
    assert_eq!(sent.get("size"), Some(&Value::from(1_i64)), "the default");
    assert_eq!(sent.get("once"), Some(&Value::from("hush")), "sent although never planned");
    assert!(!sent.get("id").unwrap().is_known(), "the provider decides");
}

#[test]
fn what_a_hook_planned_is_sent_as_planned() {
    let kind = kind();
    let desired = object(Value::from("a"), null(), Value::null(Type::String));
    let planned = object(Value::from("a"), Value::from(7_i64), Value::null(Type::String));
    let sent = settle(&kind, &call(&kind, desired, planned));
    assert_eq!(sent.get("size"), Some(&Value::from(7_i64)));
}
