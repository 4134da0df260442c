//! Names of provider-defined functions: `provider::LOCAL::function`, and what is wrong with them.

use super::Fault;
use crate::functions::{self, Function};

/// The namespace of provider-defined functions.
const NAMESPACE: &str = "provider";

/// Returns the local name of the provider and the name of its function, if a name is of that form.
///
/// # Errors
/// If the name is in another namespace than the one of providers, or names no function of one.
pub(crate) fn parts(name: &str) -> Result<Option<(&str, &str)>, Fault> {
    let Some((namespace, rest)) = name.split_once("::") else { return Ok(None) };
    if namespace != NAMESPACE {
        return Err(unknown(format!(
            "The function namespace {namespace:?} is not valid. Provider function calls must use the \"provider::\" namespace prefix."
        )));
    }
    let Some((local, _)) = rest.split_once("::") else {
        let detail =
            "The function call must include the provider name after the \"provider::\" prefix.";
        return Err(unknown(detail.to_owned()));
    };
    let function = rest.rsplit("::").next().unwrap_or(rest);
    if rest.split("::").count() > 2 {
        return Err(undeclared(name, local, function));
    }
    Ok(Some((local, function)))
}

/// Returns a function of a provider that a module requires.
///
/// # Errors
/// If the provider has no such function.
pub(crate) fn find(
    own: &'static [Function],
    (provider, local): (&str, &str),
    name: &str,
) -> Result<&'static Function, Fault> {
    let mut all = functions::of_provider(provider, own);
    all.find(|function| function.name == name).ok_or_else(|| {
        unknown(format!("The function {name:?} is not available from the provider {local:?}."))
    })
}

/// Returns the mistake of calling a function of a provider that the module does not require.
pub(crate) fn undeclared(name: &str, local: &str, function: &str) -> Fault {
    unknown(format!(
        "There is no function named {name:?}. Ensure that provider name {local:?} is declared in this module's required_providers block, and that this provider offers a function named {function:?}."
    ))
}

fn unknown(detail: String) -> Fault {
    Fault::new("infra::lang::function_unknown", "Unknown provider function", detail)
}
