//! Conversion of values part by part.

use super::{
    ConvertError, Safety,
    conform::conforms,
    mismatch, possible,
    possible::{element_of_object, element_of_tuple},
    primitive::primitive,
    unknown,
};
use crate::{
    path::{Path, Step},
    text::Text,
    types::{ObjectType, Type},
    unify::unify_values,
    value::{Data, Value},
};

/// Why a part could not be converted.
pub(super) enum Failure {
    /// There is no conversion between the types.
    Types,
    /// There is one, but not for this value.
    At(ConvertError),
}

fn fail(path: &Path, message: impl Into<String>) -> Failure {
    Failure::At(ConvertError { path: path.clone(), message: message.into() })
}

fn misfit(kind: &str, path: &Path) -> Failure {
    fail(path, format!("element types must all match for conversion to {kind}"))
}

/// Converts the value at `path` inside of what is being converted.
pub(super) fn to(value: &Value, want: &Type, path: &mut Path) -> Result<Value, Failure> {
    if conforms(value, want) {
        return Ok(value.clone());
    }
    let converted = match value.data() {
        Data::Null(have) if possible(have, want, Safety::Unsafe) => unknown::null(have, want),
        Data::Unknown(have) if possible(&have.ty, want, Safety::Unsafe) => {
            unknown::unknown(have, want)
        }
        Data::Null(_) | Data::Unknown(_) => return Err(Failure::Types),
        data @ (Data::Bool(_) | Data::Number(_) | Data::String(_)) => primitive(data, want, path)?,
        Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
            let items = value.items().unwrap_or_default();
            sequence(value, items, want, path)?
        }
        Data::Map(_) | Data::Object(_) => {
            let entries = value.entries().unwrap_or_default();
            mapping(value, entries, want, path)?
        }
    };
    Ok(converted.with_marks(value.marks()))
}

fn sequence(
    value: &Value,
    items: &[Value],
    want: &Type,
    path: &mut Path,
) -> Result<Value, Failure> {
    match (want, value.element_type()) {
        (Type::Tuple(wants), None) if wants.len() == items.len() => {
            let converted: Result<Vec<Value>, Failure> = items
                .iter()
                .zip(wants.iter())
                .enumerate()
                .map(|(i, (item, want))| part(item, want, path, Step::Index(i)))
                .collect();
            Ok(Value::tuple(converted?))
        }
        (Type::List(want), Some(have)) if possible(have, want, Safety::Unsafe) => {
            if matches!(value.data(), Data::Set(_)) && items.len() > 1 && !value.is_wholly_known() {
                // Unknown elements may turn out equal: nobody knows how many there will be.
                return Ok(unknown::unknown_list_of(have, want));
            }
            let items = elements(items, want, path)?;
            let (element, items) = one_type(items, want, have, || misfit("list", path))?;
            Ok(Value::list(element, items))
        }
        (Type::Set(want), Some(have)) if possible(have, want, Safety::Unsafe) => {
            let items = elements(items, want, path)?;
            let (element, items) = one_type(items, want, have, || misfit("set", path))?;
            Ok(Value::set(element, items))
        }
        (Type::List(want), None) => {
            let element = tuple_element(items, want).ok_or(Failure::Types)?;
            let items = elements(items, &element, path)?;
            let items = if element.has_dynamic() { common_items(items, path)? } else { items };
            let (element, items) = one_type(items, &element, &element, || misfit("list", path))?;
            Ok(Value::list(element, items))
        }
        (Type::Set(want), None) => {
            let element = tuple_element(items, want).ok_or(Failure::Types)?;
            let items = elements(items, &element, path)?;
            let (element, items) = one_type(items, &element, &element, || misfit("set", path))?;
            Ok(Value::set(element, items))
        }
        _ => Err(Failure::Types),
    }
}

fn tuple_element(items: &[Value], want: &Type) -> Option<Type> {
    // The usual case needs no types of elements: each conversion tells whether it is possible.
    if *want != Type::Dynamic {
        return Some(want.clone());
    }
    let types: Vec<Type> = items.iter().map(Value::ty).collect();
    element_of_tuple(&types.iter().collect::<Vec<_>>(), want, Safety::Unsafe)
}

fn mapping(
    value: &Value,
    entries: &[(Text, Value)],
    want: &Type,
    path: &mut Path,
) -> Result<Value, Failure> {
    match (want, value.element_type()) {
        (Type::Map(want), Some(have)) if possible(have, want, Safety::Unsafe) => {
            map(entries, want, have, "element", path)
        }
        (Type::Map(want), None) => {
            let element = if *want.as_ref() == Type::Dynamic {
                let types: Vec<Type> = entries.iter().map(|(_, value)| value.ty()).collect();
                element_of_object(&types.iter().collect::<Vec<_>>(), want, Safety::Unsafe)
                    .ok_or(Failure::Types)?
            } else {
                want.as_ref().clone()
            };
            map(entries, &element, &element, "attribute", path)
        }
        (Type::Object(want), None) => object(value, want, path),
        (Type::Object(want), Some(have)) => map_to_object(value, have, want, path),
        _ => Err(Failure::Types),
    }
}

