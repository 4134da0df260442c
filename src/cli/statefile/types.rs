//! Types as JSON: `"string"`, `["list","string"]`, `["object",{"a":"number"}]`.

use infra_model::types::Type;
use serde_json::{Map, Value as Json};

/// How deep a type may nest.
const DEPTH_MAX: usize = 128;

/// Returns a type as Terraform writes it in JSON.
pub fn type_json(ty: &Type) -> Json {
    let pair = |name: &str, inner: Json| Json::Array(vec![Json::from(name), inner]);
    match ty {
        Type::Dynamic => Json::from("dynamic"),
        Type::Bool => Json::from("bool"),
        Type::Number => Json::from("number"),
        Type::String => Json::from("string"),
        Type::List(element) => pair("list", type_json(element)),
        Type::Set(element) => pair("set", type_json(element)),
        Type::Map(element) => pair("map", type_json(element)),
        Type::Tuple(elements) => pair("tuple", elements.iter().map(type_json).collect()),
        Type::Object(object) => {
            let attributes = object.attributes.iter();
            let attributes = attributes.map(|(name, ty)| (name.to_string(), type_json(ty)));
            pair("object", attributes.collect::<Map<_, _>>().into())
        }
    }
}

/// Returns the type that JSON stands for.
///
/// # Errors
///
/// If it stands for none.
pub(super) fn read_type(json: &Json) -> Result<Type, String> {
    read_at(json, DEPTH_MAX)
}

fn read_at(json: &Json, depth: usize) -> Result<Type, String> {
    let wrong = || format!("`{json}` is no type");
    let depth = depth.checked_sub(1).ok_or_else(|| "a type is nested too deeply".to_owned())?;
    if let Some(name) = json.as_str() {
        return match name {
            "dynamic" => Ok(Type::Dynamic),
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            _ => Err(wrong()),
        };
    }
    let parts = json.as_array().map(Vec::as_slice).ok_or_else(wrong)?;
    // The third part of an object names optional attributes, which types of values do not have.
    let (Some(Json::String(name)), Some(inner)) = (parts.first(), parts.get(1)) else {
        return Err(wrong());
    };
    match (name.as_str(), inner) {
        ("list", inner) => read_at(inner, depth).map(Type::list),
        ("set", inner) => read_at(inner, depth).map(Type::set),
        ("map", inner) => read_at(inner, depth).map(Type::map),
        ("tuple", Json::Array(elements)) => {
            let elements: Result<Vec<_>, _> = elements.iter().map(|e| read_at(e, depth)).collect();
            elements.map(Type::tuple)
        }
        ("object", Json::Object(attributes)) => {
            let attributes: Result<Vec<_>, String> = attributes
                .iter()
                .map(|(name, ty)| Ok((name.as_str(), read_at(ty, depth)?)))
                .collect();
            attributes.map(Type::object)
        }
        _ => Err(wrong()),
    }
}
