//! Values of JSON trees, with the types they imply or with given ones.

use super::read::{Json, JsonError};
use crate::{
    convert::convert,
    number::Number,
    path::{Path, Step},
    text::Text,
    types::{ObjectType, Type},
    value::Value,
};

/// Returns the value with the types that the text implies.
pub(super) fn implied(json: Json) -> Result<Value, JsonError> {
    Ok(match json {
        Json::Null => Value::null(Type::Dynamic),
        Json::Bool(value) => Value::from(value),
        Json::Number(text) => Value::number(Number::parse(&text)?),
        Json::String(text) => Value::string(text),
        Json::Array(items) => {
            Value::tuple(items.into_iter().map(implied).collect::<Result<_, _>>()?)
        }
        Json::Object(members) => {
            let mut attributes: Vec<(Text, Value)> = Vec::with_capacity(members.len());
            for (name, json) in members {
                attributes.push((name.into(), implied(json)?));
            }
            // Of equal names the last one wins.
            Value::object(attributes)
        }
    })
}

/// Returns the value as one of a type.
pub(super) fn typed(json: Json, ty: &Type) -> Result<Value, JsonError> {
    at(json, ty, &mut Path::default())
}

fn at(json: Json, ty: &Type, path: &mut Path) -> Result<Value, JsonError> {
    match (json, ty) {
        (Json::Null, ty) => Ok(Value::null(ty.without_optional())),
        (json, Type::Dynamic) => implied(json),
        // What the elements have in common shows only when all are read.
        (json, ty) if ty.is_collection() && ty.has_dynamic() => convert(&implied(json)?, ty)
            .map_err(|error| {
                let place = path.0.iter().chain(&error.path.0).cloned().collect();
                JsonError::at(&Path(place), error.message)
            }),
        (json, Type::Bool | Type::Number | Type::String) => primitive(json, ty, path),
        (Json::Array(items), Type::List(element)) => {
            Ok(Value::list(element.without_optional(), elements(items, element, path)?))
        }
        (Json::Array(items), Type::Set(element)) => {
            Ok(Value::set(element.without_optional(), elements(items, element, path)?))
        }
        (Json::Array(items), Type::Tuple(types)) => {
            let excess = if items.len() > types.len() { "too many" } else { "not enough" };
            if items.len() != types.len() {
                let message = format!("{excess} tuple elements (need {})", types.len());
                return Err(JsonError::at(path, message));
            }
            let items = items.into_iter().zip(types.iter()).enumerate();
            let items = items.map(|(i, (item, ty))| inside(item, ty, path, Step::Index(i)));
            Ok(Value::tuple(items.collect::<Result<_, _>>()?))
        }
        (Json::Object(members), Type::Map(element)) => {
            let mut entries = Vec::with_capacity(members.len());
            for (key, json) in members {
                let key = Text::from(key);
                entries.push((key.clone(), inside(json, element, path, Step::Key(key))?));
            }
            Ok(Value::map(element.without_optional(), entries))
        }
        (Json::Object(members), Type::Object(object)) => attributes(members, object, path),
        (_, Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
            Err(JsonError::at(path, "missing expected ["))
        }
        (_, Type::Map(_) | Type::Object(_)) => Err(JsonError::at(path, "missing expected {")),
    }
}

fn primitive(json: Json, ty: &Type, path: &Path) -> Result<Value, JsonError> {
    let value = match (json, ty) {
        (Json::Bool(value), Type::Bool | Type::String) => Value::from(value),
        // A number in the place of a string keeps its spelling.
        (Json::Number(text), Type::String) | (Json::String(text), _) => Value::string(text),
        (Json::Number(text), Type::Number) => {
            let number = Number::parse(&text);
            Value::number(number.map_err(|error| JsonError::at(path, error.to_string()))?)
        }
        (_, ty) => return Err(JsonError::at(path, format!("{ty} is required"))),
    };
    convert(&value, ty).map_err(|error| JsonError::at(path, error.message))
}

fn elements(items: Vec<Json>, ty: &Type, path: &mut Path) -> Result<Vec<Value>, JsonError> {
    items.into_iter().enumerate().map(|(i, item)| inside(item, ty, path, Step::Index(i))).collect()
}

fn attributes(
    members: Vec<(String, Json)>,
    object: &ObjectType,
    path: &mut Path,
) -> Result<Value, JsonError> {
    let mut attributes: Vec<(Text, Value)> = object
        .attributes
        .iter()
        .map(|(name, ty)| (name.clone(), Value::null(ty.without_optional())))
        .collect();
    for (name, json) in members {
        let Some((name, ty)) = object.attributes.get_key_value(&name) else {
            return Err(JsonError::at(path, format!("unsupported attribute {name:?}")));
        };
        let value = inside(json, ty, path, Step::Attribute(name.clone()))?;
        // Of equal names the last one wins.
        attributes.push((name.clone(), value));
    }
    Ok(Value::object(attributes))
}

fn inside(json: Json, ty: &Type, path: &mut Path, step: Step) -> Result<Value, JsonError> {
    path.0.push(step);
    let value = at(json, ty, path);
    path.0.pop();
    value
}
