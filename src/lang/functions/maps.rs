//! Maps and objects: `keys lookup matchkeys merge transpose values zipmap`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{
        attribute_types, element_of, fail, is_sequence, items, map_element, quoted_or_hidden,
        sequence, strings, text, tuple_types, unknown,
    },
};
use infra_model::{
    convert::convert,
    text::Text,
    types::{Attributes, Type},
    unify::unify_unsafe,
    value::{Marks, Value},
};
use std::collections::BTreeMap;

const INPUT_MAP: Parameter = Parameter::new("inputMap", Shape::Any).marked();

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "keys",
        "The keys of a map, in order.",
        &[INPUT_MAP.unknown()],
        Body::Typed(keys),
    )
    .depends(keys_type),
    Function::new(
        "lookup",
        "The element of a map at a key, or a default where it has none.",
        &[INPUT_MAP, Parameter::new("key", Shape::String).marked()],
        Body::Typed(lookup),
    )
    .variadic(Parameter::new("default", Shape::Any).null().unknown().dynamic().marked())
    .depends(lookup_type)
    .nullable(),
    Function::new(
        "map",
        "Gone from the language: tomap makes maps.",
        &[],
        Body::Plain(|_| fail(MAP_GONE)),
    )
    .variadic(Parameter::new("vals", Shape::Any).null().unknown().dynamic())
    .returns(Shape::Map),
    Function::new(
        "matchkeys",
        "The elements of a list at whose places another list has one of the wanted values.",
        &[
            Parameter::new("values", Shape::List),
            Parameter::new("keys", Shape::List),
            Parameter::new("searchset", Shape::List),
        ],
        Body::Typed(matchkeys),
    )
    .usually(Shape::List)
    .depends(matchkeys_type),
    Function::new(
        "merge",
        "Maps or objects put together; of equal keys the last one counts.",
        &[],
        Body::Typed(merge),
    )
    .variadic(Parameter::new("maps", Shape::Any).null().dynamic().marked())
    .depends(merge_type),
    Function::new(
        "transpose",
        "A map of lists of strings with keys and elements swapped.",
        &[Parameter::new("values", Shape::StringsByKey)],
        Body::Plain(transpose),
    )
    .returns(Shape::StringsByKey),
    Function::new(
        "values",
        "The values of a map, in the order of their keys.",
        &[Parameter::new("mapping", Shape::Any).marked()],
        Body::Typed(values),
    )
    .depends(values_type),
    Function::new(
        "zipmap",
        "A map from a list of keys and a list of values.",
        &[
            Parameter::new("keys", Shape::Strings).marked(),
            Parameter::new("values", Shape::Any).marked(),
        ],
        Body::Typed(zipmap),
    )
    .depends(zipmap_type),
];

const MAP_GONE: &str = "the \"map\" function was deprecated in Terraform v0.12 and is no longer \
                        available; use tomap({ ... }) syntax to write a literal map";

fn keys_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    if let Some(attributes) = attribute_types(&ty) {
        return Ok(Type::tuple(attributes.keys().map(|_| Type::String)));
    }
    match map_element(&ty) {
        Some(_) => Ok(Shape::Strings.ty()),
        None => Err(FunctionError::at(0, "must have map or object type")),
    }
}

fn keys(arguments: &[Value], ty: &Type) -> Outcome {
    let marks = arguments[0].marks();
    // The names of an unknown object are known.
    if let Type::Object(object) = arguments[0].ty() {
        let names = object.attributes.keys().map(|name| Value::string(name.clone()));
        return Ok(Value::tuple(names.collect()).with_marks(marks));
    }
    Ok(match arguments[0].entries() {
        Some(entries) => strings(entries.iter().map(|(key, _)| key.clone())).with_marks(marks),
        None => unknown(ty, marks),
    })
}

