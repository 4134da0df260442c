//! For any schema and any object of it: what was configured before is no change now.

use crate::{
    schema::{Attribute, Block, Changes, NestedBlock, Nesting, Schema, Usage, propose},
    text::Text,
    types::Type,
    value::Value,
};
use proptest::prelude::*;

fn attribute() -> impl Strategy<Value = Attribute> {
    let ty = prop_oneof![
        Just(Type::String),
        Just(Type::Number),
        Just(Type::list(Type::String)),
        Just(Type::set(Type::Number)),
        Just(Type::map(Type::Bool)),
    ];
    let usage = prop_oneof![
        Just(Usage::Required),
        Just(Usage::Optional),
        Just(Usage::OptionalComputed),
        Just(Usage::Computed),
    ];
    let changes = prop_oneof![
        Just(Changes::Stable),
        Just(Changes::OnUpdate),
        Just(Changes::Volatile),
        Just(Changes::With(vec![crate::path::Path::attribute("a")])),
    ];
    (ty, usage, changes, any::<(bool, bool)>()).prop_map(|(ty, usage, changes, flags)| Attribute {
        replaces: flags.0,
        sensitive: flags.1,
        changes,
        ..Attribute::new(ty, usage)
    })
}

fn block(depth: u32) -> BoxedStrategy<Block> {
    let name = || prop_oneof![Just("a"), Just("b"), Just("c")];
    let attributes = prop::collection::btree_map(name(), attribute(), 0..4);
    if depth == 0 {
        return attributes.prop_map(Block::of).boxed();
    }
    let nesting = prop_oneof![
        Just(Nesting::Single),
        Just(Nesting::Group),
        Just(Nesting::List),
        Just(Nesting::Set),
        Just(Nesting::Map),
    ];
    let nested =
        (nesting, block(depth - 1), any::<bool>()).prop_map(|(nesting, block, replaces)| {
            NestedBlock { replaces, ..NestedBlock::new(nesting, block) }
        });
    let blocks = prop::collection::btree_map(prop_oneof![Just("x"), Just("y")], nested, 0..3);
    (attributes, blocks).prop_map(|(a, b)| Block::of(a).with(b)).boxed()
}

/// A recorded object: wholly known, with the marks of the schema.
fn recorded(block: &Block) -> BoxedStrategy<Value> {
    let mut entries: Vec<BoxedStrategy<(Text, Value)>> = Vec::new();
    for (name, attribute) in &block.attributes {
        let name = name.clone();
        let required = attribute.usage == Usage::Required;
        let value = known(&attribute.ty, required);
        entries.push(value.prop_map(move |value| (name.clone(), value)).boxed());
    }
    for (name, nested) in &block.blocks {
        let name = name.clone();
        entries.push(recorded_nested(nested).prop_map(move |v| (name.clone(), v)).boxed());
    }
    let block = block.clone();
    entries.prop_map(move |entries| block.mark_sensitive(Value::object(entries))).boxed()
}

fn recorded_nested(nested: &NestedBlock) -> BoxedStrategy<Value> {
    let object = nested.block.implied_type();
    let one = recorded(&nested.block);
    match nested.nesting {
        Nesting::Group => one,
        Nesting::Single => prop_oneof![Just(Value::null(object)), one].boxed(),
        Nesting::List => prop::collection::vec(one, 0..3)
            .prop_map(move |items| Value::list(object.clone(), items))
            .boxed(),
        Nesting::Set => prop::collection::vec(one, 0..3)
            .prop_map(move |items| Value::set(object.clone(), items))
            .boxed(),
        Nesting::Map => prop::collection::btree_map("[pq]", one, 0..3)
            .prop_map(move |entries| Value::map(object.clone(), entries))
            .boxed(),
    }
}

fn known(ty: &Type, required: bool) -> BoxedStrategy<Value> {
    let value = match ty {
        Type::Number => (0..3_i64).prop_map(Value::from).boxed(),
        Type::List(_) => {
            "[a-b]{0,2}".prop_map(|t| Value::list(Type::String, vec![Value::string(t)])).boxed()
        }
        Type::Set(_) => {
            (0..3_i64).prop_map(|n| Value::set(Type::Number, vec![Value::from(n)])).boxed()
        }
        Type::Map(_) => {
            any::<bool>().prop_map(|b| Value::map(Type::Bool, [("k", Value::from(b))])).boxed()
        }
        Type::Dynamic | Type::Bool | Type::String | Type::Tuple(_) | Type::Object(_) => {
            "[a-c]{0,2}".prop_map(Value::string).boxed()
        }
    };
    if required {
        return value;
    }
    prop_oneof![Just(Value::null(ty.clone())), value].boxed()
}

