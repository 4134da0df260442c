//! Which instance the key behind a name asks for, and the words for one that asks for none.

use crate::{
    evaluate::{Fault, index_of},
    program::memo::{Instances, Shape},
};
use infra_model::{
    address::InstanceKey, convert::convert, number::Number, text::Text, types::Type, value::Value,
};

/// What a key asks for.
pub(super) enum Wanted {
    Key(InstanceKey),
    Unknown,
}

/// Returns the instance key that a value stands for.
pub(super) fn instance_key(shape: Shape, key: &Value) -> Result<Wanted, Fault> {
    let (key, _) = key.clone().unmark();
    let (ty, sample) = match shape {
        Shape::Count => (Type::Number, Value::tuple(Vec::new())),
        Shape::Each | Shape::Single | Shape::Off | Shape::Failed => {
            (Type::String, Value::object(Vec::<(Text, Value)>::new()))
        }
        Shape::Unknown => {
            return Ok(match (key.as_text(), key.as_number().and_then(Number::to_u64)) {
                (Some(name), _) => Wanted::Key(InstanceKey::Name(name.clone())),
                (None, Some(index)) => Wanted::Key(InstanceKey::Index(index)),
                (None, None) => Wanted::Unknown,
            });
        }
    };
    match convert(&key, &ty) {
        Ok(value) if !value.is_known() => Ok(Wanted::Unknown),
        Ok(value) => match (value.as_text(), value.as_number().map(Number::to_u64)) {
            (Some(name), _) => Ok(Wanted::Key(InstanceKey::Name(name.clone()))),
            (None, Some(Some(index))) => Ok(Wanted::Key(InstanceKey::Index(index))),
            _ => Err(index_of(&sample, &value).err().unwrap_or_else(no_element)),
        },
        // The rules for keys of values have the words for every wrong key.
        Err(_) => Err(index_of(&sample, &key).err().unwrap_or_else(no_element)),
    }
}

fn no_element() -> Fault {
    let detail = "The given key does not identify an element in this collection value.";
    Fault::new("infra::lang::index_invalid", "Invalid index", detail)
}

/// How many keys are named where a wrong one was given.
const KEYS_SHOWN_MAX: usize = 10;

/// Says that no instance has a key, and which there are.
pub(super) fn missing_key(instances: &Instances) -> Fault {
    if instances.shape != Shape::Count {
        let keys = instances.keys.iter().take(KEYS_SHOWN_MAX).map(|key| format!("`{key}`"));
        let keys: Vec<String> = keys.collect();
        let more = match instances.keys.len().saturating_sub(keys.len()) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let help = match keys.as_slice() {
            [] => "there are no instances: `for_each` is empty".to_owned(),
            keys => format!("the keys are {}{more}", keys.join(", ")),
        };
        return no_element().help(help);
    }
    let reason = if instances.keys.is_empty() {
        "the collection has no elements"
    } else {
        "the given index is greater than or equal to the length of the collection"
    };
    let detail =
        format!("The given key does not identify an element in this collection value: {reason}.");
    Fault::new("infra::lang::index_invalid", "Invalid index", detail)
}