fn values_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let ty = arguments[0].ty();
    if let Some(attributes) = attribute_types(&ty) {
        return Ok(Type::tuple(attributes.values().cloned()));
    }
    match map_element(&ty) {
        Some(element) => Ok(Type::list(element.clone())),
        None => Err(FunctionError::call("values() requires a map as the first argument")),
    }
}

fn values(arguments: &[Value], ty: &Type) -> Outcome {
    let entries = arguments[0].entries().unwrap_or_default();
    let found = entries.iter().map(|(_, value)| value.clone()).collect();
    Ok(sequence(ty, found).with_marks(arguments[0].marks()))
}

fn lookup_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.len() > 3 {
        return Err(FunctionError::call(format!(
            "lookup() takes two or three arguments, got {}",
            arguments.len()
        )));
    }
    let default = arguments.get(2);
    let ty = arguments[0].ty();
    if let Some(attributes) = attribute_types(&ty) {
        return attribute_type(attributes, &arguments[1], default);
    }
    let Some(element) = map_element(&ty) else {
        return Err(FunctionError::at(0, "lookup() requires a map as the first argument"));
    };
    match default.map(|default| convert(default, element)) {
        Some(Err(_)) => Err(FunctionError::at(
            2,
            "the default value must have the same type as the map elements",
        )),
        Some(Ok(_)) | None => Ok(element.clone()),
    }
}

/// Returns the type of the attribute that a key names, or of the default.
fn attribute_type(
    attributes: &Attributes,
    key: &Value,
    default: Option<&Value>,
) -> Result<Type, FunctionError> {
    let Some(name) = key.as_text() else { return Ok(Type::Dynamic) };
    match (attributes.get(name), default) {
        (Some(ty), _) => Ok(ty.clone()),
        (None, Some(default)) => Ok(default.ty()),
        (None, None) => {
            let name = quoted_or_hidden(name, key.marks());
            Err(FunctionError::at(0, format!("the given object has no attribute {name}")))
        }
    }
}

fn lookup(arguments: &[Value], ty: &Type) -> Outcome {
    let marks = arguments[0].marks() | arguments[1].marks();
    let key = text(arguments, 1);
    if let Some(found) = arguments[0].get(key) {
        return Ok(found.clone().with_marks(marks));
    }
    let Some(default) = arguments.get(2) else {
        let key = quoted_or_hidden(key, arguments[1].marks());
        return fail(format!("lookup failed to find key {key}"));
    };
    let default = convert(default, ty).map_err(|error| FunctionError::at(2, error.message))?;
    Ok(default.with_marks(marks))
}

fn matchkeys_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match unify_unsafe(&[arguments[1].ty(), arguments[2].ty()]) {
        Some(_) => Ok(arguments[0].ty()),
        None => Err(FunctionError::call("keys and searchset must be of the same type")),
    }
}

fn matchkeys(arguments: &[Value], ty: &Type) -> Outcome {
    let (list, keys) = (items(&arguments[0]), items(&arguments[1]));
    if list.len() != keys.len() {
        return fail("length of keys and values should be equal");
    }
    let element = element_of(ty);
    if arguments[2].is_empty() {
        return Ok(Value::list(element, Vec::new()));
    }
    if !arguments.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown(ty.clone()));
    }
    let types = [arguments[1].ty(), arguments[2].ty()];
    let common = unify_unsafe(&types).unwrap_or(Type::Dynamic);
    let same = |index: usize| {
        convert(&arguments[index], &common).map_err(|e| FunctionError::at(index, e.message))
    };
    let (keys, wanted) = (same(1)?, same(2)?);
    let matching = list
        .iter()
        .zip(items(&keys))
        .filter(|(_, key)| items(&wanted).iter().any(|wanted| wanted.equality(key) == Some(true)));
    Ok(Value::list(element, matching.map(|(value, _)| value.clone()).collect()))
}