/// What a configuration says that led to a recorded object.
fn configured(block: &Block, value: &Value) -> Value {
    let entries = value.entries().unwrap().iter().map(|(name, inner)| {
        let configured = match (block.attributes.get(name), block.blocks.get(name)) {
            (Some(a), _) if a.usage == Usage::Computed => Value::null(a.ty.clone()),
            (Some(_), _) => inner.clone(),
            (None, Some(nested)) => configured_nested(nested, inner),
            (None, None) => unreachable!("every entry is of the schema"),
        };
        (name.clone(), configured)
    });
    Value::object(entries).with_marks(value.marks())
}

fn configured_nested(nested: &NestedBlock, value: &Value) -> Value {
    let object = nested.block.implied_type();
    let one = |value: &Value| configured(&nested.block, value);
    let items = value.items().unwrap_or_default();
    let configured = match nested.nesting {
        _ if value.is_null() => value.clone(),
        Nesting::Single | Nesting::Group => one(value),
        Nesting::List => Value::list(object, items.iter().map(one).collect()),
        Nesting::Set => Value::set(object, items.iter().map(one).collect()),
        Nesting::Map => {
            let entries = value.entries().unwrap();
            Value::map(object, entries.iter().map(|(k, v)| (k.clone(), one(v))))
        }
    };
    configured.with_marks(value.marks())
}

/// Blocks of a set that differ only in what the provider gives have no identity of their own.
fn is_ambiguous(block: &Block, value: &Value) -> bool {
    block.blocks.iter().any(|(name, nested)| {
        let Some(inner) = value.get(name) else { return false };
        let elements: Vec<&Value> = match (inner.items(), inner.entries()) {
            (Some(items), _) => items.iter().collect(),
            (None, Some(entries)) if nested.nesting == Nesting::Map => {
                entries.iter().map(|(_, v)| v).collect()
            }
            (None, Some(_)) => vec![inner],
            (None, None) => vec![],
        };
        let merged = nested.nesting == Nesting::Set && {
            let mut seen: Vec<Value> =
                elements.iter().map(|v| configured(&nested.block, v).unmark_deep().0).collect();
            seen.sort();
            let before = seen.len();
            seen.dedup();
            before != seen.len() || has_provided(&nested.block)
        };
        merged || elements.iter().any(|v| is_ambiguous(&nested.block, v))
    })
}

/// A block of a set may leave out what another one gives, and then either could continue it.
fn has_provided(block: &Block) -> bool {
    block.attributes.values().any(|a| a.usage == Usage::OptionalComputed)
        || block.blocks.values().any(|b| has_provided(&b.block))
}

fn schema_and_object() -> impl Strategy<Value = (Schema, Value)> {
    block(2).prop_flat_map(|block| {
        let value = recorded(&block);
        (Just(Schema { version: 0, block }), value)
    })
}

proptest! {
    #[test]
    fn the_configuration_of_an_object_plans_the_object((schema, value) in schema_and_object()) {
        prop_assume!(!is_ambiguous(&schema.block, &value));
        let desired = configured(&schema.block, &value);
        let proposal = propose(&schema, Some(&value), &desired);
        prop_assert_eq!(&proposal.planned, &value);
        prop_assert!(proposal.replace.is_empty());
    }

    #[test]
    fn a_create_gives_what_is_configured((schema, value) in schema_and_object()) {
        let desired = configured(&schema.block, &value);
        let proposal = propose(&schema, None, &desired);
        prop_assert!(proposal.replace.is_empty());
        for (name, attribute) in &schema.block.attributes {
            let (planned, given) = (proposal.planned.get(name).unwrap(), desired.get(name).unwrap());
            if attribute.is_computed() && given.is_null() {
                prop_assert!(!planned.is_known());
            } else {
                prop_assert_eq!(planned.clone().unmark_deep().0, given.clone().unmark_deep().0);
            }
        }
    }
}
