//! From the blocks of a test to what a run needs: providers, stand-ins, variables, options.

use super::{Shown, Surroundings};
use crate::{
    operation,
    project::Project,
    render::{
        json,
        literal::Secrets,
        plan::{self as text, View},
        state,
    },
};
use infra_lang::{
    config::{
        ExprAt,
        block::{ProviderBlock, ProviderRef},
        testing::{ModuleStandIn, OverrideSort, RunBlock, Subject, TestFile},
    },
    program::Compiled,
    syntax::tree::Ident,
};
use infra_model::{
    address::{InstanceKey, ModuleAddress},
    diagnostic::{Diagnostic, Diagnostics},
    snapshot::Snapshot,
    text::Text,
};
use infra_plan::{
    options::{Options, Target},
    plan::{Plan, PlanMode},
};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The provider blocks of the file as the module under test knows them, each with its own name.
pub(super) fn providers(test: &TestFile, run: &RunBlock) -> Vec<(ProviderBlock, ProviderBlock)> {
    if !run.names_providers {
        return test.providers.iter().map(|block| (block.clone(), block.clone())).collect();
    }
    let mut found = Vec::new();
    for (inside, outside) in &run.providers {
        let own = test.providers.iter().find(|block| is_meant(block, outside));
        let Some(own) = own else { continue };
        let ident = |name: &Text| Ident { name: name.clone(), span: inside.span };
        let block = ProviderBlock {
            name: ident(&inside.name),
            alias: inside.alias.as_ref().map(ident),
            ..own.clone()
        };
        found.push((block, own.clone()));
    }
    found
}

fn is_meant(block: &ProviderBlock, reference: &ProviderRef) -> bool {
    let alias = block.alias.as_ref().map(|alias| &alias.name);
    block.name.name == reference.name && alias == reference.alias.as_ref()
}

/// Returns an error for each provider that a run names and neither the file nor the module has.
pub(super) fn missing_providers(
    test: &TestFile,
    run: &RunBlock,
    compiled: &Compiled,
) -> Diagnostics {
    let own = compiled.configuration().modules.first().map_or(&[][..], |root| &root.providers);
    let mut found = Vec::new();
    for (_, outside) in &run.providers {
        let is_there = |block: &ProviderBlock| is_meant(block, outside);
        if outside.alias.is_none() || test.providers.iter().chain(own).any(is_there) {
            continue;
        }
        let alias = outside.alias.as_ref().map_or(String::new(), |alias| format!(".{alias}"));
        let summary = format!("Missing provider definition for {}{alias}", outside.name);
        found.push(
            Diagnostic::error("infra::config::provider_undeclared", summary)
                .detail("This provider block references a provider definition that does not exist.")
                .label(outside.span, "no such provider")
                .help("add the `provider` or `mock_provider` block to the test file"),
        );
    }
    found
}

/// Returns an error for each override of a single instance of a module: the others would be
/// overridden with it.
pub(super) fn single_modules(test: &TestFile, run: &RunBlock, compiled: &Compiled) -> Diagnostics {
    let all = run.overrides.iter().chain(&test.overrides);
    let modules = all.filter(|one| one.sort == OverrideSort::Module).map(|one| one.target);
    let is_single = |target: &ExprAt| {
        let address = test.written(*target).parse::<ModuleAddress>();
        address.is_ok_and(|address| is_one_of_many(&address, compiled))
    };
    modules
        .filter(is_single)
        .map(|target| {
            let summary = "Override of a single module instance";
            Diagnostic::error("infra::config::test_invalid", summary)
                .detail(format!("The override of {} would stand in for all instances of the call: they share their configuration. Nothing was made.", test.written(target)))
                .label(test.span(target), "one instance of several")
                .help("leave the key out to override all instances, or override resources of the instance")
        })
        .collect()
}

fn is_one_of_many(address: &ModuleAddress, compiled: &Compiled) -> bool {
    let configuration = compiled.configuration();
    let steps = address.steps();
    let mut keyed = steps.iter().enumerate().filter(|(_, step)| step.key != InstanceKey::None);
    keyed.any(|(at, step)| {
        let above = || steps[..at].iter().map(|step| &step.name);
        let place = configuration.places.iter().position(|place| place.path.iter().eq(above()));
        let call = place.and_then(|place| configuration.module_at(place).calls.get(&step.name));
        call.is_some_and(|call| call.repeat.is_keyed())
    })
}

/// Returns what the provider blocks of a test say.
pub(super) fn arguments(test: &TestFile, subject: &Subject) -> Vec<ExprAt> {
    subject.providers.iter().flat_map(|block| test.arguments(block)).collect()
}

/// Returns whether the provider blocks of a test refer to anything.
pub(super) fn refers(test: &TestFile, subject: &Subject) -> bool {
    arguments(test, subject).iter().any(|argument| !test.references(*argument).is_empty())
}