fn merge_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let types: Vec<Type> = arguments.iter().map(Value::ty).collect();
    for ty in &types {
        if *ty == Type::Dynamic {
            return Ok(Type::Dynamic);
        }
        if !matches!(ty, Type::Map(_) | Type::Object(_)) {
            let problem =
                format!("arguments must be maps or objects, got \"{}\"", ty.friendly_name());
            return Err(FunctionError::call(problem));
        }
    }
    let Some(first) = types.first() else { return Ok(Type::object::<Text>([])) };
    if types.iter().all(|ty| ty == first) {
        return Ok(first.clone());
    }
    let mut attributes = BTreeMap::new();
    for (argument, ty) in arguments.iter().zip(&types).filter(|(a, _)| !a.is_null()) {
        match (ty, argument.entries()) {
            (Type::Object(object), _) => attributes.extend(object.attributes.clone()),
            (Type::Map(element), Some(entries)) => {
                attributes
                    .extend(entries.iter().map(|(key, _)| (key.clone(), Type::clone(element))));
            }
            // Which attributes there will be is not known.
            _ => return Ok(Type::Dynamic),
        }
    }
    Ok(Type::object(attributes))
}

fn merge(arguments: &[Value], ty: &Type) -> Outcome {
    let mut merged = BTreeMap::new();
    let mut marks = Marks::NONE;
    for argument in arguments {
        marks |= argument.marks();
        merged.extend(argument.entries().unwrap_or_default().iter().cloned());
    }
    Ok(mapping(ty, merged).with_marks(marks))
}

/// Returns a map if the type is one, else an object.
fn mapping(ty: &Type, entries: BTreeMap<Text, Value>) -> Value {
    match map_element(ty) {
        Some(element) => Value::map(element.clone(), entries),
        None => Value::object(entries),
    }
}

fn transpose(arguments: &[Value]) -> Outcome {
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(Shape::StringsByKey.ty()));
    }
    let mut lists: BTreeMap<Text, Vec<Text>> = BTreeMap::new();
    for (key, list) in arguments[0].entries().unwrap_or_default() {
        if list.is_null() {
            return fail("input map must not contain null list");
        }
        for item in items(list) {
            let Some(text) = item.as_text() else {
                return fail("input list must not contain null string");
            };
            lists.entry(text.clone()).or_default().push(key.clone());
        }
    }
    let entries = lists.into_iter().map(|(key, list)| (key, strings(list)));
    Ok(Value::map(Shape::Strings.ty(), entries))
}

fn zipmap_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let (keys, ty) = (&arguments[0], arguments[1].ty());
    if !is_sequence(&ty) {
        return Err(FunctionError::call("values argument must be a list or tuple value"));
    }
    let Some(types) = tuple_types(&ty) else {
        return Ok(Type::map(element_of(&ty)));
    };
    if !keys.is_wholly_known() {
        return Ok(Type::Dynamic);
    }
    check_pairs(items(keys), types.len())?;
    let names = items(keys).iter().filter_map(Value::as_text).cloned();
    Ok(Type::object(names.zip(types.iter().cloned())))
}

fn check_pairs(keys: &[Value], values: usize) -> Result<(), FunctionError> {
    let count = keys.len();
    if count != values {
        return Err(FunctionError::call(format!(
            "number of keys ({count}) does not match number of values ({values})"
        )));
    }
    match keys.iter().position(Value::is_null) {
        Some(at) => Err(FunctionError::call(format!("keys list has null value at index {at}"))),
        None => Ok(()),
    }
}

fn zipmap(arguments: &[Value], ty: &Type) -> Outcome {
    let (keys, list) = (&arguments[0], items(&arguments[1]));
    // Keys carry no marks, so those of all keys go to the whole.
    let marks = keys.deep_marks() | arguments[1].marks();
    if !keys.is_wholly_known() {
        return Ok(unknown(ty, marks));
    }
    check_pairs(items(keys), list.len())?;
    let names = items(keys).iter().filter_map(Value::as_text).cloned();
    Ok(mapping(ty, names.zip(list.iter().cloned()).collect()).with_marks(marks))
}
