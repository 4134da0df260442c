//! Questions to any collection: `alltrue anytrue coalesce coalescelist contains element index length
//! one`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail, fail_at, is_iterable, is_sequence, items, number, unknown},
};
use infra_model::{
    convert::convert,
    number::Number,
    types::Type,
    unify::unify_unsafe,
    value::{Data, Marks, Value},
};
use unicode_segmentation::UnicodeSegmentation;

const LIST: Parameter = Parameter::new("list", Shape::Any);
const LIST_AND_VALUE: &[Parameter] = &[LIST, Parameter::new("value", Shape::Any)];
const VALS: Parameter = Parameter::new("vals", Shape::Any).null().unknown().dynamic();

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "alltrue",
        "Whether all elements of a list are true; true for an empty one.",
        &[Parameter::new("list", Shape::Bools)],
        Body::Plain(alltrue),
    )
    .returns(Shape::Bool),
    Function::new(
        "anytrue",
        "Whether any element of a list is true; false for an empty one.",
        &[Parameter::new("list", Shape::Bools)],
        Body::Plain(anytrue),
    )
    .returns(Shape::Bool),
    Function::new(
        "coalesce",
        "The first argument that is neither null nor an empty string.",
        &[],
        Body::Typed(coalesce),
    )
    .variadic(VALS)
    .depends(coalesce_type),
    Function::new(
        "coalescelist",
        "The first argument that is not an empty list.",
        &[],
        Body::Typed(coalescelist),
    )
    .variadic(VALS)
    .depends(coalescelist_type),
    Function::new(
        "contains",
        "Whether a list or set has a value among its elements.",
        LIST_AND_VALUE,
        Body::Plain(contains),
    )
    .returns(Shape::Bool),
    Function::new(
        "element",
        "The element of a list at an index, which begins anew after the last one.",
        &[LIST.marked(), Parameter::new("index", Shape::Number)],
        Body::Typed(element),
    )
    .depends(element_type)
    .nullable(),
    Function::new(
        "index",
        "The index at which a value first stands in a list.",
        LIST_AND_VALUE,
        Body::Plain(index),
    )
    .returns(Shape::Number),
    Function::new(
        "length",
        "The number of elements of a collection, or of characters of a string.",
        &[Parameter::new("value", Shape::Any).unknown().dynamic().marked()],
        Body::Plain(length),
    )
    .usually(Shape::Number)
    .depends(length_type),
    Function::new(
        "one",
        "The one element of a list, set or tuple, or null if it is empty.",
        &[LIST.unknown().dynamic().marked()],
        Body::Typed(one),
    )
    .depends(one_type)
    .nullable(),
];

fn alltrue(arguments: &[Value]) -> Outcome {
    for item in items(&arguments[0]) {
        if !item.is_known() {
            return Ok(Value::unknown(Type::Bool));
        }
        if item.as_bool() != Some(true) {
            return Ok(Value::from(false));
        }
    }
    Ok(Value::from(true))
}

fn anytrue(arguments: &[Value]) -> Outcome {
    let list = items(&arguments[0]);
    if list.iter().any(|item| item.as_bool() == Some(true)) {
        return Ok(Value::from(true));
    }
    if list.iter().any(|item| !item.is_known()) {
        return Ok(Value::unknown(Type::Bool));
    }
    Ok(Value::from(false))
}

fn coalesce_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let types: Vec<Type> = arguments.iter().map(Value::ty).collect();
    unify_unsafe(&types).ok_or_else(|| FunctionError::call("all arguments must have the same type"))
}

fn coalesce(arguments: &[Value], ty: &Type) -> Outcome {
    for (index, argument) in arguments.iter().enumerate() {
        let value =
            convert(argument, ty).map_err(|error| FunctionError::at(index, error.message))?;
        if !value.is_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        let empty = value.as_text().is_some_and(|text| text.is_empty());
        if !value.is_null() && !empty {
            return Ok(value);
        }
    }
    fail("no non-null, non-empty-string arguments")
}

fn coalescelist_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.is_empty() {
        return Err(FunctionError::call("at least one argument is required"));
    }
    for argument in arguments {
        // Which argument it will be decides about the type.
        if !argument.is_known() {
            return Ok(Type::Dynamic);
        }
        if !is_sequence(&argument.ty()) {
            return Err(FunctionError::call("coalescelist arguments must be lists or tuples"));
        }
    }
    let first = arguments[0].ty();
    let same = arguments.iter().all(|argument| argument.ty() == first);
    Ok(if same { first } else { Type::Dynamic })
}

