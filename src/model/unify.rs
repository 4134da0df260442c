//! The common type of several: what a list of them, or a choice between them, can be.
//!
//! Objects with other attributes become maps, tuples of other lengths lists, a list or tuple next to
//! a set a set, numbers and bools next to strings strings; a dynamic part waits for the others.
//! Nothing here looks at values, save [`unify_values`].
//!
//! The type of a conditional is [`unify_unsafe`] of the types of both branches, after the rules of
//! the evaluator for a branch that is an untyped null: it takes the type of the other branch.

mod prefer;
mod structure;
#[cfg(test)]
mod tests;

use crate::{
    convert::{Safety, convert, possible},
    types::Type,
    value::Value,
};

/// Returns the type to which all of these convert without a chance of failure.
pub fn unify(types: &[Type]) -> Option<Type> {
    common(&types.iter().collect::<Vec<_>>(), Safety::Safe).map(Common::into_type)
}

/// Returns the type to which all of these convert, where a conversion may fail for some values.
///
/// This is what the language uses: conditionals, element types of `tolist([...])`, functions.
///
/// [`Type::Dynamic`] as the result for types that are not all dynamic means that the common type
/// cannot be told before all types are known: the values are then wholly unknown.
pub fn unify_unsafe(types: &[Type]) -> Option<Type> {
    common(&types.iter().collect::<Vec<_>>(), Safety::Unsafe).map(Common::into_type)
}

/// Returns values converted to their common type, and that type.
///
/// All are wholly unknown if the common type cannot be told yet.
/// `None` if there is no common type, or if a value does not convert to it.
pub fn unify_values(values: &[Value]) -> Option<(Type, Vec<Value>)> {
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    match common(&types.iter().collect::<Vec<_>>(), Safety::Unsafe)? {
        Common::Undecided => {
            let unknown = |value: &Value| Value::unknown(Type::Dynamic).with_marks(value.marks());
            Some((Type::Dynamic, values.iter().map(unknown).collect()))
        }
        Common::Type(ty) => {
            let converted: Result<Vec<Value>, _> =
                values.iter().map(|value| convert(value, &ty)).collect();
            Some((ty, converted.ok()?))
        }
    }
}

/// The outcome of a unification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Common {
    /// The type to convert to.
    Type(Type),
    /// Some types are not known yet, and on them depends what the others become.
    Undecided,
}

impl Common {
    pub(crate) fn into_type(self) -> Type {
        match self {
            Self::Type(ty) => ty,
            Self::Undecided => Type::Dynamic,
        }
    }
}

/// How many of the types are of each kind.
#[derive(Default)]
struct Census {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamics: usize,
}

impl Census {
    fn of(types: &[&Type]) -> Self {
        let mut census = Self::default();
        for ty in types {
            match ty {
                Type::Map(_) => census.maps += 1,
                Type::List(_) => census.lists += 1,
                Type::Set(_) => census.sets += 1,
                Type::Object(_) => census.objects += 1,
                Type::Tuple(_) => census.tuples += 1,
                Type::Dynamic => census.dynamics += 1,
                Type::Bool | Type::Number | Type::String => {}
            }
        }
        census
    }
}

/// Returns the common type of at least one.
pub(crate) fn common(types: &[&Type], safety: Safety) -> Option<Common> {
    let types = distinct(types);
    let (first, others) = types.split_first()?;
    if others.is_empty() {
        return Some(Common::Type((*first).clone()));
    }
    let all = types.len();
    let census = Census::of(&types);
    let Census { maps, lists, sets, objects, tuples, dynamics } = census;
    let only = |kind: usize| kind > 0 && kind + dynamics == all;
    if only(maps) || only(lists) || only(sets) || only(objects) || only(tuples) {
        return if dynamics > 0 {
            Some(Common::Undecided)
        } else {
            structure::same_kind(&types, safety).map(Common::Type)
        };
    }
    if maps > 0 && maps + objects + dynamics == all {
        if let Some(decided) = structure::as_collections(&types, structure::to_map, safety) {
            return Some(decided);
        }
    } else if lists > 0 && lists + tuples + dynamics == all {
        if let Some(decided) = structure::as_collections(&types, structure::to_list, safety) {
            return Some(decided);
        }
    } else if objects > 0 && tuples > 0 {
        return None;
    }
    one_of(&types, safety).map(Common::Type)
}

/// Returns the most general of the types to which all others convert.
fn one_of(types: &[&Type], safety: Safety) -> Option<Type> {
    let suits =
        |want: &Type| types.iter().all(|have| *have == want || possible(have, want, safety));
    prefer::order(types).into_iter().map(|at| types[at]).find(|want| suits(want)).cloned()
}

/// Returns each type once, in the order of first appearance.
fn distinct<'a>(types: &[&'a Type]) -> Vec<&'a Type> {
    let mut found: Vec<&Type> = Vec::new();
    for ty in types {
        if !found.contains(ty) {
            found.push(ty);
        }
    }
    found
}
