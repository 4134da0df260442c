//! The configuration in the format of `show -json PLAN`: what is written, not what it comes to.
//!
//! Terraform tells neither local values nor `dynamic` blocks; so does this.

mod expression;
mod providers;
pub(super) mod references;

use crate::{project::Project, render::literal::Secrets};
use expression::{depends_on, members, value};
use infra_lang::config::{
    Configuration, ResourceName,
    block::{Call, OutputBlock, Repeat, ResourceBlock, Variable},
};
use infra_model::address::Mode;
use providers::Providers;
use serde_json::{Map, Value as Json, json};

/// What every part of the configuration is told with.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) project: &'a Project,
    pub(super) configuration: &'a Configuration,
    pub(super) secrets: Secrets,
}

/// Returns the configuration of a project.
pub(super) fn configuration(project: &Project, secrets: Secrets) -> Json {
    let source = Source { project, configuration: project.configuration(), secrets };
    let providers = Providers::of(source);
    let mut out = Map::new();
    put(&mut out, "provider_config", providers.json(source));
    out.insert("root_module".to_owned(), module(source, 0, &providers));
    Json::Object(out)
}

/// Adds a member, unless there is nothing in it.
pub(super) fn put(out: &mut Map<String, Json>, name: &str, member: Json) {
    let is_empty = match &member {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(true) | Json::Number(_) => false,
    };
    if !is_empty {
        out.insert(name.to_owned(), member);
    }
}

fn module(source: Source<'_>, place: usize, providers: &Providers) -> Json {
    let module = source.configuration.module_at(place);
    let mut out = Map::new();
    let outputs = module.outputs.iter().map(|(name, own)| (name.to_string(), output(source, own)));
    put(&mut out, "outputs", outputs.collect::<Map<_, _>>().into());
    put(&mut out, "resources", resources(source, place, providers));
    let calls = module.calls.iter().enumerate().map(|(at, (name, own))| {
        let child = source.configuration.places[place].children.get(at).copied().flatten();
        (name.to_string(), call(source, own, child.map(|child| (child, providers))))
    });
    put(&mut out, "module_calls", calls.collect::<Map<_, _>>().into());
    let variables = module.variables.iter();
    let variables = variables.map(|(name, own)| (name.to_string(), variable(own, source.secrets)));
    put(&mut out, "variables", variables.collect::<Map<_, _>>().into());
    Json::Object(out)
}

fn output(source: Source<'_>, output: &OutputBlock) -> Json {
    let mut out = Map::new();
    put(&mut out, "sensitive", output.sensitive.into());
    put(&mut out, "ephemeral", output.ephemeral.into());
    out.insert("expression".to_owned(), value(source, output.value, output.sensitive));
    put(&mut out, "depends_on", depends_on(source, &output.depends_on));
    put(&mut out, "description", (&*output.description).into());
    Json::Object(out)
}

fn variable(variable: &Variable, secrets: Secrets) -> Json {
    let mut out = Map::new();
    if let Some(default) = &variable.default {
        let is_masked = variable.sensitive && secrets == Secrets::Masked;
        let text = (!is_masked).then(|| super::values::known(default, secrets)).flatten();
        out.insert("default".to_owned(), text.map_or(Json::Null, |text| json!(text)));
    }
    put(&mut out, "description", (&*variable.description).into());
    put(&mut out, "sensitive", variable.sensitive.into());
    Json::Object(out)
}

fn call(source: Source<'_>, call: &Call, child: Option<(usize, &Providers)>) -> Json {
    let constant = |at| expression::constant(source.configuration, at);
    let text = |at| constant(at).and_then(|value| value.as_text().map(ToString::to_string));
    let mut out = Map::new();
    put(&mut out, "source", text(call.source).into());
    put(&mut out, "version_constraint", call.version.and_then(text).into());
    let variables = child.map(|(place, _)| &source.configuration.module_at(place).variables);
    let inputs = call.inputs.iter().filter_map(|(name, input)| {
        let variable = variables.and_then(|variables| variables.get(&name.name))?;
        Some((name.name.to_string(), value(source, *input, variable.sensitive)))
    });
    put(&mut out, "expressions", inputs.collect::<Map<_, _>>().into());
    repeat(&mut out, source, call.repeat);
    let inside = child.map_or_else(|| json!({}), |(place, all)| module(source, place, all));
    out.insert("module".to_owned(), inside);
    put(&mut out, "depends_on", depends_on(source, &call.depends_on));
    Json::Object(out)
}

fn repeat(out: &mut Map<String, Json>, source: Source<'_>, repeat: Repeat) {
    match repeat {
        Repeat::Once => {}
        Repeat::Count(count) => put(out, "count_expression", value(source, count, false)),
        Repeat::Each(each) => put(out, "for_each_expression", value(source, each, false)),
        // A member of our own: Terraform has no such argument.
        Repeat::When(enabled) => put(out, "enabled_expression", value(source, enabled, false)),
    }
}

/// Returns the resources of a module: those that are managed, then data sources, then those that
/// are ephemeral, each by address.
fn resources(source: Source<'_>, place: usize, providers: &Providers) -> Json {
    let module = source.configuration.module_at(place);
    let rank = |mode: Mode| match mode {
        Mode::Managed => 0,
        Mode::Data => 1,
        Mode::Ephemeral => 2,
    };
    let mut all: Vec<_> = module.resources.iter().collect();
    all.sort_by_key(|(name, _)| (rank(name.mode), written(name)));
    all.into_iter()
        .map(|(name, block)| {
            let key = providers.key_of(source.configuration, place, (name, block));
            resource(source, (name, block), key)
        })
        .collect()
}

/// Returns the address of a resource within its module.
pub(super) fn written(name: &ResourceName) -> String {
    let mode = match name.mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    };
    format!("{mode}{}.{}", name.kind.0, name.name)
}

fn resource(
    source: Source<'_>,
    (name, block): (&ResourceName, &ResourceBlock),
    provider_key: String,
) -> Json {
    let kind = source.project.kinds.get(name.mode, &name.kind);
    let schema = kind.map(|kind| kind.schema());
    let mut out = Map::new();
    out.insert("address".to_owned(), written(name).into());
    out.insert("mode".to_owned(), super::state::mode(name.mode).into());
    out.insert("type".to_owned(), (&*name.kind.0).into());
    out.insert("name".to_owned(), (&*name.name).into());
    out.insert("provider_config_key".to_owned(), provider_key.into());
    let provisioners = block.provisioners.iter().map(|provisioner| {
        let known = source.project.registry.provisioners.get(&provisioner.kind.name);
        let schema = known.map(|provisioner| provisioner.schema());
        let file = provisioner.span.source;
        let mut out = Map::new();
        out.insert("type".to_owned(), (&*provisioner.kind.name).into());
        let expressions = schema.map(|s| members(source, (file, &provisioner.body), &s));
        put(&mut out, "expressions", expressions.unwrap_or_default());
        Json::Object(out)
    });
    put(&mut out, "provisioners", provisioners.collect());
    let file = block.span.source;
    let expressions = schema.map(|s| members(source, (file, &block.body), &s.block));
    put(&mut out, "expressions", expressions.unwrap_or_default());
    out.insert("schema_version".to_owned(), schema.map_or(0, |schema| schema.version).into());
    repeat(&mut out, source, block.repeat);
    put(&mut out, "depends_on", depends_on(source, &block.depends_on));
    Json::Object(out)
}
