//! Whether a conversion between two types exists, values aside.

use crate::{
    types::{ObjectType, Type},
    unify::common,
};
use std::sync::Arc;

/// Which conversions count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Only those that succeed for every value: a number to a string.
    Safe,
    /// Also those that fail for some values: a string to a number, a map to an object.
    Unsafe,
}

/// Returns whether values of one type convert to another, at least some of them if `Unsafe`.
pub fn possible(have: &Type, want: &Type, safety: Safety) -> bool {
    let is_unsafe = safety == Safety::Unsafe;
    match (have, want) {
        (_, Type::Dynamic) => true,
        (Type::Dynamic, _) => is_unsafe,
        (Type::Bool | Type::Number | Type::String, Type::Bool | Type::Number | Type::String) => {
            have == want || *want == Type::String || is_unsafe && *have == Type::String
        }
        (Type::List(have), Type::Set(want)) => is_unsafe && possible(have, want, safety),
        (Type::List(have) | Type::Set(have), Type::List(want))
        | (Type::Set(have), Type::Set(want))
        | (Type::Map(have), Type::Map(want)) => {
            Arc::ptr_eq(have, want) || possible(have, want, safety)
        }
        (Type::Tuple(have), Type::List(want) | Type::Set(want)) => {
            let have: Vec<&Type> = have.iter().collect();
            element_of_tuple(&have, want, safety).is_some()
        }
        (Type::Tuple(have), Type::Tuple(want)) => {
            have.len() == want.len()
                && have.iter().zip(want.iter()).all(|(h, w)| possible(h, w, safety))
        }
        (Type::Object(have), Type::Map(want)) => {
            let have: Vec<&Type> = have.attributes.values().collect();
            element_of_object(&have, want, safety).is_some()
        }
        (Type::Object(have), Type::Object(want)) => {
            want.attributes.iter().all(|(name, want_type)| match have.attributes.get(name) {
                Some(have) => possible(have, want_type, safety),
                None => want.optional.contains(name),
            })
        }
        (Type::Map(have), Type::Object(want)) => is_unsafe && map_to_object(have, want),
        _ => false,
    }
}

/// A map may lack the keys of optional attributes, which then need not fit its elements.
fn map_to_object(element: &Type, want: &ObjectType) -> bool {
    want.attributes.iter().all(|(name, attribute)| {
        want.optional.contains(name) || possible(element, attribute, Safety::Unsafe)
    })
}

/// Returns the element type that a tuple of these gets as a list or set of `want`.
///
/// A dynamic one is found by unification, and is dynamic only if all are: then they are nulls.
pub(super) fn element_of_tuple(have: &[&Type], want: &Type, safety: Safety) -> Option<Type> {
    let element = element_of_object(have, want, safety)?;
    let mixed = element == Type::Dynamic && have.iter().any(|have| **have != Type::Dynamic);
    (!mixed).then_some(element)
}

/// Returns the element type that an object of these gets as a map of `want`.
pub(super) fn element_of_object(have: &[&Type], want: &Type, safety: Safety) -> Option<Type> {
    if have.is_empty() {
        return Some(want.clone());
    }
    let element =
        if *want == Type::Dynamic { common(have, safety)?.into_type() } else { want.clone() };
    have.iter().all(|have| possible(have, &element, safety)).then_some(element)
}
