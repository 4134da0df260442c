//! Why values of one type do not convert to another, in words.

use super::{Safety, possible};
use crate::types::{ObjectType, Type};

/// Returns the reason why a conversion between the types does not exist.
///
/// To be asked only after a conversion has failed; for types that do convert it is misleading.
pub fn mismatch(have: &Type, want: &Type) -> String {
    match (have, want) {
        (Type::Object(have), Type::Object(want)) => objects(have, want),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => {
            "all list elements must have the same type".to_owned()
        }
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => {
            "all set elements must have the same type".to_owned()
        }
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => {
            "all map elements must have the same type".to_owned()
        }
        (Type::Tuple(have), Type::List(want) | Type::Set(want)) => {
            elements(have.iter().enumerate().map(|(index, ty)| (index.to_string(), ty)), want)
        }
        (Type::Object(have), Type::Map(want)) => {
            elements(have.attributes.iter().map(|(name, ty)| (format!("{name:?}"), ty)), want)
        }
        (Type::List(have) | Type::Set(have), Type::List(want)) => {
            format!("incorrect list element type: {}", mismatch(have, want))
        }
        (Type::List(have) | Type::Set(have), Type::Set(want)) => {
            format!("incorrect set element type: {}", mismatch(have, want))
        }
        (Type::Map(have), Type::Map(want)) => {
            format!("incorrect map element type: {}", mismatch(have, want))
        }
        (_, want) => format!("{} required", want.friendly_name_required()),
    }
}

fn elements<'a>(have: impl Iterator<Item = (String, &'a Type)>, want: &Type) -> String {
    for (place, have) in have {
        if !possible(have, want, Safety::Unsafe) {
            return format!("element {place}: {}", mismatch(have, want));
        }
    }
    format!("all elements must be {}", want.friendly_name_required())
}

/// Missing attributes are told first, then one that never converts, then one that may not.
fn objects(have: &ObjectType, want: &ObjectType) -> String {
    let missing: Vec<String> = want
        .attributes
        .keys()
        .filter(|name| !have.attributes.contains_key(name) && !want.optional.contains(*name))
        .map(|name| format!("{name:?}"))
        .collect();
    match missing.split_last() {
        None => {}
        Some((only, [])) => return format!("attribute {only} is required"),
        Some((last, [first])) => return format!("attributes {first} and {last} are required"),
        Some((last, others)) => {
            return format!("attributes {}, and {last} are required", others.join(", "));
        }
    }
    for safety in [Safety::Unsafe, Safety::Safe] {
        for (name, want) in &want.attributes {
            if let Some(have) = have.attributes.get(name)
                && !possible(have, want, safety)
            {
                return format!("attribute {name:?}: {}", mismatch(have, want));
            }
        }
    }
    "incorrect object attributes".to_owned()
}