fn coalescelist(arguments: &[Value], ty: &Type) -> Outcome {
    for argument in arguments {
        if !argument.is_known() {
            return Ok(Value::unknown(ty.clone()));
        }
        if argument.len().is_some_and(|len| len > 0) {
            return Ok(argument.clone());
        }
    }
    fail("no non-null arguments")
}

fn contains(arguments: &[Value]) -> Outcome {
    if !is_iterable(&arguments[0].ty()) {
        return fail("argument must be list, tuple, or set");
    }
    let mut open = false;
    for item in items(&arguments[0]) {
        match arguments[1].equality(item) {
            Some(true) => return Ok(Value::from(true)),
            Some(false) => {}
            None => open = true,
        }
    }
    Ok(if open { Value::unknown(Type::Bool) } else { Value::from(false) })
}

fn index(arguments: &[Value]) -> Outcome {
    if !is_sequence(&arguments[0].ty()) {
        return fail("argument must be a list or tuple");
    }
    if arguments[0].is_empty() {
        return fail("cannot search an empty list");
    }
    for (at, item) in items(&arguments[0]).iter().enumerate() {
        match item.equality(&arguments[1]) {
            Some(true) => return Ok(Value::number(at)),
            Some(false) => {}
            None => return Ok(Value::unknown(Type::Number)),
        }
    }
    fail("item not found")
}

/// Returns where an index points to that wraps around at both ends.
fn position(index: &Number, len: usize) -> Result<usize, FunctionError> {
    let Some(index) = index.to_i64() else {
        let problem = format!("invalid index: {}", super::arguments::NOT_WHOLE);
        return Err(FunctionError::call(problem));
    };
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let at = index.checked_rem_euclid(len).and_then(|at| usize::try_from(at).ok());
    at.ok_or_else(|| FunctionError::call("cannot use element function with an empty list"))
}

fn element_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    match &ty {
        Type::List(element) => Ok(Type::clone(element)),
        Type::Tuple(_) if !arguments[1].is_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => Ok(types[position(number(arguments, 1), types.len())?].clone()),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Set(_)
        | Type::Map(_)
        | Type::Object(_) => {
            Err(FunctionError::call(format!("cannot read elements from {}", ty.friendly_name())))
        }
    }
}

fn element(arguments: &[Value], _: &Type) -> Outcome {
    let list = items(&arguments[0]);
    let at = position(number(arguments, 1), list.len())?;
    Ok(list[at].clone().with_marks(arguments[0].marks()))
}

/// Looks at the value's form: the type of a whole resource would be built at each call.
fn length_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let value = &arguments[0];
    let has_length = match value.hollow_type() {
        Some(ty) => !matches!(ty, Type::Bool | Type::Number),
        None => value.len().is_some() || value.as_text().is_some(),
    };
    let wrong = "argument must be a string, a collection type, or a structural type";
    if has_length { Ok(Type::Number) } else { Err(FunctionError::call(wrong)) }
}

fn length(arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    let told = match (value.hollow_type(), value.data()) {
        // The type alone tells how many there are.
        (Some(Type::Object(object)), _) => Some(object.attributes.len()),
        (Some(Type::Tuple(types)), _) => Some(types.len()),
        (Some(_), _) => None,
        // Unknown elements of a set may turn out to be equal.
        (None, Data::Set(_)) if !value.is_wholly_known() && value.len() != Some(1) => None,
        (None, Data::String(text)) => Some(text.graphemes(true).count()),
        (None, _) => value.len(),
    };
    Ok(match told {
        Some(length) => Value::number(length).with_marks(value.marks()),
        None => unknown(&Type::Number, value.marks()),
    })
}

const NOT_ONE: &str = "must be a list, set, or tuple value with either zero or one elements";

fn one_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::Dynamic => Ok(Type::Dynamic),
        Type::List(element) | Type::Set(element) => Ok(Type::clone(&element)),
        Type::Tuple(types) => match &*types {
            [] => Ok(Type::Dynamic),
            [only] => Ok(only.clone()),
            _ => Err(FunctionError::at(0, NOT_ONE)),
        },
        Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
            Err(FunctionError::at(0, NOT_ONE))
        }
    }
}

fn one(arguments: &[Value], ty: &Type) -> Outcome {
    let list = &arguments[0];
    let marks: Marks = list.marks();
    let maybe_equal = matches!(list.ty(), Type::Set(_)) && !list.is_wholly_known();
    match list.items() {
        None => Ok(unknown(ty, marks)),
        Some([]) => Ok(Value::null(ty.clone()).with_marks(marks)),
        Some([only]) => Ok(only.clone().with_marks(marks)),
        Some(_) if maybe_equal => Ok(unknown(ty, marks)),
        Some(_) => fail_at(0, NOT_ONE),
    }
}
