//! Values as JSON of a type: where the type is dynamic, the value stands with its own type.
//!
//! Numbers keep all their digits, so nothing here goes through a JSON number of another crate.

use super::types::{read_type, type_json};
use infra_model::{
    types::Type,
    value::{
        Value,
        json::{from_json_typed, to_json_text, write_string},
    },
};
use serde::Deserialize;
use serde_json::{Value as Json, value::RawValue};
use std::collections::BTreeMap;

/// A value in a dynamic place.
#[derive(Deserialize)]
struct Dynamic<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(rename = "type")]
    ty: Json,
}

/// Returns a value without marks as JSON of a type that it conforms to.
///
/// # Errors
///
/// If it has no JSON form: unknown, or an infinity.
pub(super) fn to_json(value: &Value, ty: &Type) -> Result<String, String> {
    let mut out = String::new();
    write(value, ty, &mut out)?;
    Ok(out)
}

fn write(value: &Value, ty: &Type, out: &mut String) -> Result<(), String> {
    if !ty.has_dynamic() || value.is_null() && (*ty != Type::Dynamic || value.ty() == Type::Dynamic)
    {
        let text = to_json_text(value).map_err(|error| error.to_string())?;
        out.push_str(&text);
        return Ok(());
    }
    if *ty == Type::Dynamic {
        let own = value.ty();
        out.push_str("{\"value\":");
        // What is dynamic inside its own type is an untyped null, or an element of a collection
        // that has none: neither needs a type.
        let text = to_json_text(value).map_err(|error| error.to_string())?;
        out.push_str(&text);
        out.push_str(",\"type\":");
        out.push_str(&type_json(&own).to_string());
        out.push('}');
        return Ok(());
    }
    write_parts(value, ty, out)
}

fn write_parts(value: &Value, ty: &Type, out: &mut String) -> Result<(), String> {
    if let Some(items) = value.items() {
        for (i, item) in items.iter().enumerate() {
            out.push(if i == 0 { '[' } else { ',' });
            write(item, item_type(ty, i), out)?;
        }
        out.push_str(if items.is_empty() { "[]" } else { "]" });
        return Ok(());
    }
    let entries = value.entries().unwrap_or_default();
    for (i, (name, inner)) in entries.iter().enumerate() {
        out.push(if i == 0 { '{' } else { ',' });
        write_string(name, out);
        out.push(':');
        write(inner, entry_type(ty, name), out)?;
    }
    out.push_str(if entries.is_empty() { "{}" } else { "}" });
    Ok(())
}

fn item_type(ty: &Type, index: usize) -> &Type {
    if let Type::Tuple(elements) = ty {
        return elements.get(index).unwrap_or(&Type::Dynamic);
    }
    ty.element().unwrap_or(&Type::Dynamic)
}

fn entry_type<'a>(ty: &'a Type, name: &str) -> &'a Type {
    if let Type::Object(object) = ty {
        return object.attributes.get(name).unwrap_or(&Type::Dynamic);
    }
    ty.element().unwrap_or(&Type::Dynamic)
}

/// Returns the value of a type that JSON stands for.
///
/// # Errors
///
/// If the JSON does not fit the type; values are not told.
pub(super) fn from_json(json: &RawValue, ty: &Type) -> Result<Value, String> {
    if !ty.has_dynamic() {
        return from_json_typed(json.get(), ty).map_err(|error| error.to_string());
    }
    if json.get() == "null" {
        return Ok(Value::null(ty.clone()));
    }
    match ty {
        Type::Dynamic => {
            let Dynamic { value, ty } = parse(json, "a value with its type")?;
            let ty = read_type(&ty)?;
            from_json_typed(value.get(), &ty).map_err(|error| error.to_string())
        }
        Type::List(element) | Type::Set(element) => {
            let items: Vec<&RawValue> = parse(json, "a list")?;
            let items: Result<Vec<_>, _> = items.iter().map(|i| from_json(i, element)).collect();
            let own = own_element(items.as_deref().unwrap_or_default(), element);
            let is_list = matches!(ty, Type::List(_));
            items
                .map(|items| if is_list { Value::list(own, items) } else { Value::set(own, items) })
        }
        Type::Map(element) => {
            let entries = parse_entries(json, |_| element)?;
            let values: Vec<Value> = entries.iter().map(|(_, v)| v.clone()).collect();
            Ok(Value::map(own_element(&values, element), entries))
        }
        Type::Tuple(elements) => {
            let items: Vec<&RawValue> = parse(json, "a list")?;
            if items.len() != elements.len() {
                return Err(format!("expected {} elements", elements.len()));
            }
            let items = items.iter().zip(elements.iter()).map(|(i, ty)| from_json(i, ty));
            items.collect::<Result<Vec<_>, _>>().map(Value::tuple)
        }
        Type::Object(object) => {
            let mut given: BTreeMap<String, &RawValue> = parse(json, "an object")?;
            let attributes = object.attributes.iter().map(|(name, ty)| {
                let value = match given.remove(&**name) {
                    Some(json) => {
                        from_json(json, ty).map_err(|error| format!("{name}: {error}"))?
                    }
                    None => Value::null(ty.clone()),
                };
                Ok((name.clone(), value))
            });
            let attributes = attributes.collect::<Result<Vec<_>, String>>()?;
            match given.keys().next() {
                Some(name) => Err(format!("there is no attribute `{name}`")),
                None => Ok(Value::object(attributes)),
            }
        }
        Type::Bool | Type::Number | Type::String => {
            from_json_typed(json.get(), ty).map_err(|error| error.to_string())
        }
    }
}

/// Returns the type that all elements have, in place of a type with dynamic parts.
fn own_element(items: &[Value], element: &Type) -> Type {
    items.first().map_or_else(|| element.clone(), Value::ty)
}

fn parse_entries<'t>(
    json: &RawValue,
    ty: impl Fn(&str) -> &'t Type,
) -> Result<Vec<(String, Value)>, String> {
    let entries: BTreeMap<String, &RawValue> = parse(json, "an object")?;
    let entry = |(name, json): (String, &RawValue)| {
        let value = from_json(json, ty(&name)).map_err(|error| format!("{name}: {error}"))?;
        Ok((name, value))
    };
    entries.into_iter().map(entry).collect()
}

/// Reads one level of JSON; the text of the error names no value.
fn parse<'a, T: Deserialize<'a>>(json: &'a RawValue, expected: &str) -> Result<T, String> {
    serde_json::from_str(json.get()).map_err(|_| format!("expected {expected}"))
}
