//! The functions of the language: one table, one way of calling, one file per family.
//!
//! Names, parameters, results and error texts are those of Terraform 1.11; a few functions that
//! only `OpenTofu` has are added. [`call`] does for every function what a call has in common: counting
//! and converting arguments, refusing nulls, answering unknown for unknown, carrying marks.
//! A function itself sees plain arguments of the declared types, save where its [`Parameter`] says
//! that it looks at nulls, unknowns or marks itself.
//! This module is *not* the home of `try` and `can`, whose arguments the evaluator calls by name
//! ([`SPECIAL_FORMS`]), nor of the rendering of templates, which is asked of [`Templates`].
//! Files, time and randomness come from the [`Environment`] and from nowhere else.
//!
//! To add a function: write `fn name(&[Value]) -> Outcome` in the file of its family, and one line
//! in that file's table.

// All functions have one type, also those that cannot fail.
#![allow(clippy::unnecessary_wraps)]

mod arguments;
mod call;

mod charset;
mod civil;
mod collection;
mod conversion;
mod csv;
mod datetime;
mod digits;
mod encoding;
mod filesystem;
mod float;
mod format;
mod glob;
mod hash;
mod ip;
mod json;
mod letters;
mod lists;
mod maps;
mod marks;
mod numeric;
pub(crate) mod paths;
mod pattern;
mod random;
mod regex;
mod rsa;
mod sets;
mod string;
mod templates;
#[cfg(test)]
mod tests;
mod tfvars;
mod timestamp;
mod verb;
mod yaml;

pub use call::{call, check_count, unsuitable};
pub use infra_model::function::{
    Body, Environment, Fault, Function, FunctionError, Outcome, Parameter, Returns, Shape,
    Templates,
};

use infra_model::text::nearest;

/// Functions whose arguments are evaluated by themselves, if at all; the evaluator implements them.
pub const SPECIAL_FORMS: [&str; 2] = ["can", "try"];

/// The prefix under which every function is reachable even if a provider's has the same name.
pub const CORE_NAMESPACE: &str = "core::";

/// The tables of all families.
const FAMILIES: [&[Function]; 22] = [
    collection::TABLE,
    conversion::TABLE,
    csv::TABLE,
    datetime::TABLE,
    encoding::TABLE,
    filesystem::TABLE,
    format::TABLE,
    hash::TABLE,
    ip::TABLE,
    json::TABLE,
    lists::TABLE,
    maps::TABLE,
    marks::TABLE,
    numeric::TABLE,
    paths::TABLE,
    random::TABLE,
    regex::TABLE,
    rsa::TABLE,
    sets::TABLE,
    string::TABLE,
    templates::TABLE,
    yaml::TABLE,
];

/// Returns the names of the parameters of a function, the one for the rest with `...` behind it.
pub fn signature(name: &str) -> Vec<String> {
    let name = name.strip_prefix(CORE_NAMESPACE).unwrap_or(name);
    match name {
        "can" => return vec!["expression".to_owned()],
        "try" => return vec!["expressions...".to_owned()],
        _ => {}
    }
    let Some(function) = all().find(|function| function.name == name) else { return Vec::new() };
    let fixed = function.parameters.iter().map(|parameter| parameter.name.to_owned());
    fixed.chain(function.variadic.iter().map(|rest| format!("{}...", rest.name))).collect()
}

/// Returns all functions, those of [`SPECIAL_FORMS`] not among them.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// Returns the functions of a provider: its own, and those that only the language can have.
pub fn of_provider(
    provider: &str,
    own: &'static [Function],
) -> impl Iterator<Item = &'static Function> {
    let of_language = if provider == TERRAFORM { tfvars::TABLE } else { &[] };
    of_language.iter().chain(own)
}

/// The provider that is part of the language.
const TERRAFORM: &str = "terraform";

/// Returns the function of a name, with or without the prefix `core::`.
pub fn lookup(name: &str) -> Option<&'static Function> {
    let name = name.strip_prefix(CORE_NAMESPACE).unwrap_or(name);
    all().find(|function| function.name == name)
}

/// Returns the name that was probably meant by one that is not a function's.
pub fn suggest(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix(CORE_NAMESPACE).unwrap_or(name);
    nearest(name, all().map(|function| function.name).chain(SPECIAL_FORMS))
}
