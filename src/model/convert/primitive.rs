//! Conversions among bools, numbers and strings.

use super::{ConvertError, members::Failure};
use crate::{
    number::Number,
    path::Path,
    types::Type,
    value::{Data, Value},
};

/// Converts a known bool, number or string that is not of the type yet.
pub(super) fn primitive(data: &Data, want: &Type, path: &Path) -> Result<Value, Failure> {
    match (data, want) {
        (Data::Bool(value), Type::String) => Ok(Value::from(if *value { "true" } else { "false" })),
        (Data::Number(number), Type::String) => Ok(Value::string(number.to_string())),
        (Data::String(text), Type::Number) => match Number::parse(text) {
            Ok(number) => Ok(Value::number(number)),
            Err(_) => fail(path, "a number is required"),
        },
        (Data::String(text), Type::Bool) => match &**text {
            "true" | "1" => Ok(Value::from(true)),
            "false" | "0" => Ok(Value::from(false)),
            _ => fail(path, wrong_bool(text)),
        },
        _ => Err(Failure::Types),
    }
}

/// Says what to write instead, if the text is nearly a bool.
fn wrong_bool(text: &str) -> &'static str {
    match text {
        "True" | "TRUE" => "a bool is required; to convert from string, use lowercase \"true\"",
        "False" | "FALSE" => "a bool is required; to convert from string, use lowercase \"false\"",
        _ => "a bool is required",
    }
}

fn fail(path: &Path, message: &str) -> Result<Value, Failure> {
    Err(Failure::At(ConvertError { path: path.clone(), message: message.to_owned() }))
}
