//! Why the branches of a conditional have no common type, in words.

use infra_model::{types::Type, unify::unify_unsafe};

/// Returns a clause on the first difference that matters.
pub(super) fn describe(yes: &Type, no: &Type) -> String {
    match (yes, no) {
        (Type::Object(a), Type::Object(b)) => {
            if let Some(name) = a.attributes.keys().find(|name| !b.attributes.contains_key(name)) {
                return absent(name, ("true", "false"));
            }
            if let Some(name) = b.attributes.keys().find(|name| !a.attributes.contains_key(name)) {
                return absent(name, ("false", "true"));
            }
            for (name, inner) in &a.attributes {
                if let Some(other) = b.attributes.get(name)
                    && !unifies(inner, other)
                {
                    return format!(
                        "Type mismatch for object attribute {name:?}: {}",
                        describe(inner, other)
                    );
                }
            }
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            if a.len() != b.len() {
                return format!(
                    "The 'true' tuple has length {}, but the 'false' tuple has length {}",
                    a.len(),
                    b.len()
                );
            }
            let differs = |(_, (x, y)): &(usize, (&Type, &Type))| !unifies(x, y);
            if let Some((at, (x, y))) = a.iter().zip(b.iter()).enumerate().find(differs) {
                return format!("Type mismatch for tuple element {at}: {}", describe(x, y));
            }
        }
        (Type::List(a), Type::List(b)) if !unifies(a, b) => {
            return format!("Mismatched list element types: {}", describe(a, b));
        }
        (Type::Set(a), Type::Set(b)) if !unifies(a, b) => {
            return format!("Mismatched set element types: {}", describe(a, b));
        }
        (Type::Map(a), Type::Map(b)) if !unifies(a, b) => {
            return format!("Mismatched map element types: {}", describe(a, b));
        }
        _ => {}
    }
    let (a, b) = (yes.friendly_name(), no.friendly_name());
    if a == b {
        return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value".into();
    }
    format!("The 'true' value is {a}, but the 'false' value is {b}")
}

fn absent(name: &str, (here, there): (&str, &str)) -> String {
    format!(
        "The '{here}' value includes object attribute {name:?}, which is absent in the '{there}' value"
    )
}

fn unifies(a: &Type, b: &Type) -> bool {
    unify_unsafe(&[a.clone(), b.clone()]).is_some()
}
