//! What is known of a converted value that is null or unknown: its type, and some refinements.

use crate::{
    types::{ObjectType, Type},
    unify::unify_unsafe,
    value::{Range, Unknown, Value},
};
use std::{collections::BTreeSet, sync::Arc};

/// Returns null converted from one type to another.
pub(super) fn null(have: &Type, want: &Type) -> Value {
    Value::null(replace_dynamic(have, &want.without_optional()))
}

/// Returns an unknown value converted to another type.
///
/// Not being null and the number of elements survive; a prefix or a range of numbers does not,
/// because only a change of the type leads here.
pub(super) fn unknown(have: &Unknown, want: &Type) -> Value {
    let ty = replace_dynamic(&have.ty, &want.without_optional());
    let length = length(have, &ty);
    Unknown { not_null: have.not_null, length, ..Unknown::of(ty) }.into()
}

fn length(have: &Unknown, want: &Type) -> Range<u64> {
    let between = |low: u64, high: u64| Range {
        low: (low > 0).then_some((low, true)),
        high: Some((high, true)),
    };
    match (&have.ty, want) {
        (Type::Object(object), Type::Map(_)) => {
            let count = object.attributes.len() as u64;
            between(count, count)
        }
        (Type::Tuple(elements), Type::List(_)) => {
            let count = elements.len() as u64;
            between(count, count)
        }
        // Equal elements become one, but never none.
        (Type::Tuple(elements), Type::Set(_)) => {
            let count = elements.len() as u64;
            between(count.min(1), count)
        }
        (from, Type::Set(_)) if from.is_collection() => Range {
            low: have.length.low.filter(|(low, _)| *low > 0).map(|_| (1, true)),
            high: have.length.high,
        },
        (from, to) if from.is_collection() && to.is_collection() => have.length.clone(),
        _ => Range::default(),
    }
}

/// Returns `want` with its dynamic parts replaced by what stands there in `have`, where that can
/// be told.
fn replace_dynamic(have: &Type, want: &Type) -> Type {
    if *have == Type::Dynamic || !want.has_dynamic() {
        return want.clone();
    }
    match (want, have) {
        (Type::Dynamic, have) => have.clone(),
        (Type::List(want), have) => Type::list(replace_element(have, want)),
        (Type::Set(want), have) => Type::set(replace_element(have, want)),
        (Type::Map(want), have) => Type::map(replace_element(have, want)),
        (Type::Tuple(want), Type::Tuple(have)) => Type::tuple(
            want.iter().zip(have.iter()).map(|(want, have)| replace_dynamic(have, want)),
        ),
        (Type::Object(want), have) => Type::Object(Arc::new(ObjectType {
            attributes: want
                .attributes
                .iter()
                .map(|(name, want)| {
                    let have = if let Type::Object(object) = have {
                        object.attributes.get(name)
                    } else {
                        have.element()
                    };
                    (name.clone(), have.map_or_else(|| want.clone(), |h| replace_dynamic(h, want)))
                })
                .collect(),
            optional: BTreeSet::new(),
        })),
        (want, _) => want.clone(),
    }
}

fn replace_element(have: &Type, want: &Type) -> Type {
    let element = match have.member_types() {
        Some(members) => unify_unsafe(&members.into_iter().cloned().collect::<Vec<_>>()),
        None => have.element().cloned(),
    };
    element.map_or_else(|| want.clone(), |have| replace_dynamic(&have, want))
}

/// Returns a list of which not even the length is known.
pub(super) fn unknown_list_of(have: &Type, want: &Type) -> Value {
    Value::unknown(Type::list(replace_dynamic(have, &want.without_optional())))
}
