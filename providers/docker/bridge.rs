//! From values to JSON and back, by the schema; marks are the business of the callers.

use crate::failure::{Failure, Outcome, refusal};
use infra_model::{
    number::Number,
    schema::{Block, Nesting},
    types::Type,
    value::{Data, Value},
};
use serde_json::{Map, Value as Json};

/// Returns a value as JSON; what is null or unknown is left out of objects and maps.
pub(crate) fn to_json(value: &Value) -> Json {
    match value.data() {
        Data::Null(_) | Data::Unknown(_) => Json::Null,
        Data::Bool(value) => Json::Bool(*value),
        Data::Number(number) => number_to_json(number),
        Data::String(text) => Json::String(text.to_string()),
        Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
            Json::Array(value.items().unwrap_or_default().iter().map(to_json).collect())
        }
        Data::Map(_) | Data::Object(_) => {
            let entries = value.entries().unwrap_or_default().iter();
            let entries = entries.map(|(name, inner)| (name.to_string(), to_json(inner)));
            Json::Object(entries.filter(|(_, inner)| !inner.is_null()).collect())
        }
    }
}

/// Returns JSON as a value of a type; what does not fit the type is null.
pub(crate) fn from_json(ty: &Type, json: &Json) -> Value {
    let all =
        |element: &Type| json.as_array().map(|a| a.iter().map(|i| from_json(element, i)).collect());
    let value = match ty {
        Type::Bool => json.as_bool().map(Value::from),
        Type::Number => json.as_i64().map(Value::from),
        Type::String => json.as_str().map(Value::from),
        Type::List(element) => all(element).map(|items| Value::list((**element).clone(), items)),
        Type::Set(element) => all(element).map(|items| Value::set((**element).clone(), items)),
        Type::Map(element) => json.as_object().map(|entries| {
            let entries = entries.iter().map(|(k, v)| (k.as_str(), from_json(element, v)));
            Value::map((**element).clone(), entries)
        }),
        Type::Object(object) => json.as_object().map(|entries| {
            let fill = |(name, ty): (&_, &_)| {
                (
                    std::sync::Arc::clone(name),
                    from_json(ty, entries.get(&**name).unwrap_or(&Json::Null)),
                )
            };
            Value::object(object.attributes.iter().map(fill))
        }),
        Type::Tuple(_) | Type::Dynamic => None,
    };
    value.unwrap_or_else(|| Value::null(ty.clone()))
}

/// Returns JSON as an object of a schema: absent attributes are null, absent blocks empty.
pub(crate) fn object_from_json(block: &Block, json: &Json) -> Value {
    let attributes = block.attributes.iter().map(|(name, a)| {
        (std::sync::Arc::clone(name), from_json(&a.ty, json.get(&**name).unwrap_or(&Json::Null)))
    });
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let inner = json.get(&**name).unwrap_or(&Json::Null);
        let all = || inner.as_array().into_iter().flatten();
        let one = |json: &Json| object_from_json(&nested.block, json);
        let element = nested.block.implied_type();
        let value = match nested.nesting {
            Nesting::List => Value::list(element, all().map(one).collect()),
            Nesting::Set => Value::set(element, all().map(one).collect()),
            Nesting::Map => {
                let entries = inner.as_object().into_iter().flatten();
                Value::map(element, entries.map(|(k, v)| (k.as_str(), one(v))))
            }
            Nesting::Single if inner.is_null() => Value::null(element),
            Nesting::Single | Nesting::Group => one(inner),
        };
        (std::sync::Arc::clone(name), value)
    });
    Value::object(attributes.chain(blocks))
}

/// Returns the request that a body describes.
pub(crate) fn parsed<T: serde::de::DeserializeOwned>(body: Json) -> Outcome<T> {
    serde_json::from_value(body).map_err(|error| {
        // The words of the parser may repeat the content.
        let place = format!("The request cannot be built ({:?}).", error.classify());
        Failure::refused(
            refusal("infra::docker::value_unusable", "a value cannot be sent")
                .detail(place)
                .help("look for a number or text that the engine cannot take, and correct it"),
        )
    })
}

/// Returns an answer of the engine as JSON; `doing` completes "while …".
///
/// What can't be written as JSON is a failure, and must never be taken for nothing.
pub(crate) fn answered(answer: &impl serde::Serialize, doing: &str) -> Outcome<Json> {
    serde_json::to_value(answer).map_err(|error| {
        let summary = format!("the Docker Engine gave an answer that makes no sense while {doing}");
        Failure::refused(
            refusal("infra::docker::engine_failed", summary)
                .detail(format!("It cannot be written as JSON ({:?}).", error.classify()))
                .help("look into the engine's log; update this program if the engine is newer"),
        )
    })
}

/// Returns the fields of JSON, if it is an object.
pub(crate) fn fields(json: Json) -> Map<String, Json> {
    if let Json::Object(map) = json { map } else { Map::new() }
}

/// Returns a text that is there and not empty.
pub(crate) fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
}

/// Returns a number that is there.
pub(crate) fn number(json: &Json, name: &str) -> Option<i64> {
    json.get(name).and_then(Json::as_i64)
}

/// Returns whether a truth value is there and true.
pub(crate) fn is_true(json: &Json, name: &str) -> bool {
    json.get(name).and_then(Json::as_bool) == Some(true)
}

/// Returns the elements of a list that is there.
pub(crate) fn items<'a>(json: &'a Json, name: &str) -> &'a [Json] {
    json.get(name).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// Returns the texts of a list that is there.
pub(crate) fn texts<'a>(json: &'a Json, name: &str) -> Vec<&'a str> {
    items(json, name).iter().filter_map(Json::as_str).collect()
}

/// Returns whether there is nothing: null, an empty text, list or map.
pub(crate) fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Numbers of this provider are integers; others go as text, and the engine refuses them.
fn number_to_json(number: &Number) -> Json {
    number.to_i64().map_or_else(|| Json::String(number.to_string()), Json::from)
}

#[cfg(test)]
mod tests {
    use super::answered;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn answer_that_makes_no_sense_is_a_failure_and_not_nothing() {
        assert_eq!(answered(&["a"], "looking").unwrap(), json!(["a"]));
        let failure = answered(&BTreeMap::from([(["no text"], 1)]), "looking").unwrap_err();
        assert_eq!(failure.diagnostic.code, "infra::docker::engine_failed");
        assert!(failure.diagnostic.summary.ends_with("while looking"));
    }
}
