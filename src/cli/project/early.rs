//! Loading in two passes, where sources of modules or the backend are made of root variables.
//!
//! The first pass tells which variables there are; most configurations need no second one.

use super::Backend;
use crate::{
    arguments::VariableArguments, context::Context, failure::Failure, files::FileSources,
    variables, wire,
};
use infra_lang::{
    compile::compile,
    config::{
        Configuration,
        early::Given,
        load::{LoadOptions, load as load_once},
        settings::local_backend,
    },
};
use infra_model::{
    diagnostic::{Diagnostics, has_errors},
    source::SourceMap,
    sources::Sources,
    text::Text,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

/// Where root variables get their values, should they be needed for loading.
#[derive(Clone, Copy)]
pub(super) enum Early<'a> {
    /// From flags, the environment and files.
    Given(&'a VariableArguments),
    /// From a saved plan.
    Recorded(&'a BTreeMap<Text, Value>),
}

/// A loaded configuration.
pub(super) struct Loaded {
    pub(super) configuration: Configuration,
    pub(super) map: SourceMap,
    pub(super) diagnostics: Diagnostics,
    pub(super) backend: Result<Backend, Diagnostics>,
}

/// Loads a configuration.
///
/// # Errors
///
/// If root variables are needed, and the values that are given have mistakes.
pub(super) fn load(
    context: &Context,
    files: &Arc<FileSources>,
    early: Early<'_>,
    options: LoadOptions<'_>,
) -> Result<Loaded, Failure> {
    let recorded = match early {
        Early::Given(_) => None,
        Early::Recorded(values) => Some(values),
    };
    let (first, wants_variables) = pass(files, recorded, options);
    let (true, Early::Given(given)) = (wants_variables, early) else { return Ok(first) };
    let values = values(context, files, first, given)?;
    Ok(pass(files, Some(&values), options).0)
}

fn pass(
    files: &Arc<FileSources>,
    variables: Option<&BTreeMap<Text, Value>>,
    options: LoadOptions<'_>,
) -> (Loaded, bool) {
    let options = LoadOptions { variables, ..options };
    let (configuration, map, diagnostics) = load_once(files.as_ref(), ".", options);
    let given = Given { variables, sources: files.as_ref() };
    let (backend, backend_wants) = backend(&configuration, given);
    let wants_variables = configuration.wants_variables || backend_wants;
    (Loaded { configuration, map, diagnostics, backend }, wants_variables)
}

/// Returns the values of the root variables that a first pass found.
fn values(
    context: &Context,
    files: &Arc<FileSources>,
    first: Loaded,
    given: &VariableArguments,
) -> Result<BTreeMap<Text, Value>, Failure> {
    let registry = wire::registry(context);
    let kinds = Arc::new(wire::kinds(&registry));
    let shared: Arc<dyn Sources> = Arc::<FileSources>::clone(files);
    // What is wrong besides is found again by the second pass.
    let (compiled, _) = compile(first.configuration, first.map, &kinds, shared);
    let (values, sources, diagnostics) = variables::collect(context, &compiled, given);
    if has_errors(&diagnostics) {
        return Err(Failure::new(diagnostics, Arc::new(sources)));
    }
    Ok(values)
}

/// Reads the `backend` block of the root module.
fn backend(
    configuration: &Configuration,
    given: Given<'_>,
) -> (Result<Backend, Diagnostics>, bool) {
    let block = configuration.modules.first().and_then(|root| root.backend.as_ref());
    let Some(block) = block else { return (Ok(Backend::default()), false) };
    let local = local_backend(configuration, block, given);
    if has_errors(&local.diagnostics) {
        return (Err(local.diagnostics), local.wants_variables);
    }
    let owned = |text: Option<Text>| text.map(|text| text.to_string());
    let (path, workspace_dir) = (owned(local.path), owned(local.workspace_dir));
    (Ok(Backend { path, workspace_dir, ..Backend::default() }), local.wants_variables)
}
