//! Conversions: what the terraform binary does with variables of these types, and laws.

mod defaults;
mod laws;
mod marks_and_unknowns;
mod table;

use crate::{
    types::{ObjectType, Type},
    value::{Value, json::from_json_text},
};
use std::sync::Arc;

fn json(text: &str) -> Value {
    from_json_text(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn object<const N: usize>(attributes: [(&str, Type); N]) -> Type {
    Type::object(attributes)
}

/// An object type of which all attributes are optional.
fn optional<const N: usize>(attributes: [(&str, Type); N]) -> Type {
    Type::Object(Arc::new(ObjectType {
        optional: attributes.iter().map(|(name, _)| (*name).into()).collect(),
        attributes: attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect(),
    }))
}
