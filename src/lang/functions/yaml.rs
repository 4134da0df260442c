//! `yamldecode` and `yamlencode`.
//!
//! The dialect is that of Terraform: YAML 1.2 with the booleans and merge keys of 1.1, and output
//! whose strings are always quoted, so that it reads the same by the rules of either version.

mod decode;
mod encode;
mod scalar;

use super::{Body, Function, FunctionError, Outcome, Parameter, Shape, arguments::text};
use infra_model::{types::Type, value::Value};

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "yamldecode",
        "The value that a YAML text describes.",
        &[Parameter::new("src", Shape::String)],
        Body::Plain(yamldecode),
    )
    .depends(|_| Ok(Type::Dynamic))
    .nullable(),
    Function::new(
        "yamlencode",
        "A value as YAML.",
        &[Parameter::new("value", Shape::Any).null().unknown().dynamic()],
        Body::Plain(yamlencode),
    ),
];

fn yamldecode(arguments: &[Value]) -> Outcome {
    decode::decode(text(arguments, 0)).map_err(FunctionError::call)
}

fn yamlencode(arguments: &[Value]) -> Outcome {
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(Type::String));
    }
    Ok(Value::string(encode::encode(&arguments[0])))
}
