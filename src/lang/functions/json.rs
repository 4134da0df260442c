//! `jsonencode` and `jsondecode`; the form itself is [`infra_model::value::json`]'s.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail, text},
};
use infra_model::{
    types::Type,
    value::{Unknown, Value, json},
};

const VAL: &[Parameter] = &[Parameter::new("val", Shape::Any).null().unknown().dynamic()];
const STR: &[Parameter] = &[Parameter::new("str", Shape::String)];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "jsondecode",
        "The value that a JSON text describes.",
        STR,
        Body::Plain(jsondecode),
    )
    .depends(|_| Ok(Type::Dynamic))
    .nullable(),
    Function::new("jsonencode", "A value as JSON.", VAL, Body::Plain(jsonencode)),
];

/// Returns a known value as JSON.
pub(super) fn encode(value: &Value) -> Result<String, String> {
    json::to_json_text(value).map_err(|error| error.to_string())
}

fn jsonencode(arguments: &[Value]) -> Outcome {
    let value = &arguments[0];
    if value.is_wholly_known() {
        return encode(value).map_or_else(fail, |json| Ok(Value::string(json)));
    }
    let never_null = value.as_unknown().is_none_or(|unknown| unknown.not_null);
    let start = match value.ty() {
        Type::String => "\"",
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => "[",
        Type::Map(_) | Type::Object(_) => "{",
        Type::Dynamic | Type::Bool | Type::Number => "",
    };
    let unknown = Unknown::of(Type::String).not_null();
    let known_start = never_null && !start.is_empty();
    Ok(if known_start { unknown.prefix(start).into() } else { unknown.into() })
}

fn jsondecode(arguments: &[Value]) -> Outcome {
    json::from_json_text(text(arguments, 0)).map_err(|error| FunctionError::call(error.to_string()))
}