fn map(
    entries: &[(Text, Value)],
    want: &Type,
    have: &Type,
    part_name: &str,
    path: &mut Path,
) -> Result<Value, Failure> {
    let converted: Result<Vec<Value>, Failure> = entries
        .iter()
        .map(|(key, value)| part(value, want, path, Step::Key(key.clone())))
        .collect();
    let unifies = want.has_dynamic() && (want.is_collection() || matches!(want, Type::Object(_)));
    let items = if unifies { common_items(converted?, path)? } else { converted? };
    let misfit = || fail(path, format!("{part_name} types must all match for conversion to map"));
    let (element, items) = one_type(items, want, have, misfit)?;
    Ok(Value::map(element, entries.iter().map(|(key, _)| key.clone()).zip(items)))
}

fn object(value: &Value, want: &ObjectType, path: &mut Path) -> Result<Value, Failure> {
    let mut attributes = Vec::with_capacity(want.attributes.len());
    for (name, ty) in &want.attributes {
        let converted = match value.get(name) {
            Some(have) => part(have, ty, path, Step::Attribute(name.clone()))?,
            None if want.optional.contains(name) => Value::null(ty.without_optional()),
            None => return Err(Failure::Types),
        };
        attributes.push((name.clone(), converted));
    }
    Ok(Value::object(attributes))
}

fn map_to_object(
    value: &Value,
    element: &Type,
    want: &ObjectType,
    path: &mut Path,
) -> Result<Value, Failure> {
    let mut attributes = Vec::with_capacity(want.attributes.len());
    for (name, ty) in &want.attributes {
        let optional = want.optional.contains(name);
        let fits = possible(element, ty, Safety::Unsafe);
        let converted = match value.get(name) {
            _ if !fits && !optional => return Err(Failure::Types),
            Some(have) if fits => part(have, ty, path, Step::Key(name.clone()))?,
            Some(have) => {
                let reason = mismatch(&have.ty(), ty);
                let message =
                    format!("map element type is incompatible with attribute {name:?}: {reason}");
                return Err(fail(path, message));
            }
            None if optional => Value::null(ty.without_optional()),
            None => {
                return Err(fail(
                    path,
                    format!("map has no element for required attribute {name:?}"),
                ));
            }
        };
        attributes.push((name.clone(), converted));
    }
    Ok(Value::object(attributes))
}

/// Converts one part, with its step on the path meanwhile.
fn part(value: &Value, want: &Type, path: &mut Path, step: Step) -> Result<Value, Failure> {
    path.0.push(step);
    let converted = to(value, want, path);
    path.0.pop();
    converted
}

fn elements(items: &[Value], want: &Type, path: &mut Path) -> Result<Vec<Value>, Failure> {
    items.iter().enumerate().map(|(i, item)| part(item, want, path, Step::Index(i))).collect()
}

/// Converts items to their common type, where the type wanted left parts of it open.
fn common_items(items: Vec<Value>, path: &Path) -> Result<Vec<Value>, Failure> {
    if items.is_empty() {
        return Ok(items);
    }
    match unify_values(&items) {
        Some((_, items)) => Ok(items),
        None => Err(fail(path, "cannot find a common base type for all elements")),
    }
}

/// Returns the element type of converted items, and items of exactly that type.
fn one_type(
    mut items: Vec<Value>,
    want: &Type,
    have: &Type,
    misfit: impl Fn() -> Failure,
) -> Result<(Type, Vec<Value>), Failure> {
    if !want.has_dynamic() {
        return Ok((want.without_optional(), items));
    }
    if items.is_empty() {
        let element = if *want == Type::Dynamic { have } else { want };
        return Ok((element.without_optional(), items));
    }
    let element = items.iter().map(Value::ty).find(|ty| *ty != Type::Dynamic);
    let Some(element) = element else { return Ok((Type::Dynamic, items)) };
    for item in &mut items {
        if item.is_of(&Type::Dynamic) {
            let typed: fn(Type) -> Value =
                if item.is_null() { Value::null } else { Value::unknown };
            *item = typed(element.clone()).with_marks(item.marks());
        } else if !item.is_of(&element) {
            return Err(misfit());
        }
    }
    Ok((element, items))
}