/// Returns the same with nothing said in the provider blocks.
pub(super) fn without_arguments(subject: &Subject) -> Subject {
    let mut bare = subject.clone();
    for block in &mut bare.providers {
        block.body.attributes.clear();
        block.body.blocks.clear();
    }
    bare
}

/// Leaves out the provider blocks that the module under test has no use for.
pub(super) fn retain_used(subject: &mut Subject, compiled: &Compiled) {
    let used = compiled.configuration().modules.first().map_or(&[][..], |root| &root.providers);
    subject.providers.retain(|block| used.iter().any(|other| other.span == block.span));
}

/// Returns what a run puts in its place in the configuration.
pub(super) fn subject(test: &TestFile, run: &RunBlock) -> Subject {
    let all = run.overrides.iter().chain(&test.overrides);
    let mut modules: Vec<ModuleStandIn> = Vec::new();
    for one in all.filter(|one| one.sort == OverrideSort::Module) {
        let Ok(address) = test.written(one.target).parse::<ModuleAddress>() else { continue };
        let path: Vec<Text> = address.steps().iter().map(|step| step.name.clone()).collect();
        if modules.iter().all(|other| other.path != path) {
            let outputs = one.values.map_or_else(Vec::new, |values| test.members(values));
            modules.push(ModuleStandIn { path, outputs });
        }
    }
    let providers = providers(test, run).into_iter().map(|(block, _)| block).collect();
    let takes_all = run.names_providers;
    Subject { providers, takes_all, modules, null: test.null, scope: None }
}

/// Returns the planner's options of a run.
pub(super) fn options(around: &Surroundings<'_>, run: &RunBlock) -> Result<Options, Diagnostics> {
    let mut problems = Vec::new();
    let mut replace = Vec::new();
    for one in &run.options.replace {
        match operation::address(around.test.written(*one)) {
            Ok(address) => replace.push(address),
            Err(found) => problems.push(found.label(around.test.span(*one), "here")),
        }
    }
    let mut targets: Vec<Target> = Vec::new();
    for one in &run.options.targets {
        match operation::target(around.test.written(*one)) {
            Ok(target) => targets.push(target),
            Err(found) => problems.push(found.label(around.test.span(*one), "here")),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mode = if run.options.refresh_only { PlanMode::RefreshOnly } else { PlanMode::Normal };
    Ok(Options { mode, targets, replace, refresh: run.options.refresh, ..Options::default() })
}

/// Says that only a part was applied.
pub(super) fn incomplete() -> Diagnostic {
    Diagnostic::warning("infra::plan::partial", "Applied changes may be incomplete")
        .detail("The plan was created with a target, so some changes requested in the configuration may have been ignored and the output values may not be fully updated.")
        .help("leave `target` out of the run to apply everything")
}

/// Returns a plan as `-verbose` shows it.
pub(super) fn shown_plan(
    around: &Surroundings<'_>,
    project: &Project,
    (plan, prior): (&Plan, &Snapshot),
) -> Shown {
    let text = text::render(plan, &View::new(around.context, project));
    let whole = json::plan(plan, project, (prior, Secrets::Masked));
    let wanted = ["output_changes", "resource_changes", "resource_drift", "relevant_attributes"];
    Shown::Plan(text, document(("plan", "1.2"), (&whole, &wanted), project))
}

/// Returns a state as `-verbose` shows it.
pub(super) fn shown_state(snapshot: &Snapshot, project: &Project) -> Shown {
    let text = state::snapshot(snapshot, (&project.kinds, Secrets::Masked));
    let whole = json::state(snapshot, Secrets::Masked);
    Shown::State(text, document(("state", "1.0"), (&whole, &["root_module", "outputs"]), project))
}

/// Returns the members of a document that a test tells, with the schemas that explain them.
fn document(
    (sort, version): (&str, &str),
    (whole, wanted): (&str, &[&str]),
    project: &Project,
) -> String {
    let names: BTreeSet<Text> =
        project.required_providers().iter().flat_map(|m| m.providers.keys().cloned()).collect();
    let schemas = json::schemas(&project.kinds, &names);
    // What this program writes it can read; if not, that is what is shown.
    let read = |text: &str| match serde_json::from_str::<Json>(text) {
        Ok(document) => document,
        Err(error) => serde_json::json!({ "error": error.to_string() }),
    };
    let (whole, schemas) = (read(whole), read(&schemas));
    let values = whole.get("values").unwrap_or(&whole);
    let mut found = serde_json::Map::new();
    found.insert(format!("{sort}_format_version"), version.into());
    for name in wanted {
        let value = values.get(name).cloned();
        found.extend(value.map(|value| ((*name).to_owned(), value)));
    }
    found.insert("provider_format_version".to_owned(), "1.0".into());
    let schemas = schemas.get("provider_schemas").cloned().unwrap_or_default();
    found.insert("provider_schemas".to_owned(), schemas);
    Json::Object(found).to_string()
}
