//! Common types of lists, sets, maps, tuples and objects among themselves.

use super::{Common, common};
use crate::{
    convert::{Safety, possible},
    types::Type,
};

/// Returns the common type of several of one kind, none of them dynamic or primitive.
pub(super) fn same_kind(types: &[&Type], safety: Safety) -> Option<Type> {
    match types.first()? {
        Type::Object(_) => objects(types, safety),
        Type::Tuple(_) => tuples(types, safety),
        Type::List(_) => collections(types, Type::list, safety),
        Type::Set(_) => collections(types, Type::set, safety),
        Type::Map(_) => collections(types, Type::map, safety),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => None,
    }
}

/// Returns the common type with the tuples, or the objects, among the types made collections first.
///
/// Literals often stand for lists and maps without being typed as such.
pub(super) fn as_collections(
    types: &[&Type],
    collect: fn(&[&Type], Safety) -> Option<Type>,
    safety: Safety,
) -> Option<Common> {
    let literals: Vec<&Type> =
        types.iter().copied().filter(|ty| ty.member_types().is_some()).collect();
    let collected = collect(&literals, safety)?;
    let replaced: Vec<&Type> =
        types.iter().map(|ty| if ty.member_types().is_some() { &collected } else { *ty }).collect();
    // A dynamic result is no collection: the caller goes on with the types as they are.
    match common(&replaced, safety)? {
        Common::Type(ty) if ty.is_collection() => Some(Common::Type(ty)),
        Common::Type(_) | Common::Undecided => None,
    }
}

/// Returns the map type that takes all attributes of all these objects.
pub(super) fn to_map(types: &[&Type], safety: Safety) -> Option<Type> {
    collected(types, Type::map, safety)
}

/// Returns the list type that takes all elements of all these tuples.
pub(super) fn to_list(types: &[&Type], safety: Safety) -> Option<Type> {
    collected(types, Type::list, safety)
}

fn collected(types: &[&Type], kind: fn(Type) -> Type, safety: Safety) -> Option<Type> {
    let members: Vec<&Type> = types.iter().filter_map(|ty| ty.member_types()).flatten().collect();
    all_become(types, kind(common(&members, safety)?.into_type()), safety)
}

fn collections(types: &[&Type], kind: fn(Type) -> Type, safety: Safety) -> Option<Type> {
    let elements: Vec<&Type> = types.iter().filter_map(|ty| ty.element()).collect();
    all_become(types, kind(common(&elements, safety)?.into_type()), safety)
}

/// Objects of the same attributes unify attribute by attribute, others become maps.
fn objects(types: &[&Type], safety: Safety) -> Option<Type> {
    let objects: Vec<_> = types
        .iter()
        .filter_map(|ty| if let Type::Object(object) = ty { Some(object) } else { None })
        .collect();
    let (first, others) = objects.split_first()?;
    if !others.iter().all(|other| other.attributes.keys().eq(first.attributes.keys())) {
        return to_map(types, safety);
    }
    let mut unified = Vec::with_capacity(first.attributes.len());
    for name in first.attributes.keys() {
        let across: Vec<&Type> =
            objects.iter().filter_map(|object| object.attributes.get(name)).collect();
        // What does not unify alone does not unify with more either: no map is tried.
        unified.push((name.clone(), common(&across, safety)?.into_type()));
    }
    all_become(types, Type::object(unified), safety).or_else(|| to_map(types, safety))
}

/// Tuples of the same length unify element by element, others become lists.
fn tuples(types: &[&Type], safety: Safety) -> Option<Type> {
    let tuples: Vec<_> = types
        .iter()
        .filter_map(|ty| if let Type::Tuple(elements) = ty { Some(elements) } else { None })
        .collect();
    let (first, others) = tuples.split_first()?;
    if others.iter().any(|other| other.len() != first.len()) {
        return to_list(types, safety);
    }
    let mut unified = Vec::with_capacity(first.len());
    for index in 0..first.len() {
        let across: Vec<&Type> = tuples.iter().filter_map(|tuple| tuple.get(index)).collect();
        unified.push(common(&across, safety)?.into_type());
    }
    all_become(types, Type::tuple(unified), safety).or_else(|| to_list(types, safety))
}

fn all_become(types: &[&Type], want: Type, safety: Safety) -> Option<Type> {
    types.iter().all(|have| **have == want || possible(have, &want, safety)).then_some(want)
}
