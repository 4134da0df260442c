//! The value that a create or update sends: what was planned, with all that has become known.
//!
//! Planned values may be unknown where the configuration was unknown when they were made; by the
//! time of the call the desired value is known. What stays unknown is for the provider to decide.

use infra_model::{
    ask::Call,
    kind::{Facts, Kind},
    schema::{Block, NestedBlock, Nesting},
    text::Text,
    value::Value,
};

/// Returns the value to send for a create or update; unknown where the provider decides.
///
/// Write-only attributes, which planned values never hold, come from the desired value.
pub fn settle(kind: &dyn Kind, call: &Call) -> Value {
    let prior = call.prior.as_ref().map(|object| &object.value);
    let planned = if call.planned.is_null() || is_behind(&call.planned, &call.desired) {
        kind.planned(prior, &call.desired, &Facts::new()).planned
    } else {
        call.planned.clone()
    };
    if has_write_only(&kind.schema().block) {
        return add_write_only(&kind.schema().block, &planned, &call.desired);
    }
    planned
}

/// Returns a value with null in place of everything that is not known.
pub fn known_or_null(value: &Value) -> Value {
    if value.is_wholly_known() {
        return value.clone();
    }
    rebuild(value, &mut |unknown| Value::null(unknown.ty()))
}

/// Returns whether something is unknown that the desired value gives.
fn is_behind(planned: &Value, desired: &Value) -> bool {
    if planned.is_wholly_known() || desired.is_null() {
        return false;
    }
    if !planned.is_known() {
        return true;
    }
    if let (Some(planned), Some(desired)) = (planned.entries(), desired.entries()) {
        return planned.len() != desired.len()
            || planned.iter().zip(desired).any(|(p, d)| p.0 != d.0 || is_behind(&p.1, &d.1));
    }
    // Elements of sets have no place by which the two could be compared.
    matches!(planned.ty(), infra_model::types::Type::Set(_))
        || match (planned.items(), desired.items()) {
            (Some(planned), Some(desired)) => {
                planned.len() != desired.len()
                    || planned.iter().zip(desired).any(|(p, d)| is_behind(p, d))
            }
            _ => true,
        }
}

fn has_write_only(block: &Block) -> bool {
    block.attributes.values().any(|a| a.write_only)
        || block.blocks.values().any(|b| has_write_only(&b.block))
}

fn add_write_only(block: &Block, planned: &Value, desired: &Value) -> Value {
    let Some(entries) = planned.entries() else { return planned.clone() };
    let added = entries.iter().map(|(name, value)| {
        let wanted = desired.get(name);
        let sent = match (block.attributes.get(name), block.blocks.get(name), wanted) {
            (Some(attribute), _, Some(wanted)) if attribute.write_only => wanted.clone(),
            (_, Some(nested), Some(wanted)) => add_nested(nested, value, wanted),
            _ => value.clone(),
        };
        (name.clone(), sent)
    });
    Value::object(added).with_marks(planned.marks())
}

fn add_nested(nested: &NestedBlock, planned: &Value, desired: &Value) -> Value {
    let object = nested.block.implied_type();
    let add = |planned: &Value, desired: Option<&Value>| match desired {
        Some(desired) => add_write_only(&nested.block, planned, desired),
        None => planned.clone(),
    };
    let value = match (nested.nesting, planned.items(), planned.entries()) {
        (Nesting::Single | Nesting::Group, _, Some(_)) => return add(planned, Some(desired)),
        (Nesting::List, Some(items), _) => {
            let wanted = desired.items().unwrap_or_default();
            let sent = items.iter().enumerate().map(|(i, item)| add(item, wanted.get(i)));
            Value::list(object, sent.collect())
        }
        (Nesting::Map, _, Some(entries)) => {
            Value::map(object, entries.iter().map(|(k, v)| (k.clone(), add(v, desired.get(k)))))
        }
        // A write-only attribute in a set has no block to belong to.
        _ => return planned.clone(),
    };
    value.with_marks(planned.marks())
}

/// Rebuilds a value with other values in place of the unknown ones.
fn rebuild(value: &Value, fill: &mut impl FnMut(&Value) -> Value) -> Value {
    use infra_model::types::Type;
    if value.is_wholly_known() {
        return value.clone();
    }
    if !value.is_known() {
        return fill(value).with_marks(value.marks());
    }
    let mut entries = Vec::new();
    for (name, inner) in value.entries().unwrap_or_default() {
        entries.push((Text::clone(name), rebuild(inner, fill)));
    }
    let items: Vec<Value> =
        value.items().unwrap_or_default().iter().map(|item| rebuild(item, fill)).collect();
    let rebuilt = match value.ty() {
        Type::List(element) => Value::list((*element).clone(), items),
        Type::Set(element) => Value::set((*element).clone(), items),
        Type::Map(element) => Value::map((*element).clone(), entries),
        Type::Tuple(_) => Value::tuple(items),
        Type::Object(_) => Value::object(entries),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => return value.clone(),
    };
    rebuilt.with_marks(value.marks())
}
