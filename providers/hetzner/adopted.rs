//! What Terraform's provider recorded, as this one would have: where nothing was given, the older kit
//! of Terraform wrote empty texts, empty maps and zeros.

use infra_model::{
    number::Number,
    schema::{Attribute, Block, Usage},
    text::Text,
    types::Type,
    value::Value,
};

/// Returns a recorded value with null where nothing was given, and defaults that it does not know.
pub(crate) fn value(block: &Block, recorded: &Value) -> Value {
    let Some(entries) = recorded.entries() else { return recorded.clone() };
    let entry = |(name, value): &(Text, Value)| {
        let kept = match (block.attributes.get(name), block.blocks.get(name)) {
            (Some(attribute), _) => attributed(attribute, value),
            (None, Some(nested)) => blocks(&nested.block, value),
            (None, None) => value.clone(),
        };
        (name.clone(), kept)
    };
    Value::object(entries.iter().map(entry)).with_marks(recorded.marks())
}

fn attributed(attribute: &Attribute, value: &Value) -> Value {
    match &attribute.default {
        Some(default) if value.is_null() => default.clone(),
        None if attribute.usage == Usage::Optional && is_left_out(attribute, value) => {
            Value::null(attribute.ty.clone())
        }
        _ => value.clone(),
    }
}

/// A flag that has no effect any more is written as `false` by everybody who does not give it.
fn is_left_out(attribute: &Attribute, value: &Value) -> bool {
    is_nothing(value) || (attribute.deprecated.is_some() && value.as_bool() == Some(false))
}

fn blocks(block: &Block, all: &Value) -> Value {
    let Some(items) = all.items().filter(|items| !items.is_empty()) else { return all.clone() };
    let inner = items.iter().map(|item| value(block, item));
    let ty = block.implied_type();
    let is_set = matches!(all.ty(), Type::Set(_));
    let kept =
        if is_set { Value::set(ty, inner.collect()) } else { Value::list(ty, inner.collect()) };
    kept.with_marks(all.marks())
}

fn is_nothing(value: &Value) -> bool {
    value.as_text().is_some_and(|text| text.is_empty())
        || value.as_number().is_some_and(|number| *number == Number::from(0_i64))
        || value.items().is_some_and(<[Value]>::is_empty)
        || value.entries().is_some_and(<[(Text, Value)]>::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemas::{labels, number, off, on, required, set_of, text, text_or_given};

    #[test]
    fn what_was_not_given_is_null_and_all_else_stays() {
        let inner = Block::of([("subnet", text()), ("ip", text_or_given())]);
        let block = Block::of([
            ("name", required()),
            ("labels", labels()),
            ("group", number()),
            ("mode", text().default("replace")),
            ("keep", off()),
            ("given", text_or_given()),
            ("flag", on()),
        ])
        .with([("network", set_of(inner))]);
        let net = |subnet: Value| Value::object([("subnet", subnet), ("ip", Value::from(""))]);
        let nets = |net: Value| Value::set(net.ty(), vec![net]);
        let recorded = |labels: Value, group: Value, mode: Value, subnet: Value| {
            Value::object([
                ("name", Value::from("")),
                ("labels", labels),
                ("group", group),
                ("mode", mode),
                ("keep", Value::from(false)),
                ("given", Value::from("")),
                ("flag", Value::from(false)),
                ("network", nets(net(subnet))),
            ])
        };
        let none = Value::map(Type::String, [] as [(Text, Value); 0]);
        let null = |ty: Type| Value::null(ty);
        let theirs = recorded(none, Value::from(0_i64), null(Type::String), Value::from(""));
        let ours = recorded(
            null(Type::map(Type::String)),
            null(Type::Number),
            Value::from("replace"),
            null(Type::String),
        );
        assert_eq!(value(&block, &theirs), ours);
        assert_eq!(value(&block, &ours), ours);
    }
}
