//! The signatures of functions as JSON, in Terraform's format 1.0.

use crate::statefile::type_json;
use infra_lang::functions::{self, CORE_NAMESPACE, Function, Parameter, Returns};
use infra_model::types::Type;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The version of the format.
const FORMAT: &str = "1.0";

/// Functions that are there only to say what to use instead.
const GONE: [&str; 2] = ["list", "map"];

#[derive(Serialize)]
struct Metadata {
    format_version: &'static str,
    function_signatures: BTreeMap<String, Signature>,
}

/// A function as JSON.
#[derive(Clone, Serialize)]
pub(super) struct Signature {
    description: &'static str,
    return_type: Json,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<ParameterJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variadic_parameter: Option<ParameterJson>,
}

#[derive(Clone, Serialize)]
struct ParameterJson {
    name: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_nullable: bool,
    #[serde(rename = "type")]
    ty: Json,
}

/// Returns the functions of the language, each with and without the prefix `core::`.
pub fn functions() -> String {
    let present = functions::all().filter(|function| !GONE.contains(&function.name));
    let own = present.map(|function| (function.name, signature(function)));
    let all = own.chain(special_forms());
    let function_signatures = all
        .flat_map(|(name, signature)| {
            [(name.to_owned(), signature.clone()), (format!("{CORE_NAMESPACE}{name}"), signature)]
        })
        .collect();
    super::document(&Metadata { format_version: FORMAT, function_signatures })
}

/// Returns a function as JSON.
pub(super) fn signature(function: &Function) -> Signature {
    let ty = match &function.returns {
        Returns::Always(shape) => shape.ty(),
        Returns::Depends(_) => function.usual.ty(),
    };
    Signature {
        description: function.description,
        return_type: type_json(&ty),
        parameters: function.parameters.iter().map(parameter).collect(),
        variadic_parameter: function.variadic.as_ref().map(parameter),
    }
}

/// Returns what a diagnostic tells of a function of the language; nothing if there is none.
pub(super) fn called(name: &str) -> Option<Json> {
    let own = name.strip_prefix(CORE_NAMESPACE).unwrap_or(name);
    let function = functions::all().find(|function| function.name == own).map(signature);
    let special = || special_forms().into_iter().find(|(name, _)| *name == own).map(|of| of.1);
    let signature = function.or_else(special)?;
    let one = |parameter: &ParameterJson| json!({ "name": parameter.name, "type": parameter.ty });
    let mut json = json!({ "name": own, "return_type": signature.return_type });
    json["params"] = signature.parameters.iter().map(one).collect();
    if let Some(variadic) = &signature.variadic_parameter {
        json["variadic_param"] = one(variadic);
    }
    Some(json)
}

fn parameter(parameter: &Parameter) -> ParameterJson {
    ParameterJson {
        name: parameter.name,
        is_nullable: parameter.allow_null,
        ty: type_json(&parameter.told.ty()),
    }
}

/// Returns the functions whose arguments are evaluated by themselves.
fn special_forms() -> [(&'static str, Signature); 2] {
    let argument = |name| ParameterJson { name, is_nullable: false, ty: type_json(&Type::Dynamic) };
    let can = Signature {
        description: "Whether an expression has a value at all.",
        return_type: type_json(&Type::Bool),
        parameters: vec![argument("expression")],
        variadic_parameter: None,
    };
    let first = Signature {
        description: "The first of the given expressions that has a value.",
        return_type: type_json(&Type::Dynamic),
        parameters: Vec::new(),
        variadic_parameter: Some(argument("expressions")),
    };
    [("can", can), ("try", first)]
}
