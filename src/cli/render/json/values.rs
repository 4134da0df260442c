//! Values as JSON: plain, with secrets masked, and the shapes that say what is unknown or secret.

use crate::{
    render::{
        copies,
        literal::{Secrets, mask},
    },
    statefile::type_json,
};
use infra_model::{
    number::Number,
    snapshot::Output,
    text::Text,
    types::Type,
    value::{Data, Marks, Value, json::to_json_text},
};
use serde::Serialize;
use serde_json::{Map, Value as Json, value::RawValue};
use std::collections::BTreeMap;

/// What stands for what is masked, unknown or has no JSON form.
const NULL: &str = "null";

/// Returns a value as JSON, in clear.
pub fn value(value: &Value) -> String {
    to_json_text(&value.clone().unmark_deep().0).unwrap_or_else(|_| NULL.to_owned())
}

/// Returns the value as JSON for a document, secrets masked; unknown parts are left out.
pub(super) fn masked(value: &Value) -> Option<Box<RawValue>> {
    known(value, Secrets::Masked)
}

/// Returns the value as JSON for a document; unknown parts are left out.
pub(super) fn known(value: &Value, secrets: Secrets) -> Option<Box<RawValue>> {
    let shown = match secrets {
        Secrets::Masked => copies::masked(value),
        Secrets::Clear => std::borrow::Cow::Borrowed(value),
    };
    RawValue::from_string(known_part(&shown, secrets)?).ok()
}

/// Returns the known part of a value as JSON text; `None` if nothing of it is known.
fn known_part(value: &Value, secrets: Secrets) -> Option<String> {
    if !value.is_known() {
        return None;
    }
    if mask(value, secrets).is_some() {
        return Some(NULL.to_owned());
    }
    if let Some(entries) = value.entries() {
        let parts = entries.iter().filter_map(|(name, inner)| {
            Some(format!("{}:{}", Json::from(&**name), known_part(inner, secrets)?))
        });
        return Some(format!("{{{}}}", parts.collect::<Vec<_>>().join(",")));
    }
    if let Some(items) = value.items() {
        let parts =
            items.iter().map(|item| known_part(item, secrets).unwrap_or_else(|| NULL.to_owned()));
        return Some(format!("[{}]", parts.collect::<Vec<_>>().join(",")));
    }
    if value.as_number().is_some_and(Number::is_zero) {
        // A plan knows no negative zero.
        return Some("0".to_owned());
    }
    Some(self::value(value))
}

/// Returns `true` where a value is unknown, in its shape; `false` if it is known throughout.
pub(super) fn unknown_shape(value: &Value) -> Json {
    shape(value, &|v| !v.is_known())
}

/// Returns `true` where a value is sensitive, in its shape; `false` or an empty shape otherwise.
pub(super) fn sensitive_shape(value: &Value) -> Json {
    shape(value, &|v| v.marks().contains(Marks::SENSITIVE))
}

fn shape(value: &Value, holds: &dyn Fn(&Value) -> bool) -> Json {
    if holds(value) {
        return Json::Bool(true);
    }
    match value.data() {
        Data::Map(_) | Data::Object(_) => {
            let entries = value.entries().unwrap_or_default().iter();
            let parts = entries.map(|(name, inner)| (name.to_string(), shape(inner, holds)));
            Json::Object(parts.filter(|(_, s)| *s != Json::Bool(false)).collect::<Map<_, _>>())
        }
        Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
            Json::Array(value.items().unwrap_or_default().iter().map(|i| shape(i, holds)).collect())
        }
        // Of an unknown container nothing can be told but that it is one.
        Data::Unknown(unknown) => match unknown.ty {
            Type::Map(_) | Type::Object(_) => Json::Object(Map::new()),
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => Json::Array(Vec::new()),
            Type::Dynamic | Type::Bool | Type::Number | Type::String => Json::Bool(false),
        },
        Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => Json::Bool(false),
    }
}

#[derive(Serialize)]
struct OutputJson {
    sensitive: bool,
    #[serde(rename = "type")]
    ty: Json,
    value: Option<Box<RawValue>>,
}

/// Returns all outputs as `output -json` prints them: in clear.
pub fn outputs(recorded: &BTreeMap<Text, Output>) -> String {
    let all: BTreeMap<&str, OutputJson> = recorded
        .iter()
        .map(|(name, output)| {
            let json = OutputJson {
                sensitive: output.value.has_sensitive(),
                ty: type_json(&output.value.ty()),
                value: RawValue::from_string(value(&output.value)).ok(),
            };
            (&**name, json)
        })
        .collect();
    super::document(&all)
}
