//! Sets: `setintersection setproduct setsubtract setunion`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{
        ELEMENTS_MAX, element_of, fail, is_iterable, items, settled_length, tuple_types, unknown,
    },
    lists::too_many,
};
use infra_model::{
    convert::convert,
    types::Type,
    unify::unify_unsafe,
    value::{Marks, Value},
};
use std::collections::BTreeSet;

const fn set(name: &'static str) -> Parameter {
    Parameter::new(name, Shape::Set).dynamic()
}
const FIRST: &[Parameter] = &[set("first_set")];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "setintersection",
        "The elements that all the given sets have.",
        FIRST,
        Body::Typed(setintersection),
    )
    .variadic(set("other_sets"))
    .usually(Shape::Set)
    .depends(common),
    Function::new(
        "setproduct",
        "All combinations of one element of each of the given sets.",
        &[],
        Body::Typed(setproduct),
    )
    .variadic(Parameter::new("sets", Shape::Any).unknown().marked())
    .depends(product_type),
    Function::new(
        "setsubtract",
        "The elements of a set that another one does not have.",
        &[set("a"), set("b")],
        Body::Typed(setsubtract),
    )
    .usually(Shape::Set)
    .depends(common),
    Function::new(
        "setunion",
        "The elements that any of the given sets has.",
        FIRST,
        Body::Typed(setunion),
    )
    .variadic(set("other_sets"))
    .usually(Shape::Set)
    .depends(common),
];

/// Returns the type of sets to which all can be converted.
fn common(arguments: &[Value]) -> Result<Type, FunctionError> {
    let elements: Vec<Type> = arguments
        .iter()
        .filter(|set| !(set.is_empty() && element_of(&set.ty()) == Type::Dynamic))
        .map(|set| element_of(&set.ty()))
        .collect();
    if elements.is_empty() {
        return Ok(Shape::Set.ty());
    }
    unify_unsafe(&elements)
        .map(Type::set)
        .ok_or_else(|| FunctionError::call("given sets must all have compatible element types"))
}

/// Returns the sets as sets of one type.
fn alike(arguments: &[Value], ty: &Type) -> Result<Vec<Value>, FunctionError> {
    let to = |(index, set)| convert(set, ty).map_err(|e| FunctionError::at(index, e.message));
    arguments.iter().enumerate().map(to).collect()
}

fn setunion(arguments: &[Value], ty: &Type) -> Outcome {
    let sets = alike(arguments, ty)?;
    let all = sets.iter().flat_map(|set| items(set).iter().cloned()).collect();
    Ok(Value::set(element_of(ty), all))
}

fn setintersection(arguments: &[Value], ty: &Type) -> Outcome {
    let sets = alike(arguments, ty)?;
    if !sets.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(ty.clone()));
    }
    let mut sets = sets.iter().map(|set| items(set).iter().collect::<BTreeSet<_>>());
    let first = sets.next().unwrap_or_default();
    let rest: Vec<_> = sets.collect();
    let kept = first.into_iter().filter(|item| rest.iter().all(|set| set.contains(item)));
    Ok(Value::set(element_of(ty), kept.cloned().collect()))
}

fn setsubtract(arguments: &[Value], ty: &Type) -> Outcome {
    let sets = alike(arguments, ty)?;
    if !sets.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(ty.clone()));
    }
    let without: BTreeSet<&Value> = items(&sets[1]).iter().collect();
    let kept = items(&sets[0]).iter().filter(|item| !without.contains(item));
    Ok(Value::set(element_of(ty), kept.cloned().collect()))
}

fn product_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.len() < 2 {
        return Err(FunctionError::call("at least two arguments are required"));
    }
    let mut elements = Vec::new();
    let mut ordered = true;
    for (index, argument) in arguments.iter().enumerate() {
        let ty = argument.ty();
        ordered &= !matches!(ty, Type::Set(_));
        elements.push(match tuple_types(&ty) {
            Some([]) => Type::Dynamic,
            Some(types) => unify_unsafe(types)
                .ok_or_else(|| FunctionError::at(index, "all elements must be of the same type"))?,
            None if is_iterable(&ty) => element_of(&ty),
            None => return Err(FunctionError::at(index, "a set or a list is required")),
        });
    }
    let tuple = Type::tuple(elements);
    Ok(if ordered { Type::list(tuple) } else { Type::set(tuple) })
}

/// Returns how many elements a collection has at most, if that can be told.
fn length_max(value: &Value) -> Option<u64> {
    match value.as_unknown() {
        None => Some(value.len()? as u64),
        Some(unknown) => match tuple_types(&unknown.ty) {
            Some(elements) => Some(elements.len() as u64),
            None => unknown.length.high.as_ref().map(|(high, _)| *high),
        },
    }
}

fn setproduct(arguments: &[Value], ty: &Type) -> Outcome {
    let marks = arguments.iter().fold(Marks::NONE, |all, argument| all | argument.marks());
    if arguments.iter().any(|set| !set.is_known() || settled_length(set).is_none()) {
        let most: Option<Vec<u64>> = arguments.iter().map(length_max).collect();
        let is_empty = most.is_some_and(|most| most.contains(&0));
        let tuple = element_of(ty);
        let none = if !is_empty {
            unknown(ty, marks)
        } else if matches!(ty, Type::List(_)) {
            Value::list(tuple, Vec::new())
        } else {
            Value::set(tuple, Vec::new())
        };
        return Ok(none.with_marks(marks));
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(Value::len).collect();
    let total = sizes.iter().try_fold(1usize, |all, size| all.checked_mul(*size));
    let total = if sizes.contains(&0) { Some(0) } else { total };
    match total {
        Some(total) if total <= ELEMENTS_MAX => {}
        _ => return fail(too_many(total.unwrap_or(usize::MAX))),
    }
    let tuple = element_of(ty);
    let Type::Tuple(types) = &tuple else { return Ok(unknown(ty, marks)) };
    let mut rows: Vec<Vec<Value>> = vec![Vec::new(); usize::from(total != Some(0))];
    for (index, (argument, element)) in arguments.iter().zip(types.iter()).enumerate() {
        let column: Result<Vec<Value>, FunctionError> = items(argument)
            .iter()
            .map(|item| convert(item, element).map_err(|e| FunctionError::at(index, e.message)))
            .collect();
        let column = column?;
        let longer = |row: &Vec<Value>| {
            let row = row.clone();
            column.iter().map(move |item| [row.as_slice(), std::slice::from_ref(item)].concat())
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    let rows = rows.into_iter().map(Value::tuple).collect();
    let unordered = matches!(ty, Type::Set(_));
    let product = if unordered { Value::set(tuple, rows) } else { Value::list(tuple, rows) };
    Ok(product.with_marks(marks))
}
