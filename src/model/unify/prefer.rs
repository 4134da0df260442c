//! Which of several types is tried first as the common one: the more general before the others.

use crate::types::Type;
use std::cmp::Ordering;

/// Returns the places of the types, the more general first, else in the order given.
///
/// It is a topological order over [`generality`]; types in a cycle, which cannot be ordered, are
/// left out but for the first type, so that they are not tried.
pub(super) fn order(types: &[&Type]) -> Vec<usize> {
    let mut less_general: Vec<Vec<usize>> = vec![Vec::new(); types.len()];
    let mut more_general_count = vec![0usize; types.len()];
    for i in 0..types.len() {
        for j in i + 1..types.len() {
            match generality(types[i], types[j]) {
                Ordering::Less => {
                    less_general[i].push(j);
                    more_general_count[j] += 1;
                }
                Ordering::Greater => {
                    less_general[j].push(i);
                    more_general_count[i] += 1;
                }
                Ordering::Equal => {}
            }
        }
    }
    let mut ordered: Vec<usize> =
        (0..types.len()).filter(|i| more_general_count[*i] == 0).collect();
    let mut next = 0;
    while let Some(at) = ordered.get(next).copied() {
        next += 1;
        for other in &less_general[at] {
            more_general_count[*other] -= 1;
            if more_general_count[*other] == 0 {
                ordered.push(*other);
            }
        }
    }
    if ordered.len() < types.len() && !ordered.contains(&0) {
        ordered.push(0);
    }
    ordered
}

/// Compares by preference: `Less` is the more general type, `Equal` says nothing.
fn generality(a: &Type, b: &Type) -> Ordering {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => Ordering::Equal,
        // Anything converts to a dynamic type, which is why it is the last resort.
        (_, Type::Dynamic)
        | (Type::String, Type::Bool | Type::Number)
        | (Type::List(_), Type::Tuple(_) | Type::Set(_))
        | (Type::Tuple(_), Type::Set(_))
        | (Type::Map(_), Type::Object(_)) => Ordering::Less,
        (Type::Dynamic, _)
        | (Type::Bool | Type::Number, Type::String)
        | (Type::Tuple(_) | Type::Set(_), Type::List(_))
        | (Type::Set(_), Type::Tuple(_))
        | (Type::Object(_), Type::Map(_)) => Ordering::Greater,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => generality(a, b),
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => members(a.iter().zip(b.iter())),
        (Type::Object(a), Type::Object(b)) if a.attributes.keys().eq(b.attributes.keys()) => {
            members(a.attributes.values().zip(b.attributes.values()))
        }
        _ => Ordering::Equal,
    }
}

/// One structure is more general if some members are and none is less.
fn members<'a>(pairs: impl Iterator<Item = (&'a Type, &'a Type)>) -> Ordering {
    let mut all = Ordering::Equal;
    for (a, b) in pairs {
        let one = generality(a, b);
        if all != Ordering::Equal && one != Ordering::Equal && all != one {
            return Ordering::Equal;
        }
        all = all.then(one);
    }
    all
}
