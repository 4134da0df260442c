//! Attributes that contributed to what is planned, as Terraform finds them: from each change
//! through references of the configuration to resources, and from those on.
//!
//! Says nothing about values; it is found from what is written alone.

use super::configuration::references::{self, Key, Reference, Step, Subject};
use crate::project::Project;
use infra_lang::config::{
    Configuration, ExprAt, Module, ResourceName,
    block::{Repeat, ResourceBlock},
};
use infra_lang::syntax::tree::{Block, Body};
use infra_model::{
    address::{Address, InstanceKey, KindName, Mode, ModuleAddress},
    schema::Block as Schema,
    source::SourceId,
    text::Text,
};
use infra_plan::plan::{Action, Plan, PlanMode};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// A reference with the place it is written at.
#[derive(Clone)]
struct Found {
    module: ModuleAddress,
    /// The resource that it is written in, for `each` and `count`.
    within: Option<ResourceName>,
    reference: Reference,
}

impl Found {
    fn key(&self) -> String {
        let Reference { subject, remaining } = &self.reference;
        let steps: String = remaining.iter().map(ToString::to_string).collect();
        let within = self.within.as_ref().map(|name| format!("{}.{}", name.kind.0, name.name));
        format!("{}|{}|{subject}{steps}", self.module, within.unwrap_or_default())
    }
}

/// Returns the attributes that contributed to a plan, sorted.
pub(super) fn attributes(plan: &Plan, project: &Project) -> Vec<Json> {
    let search = Search { project, configuration: project.configuration() };
    let mut queue = search.begin(plan);
    let mut seen = BTreeSet::new();
    let mut resources = BTreeMap::new();
    while let Some(found) = queue.pop() {
        if !seen.insert(found.key()) {
            continue;
        }
        if let Some((address, attribute)) = attribute(&found) {
            resources.insert(format!("{address} {attribute}"), (address, attribute));
        }
        queue.extend(search.behind(&found));
    }
    let json = |(address, path)| json!({ "resource": address, "attribute": path });
    resources.into_values().map(json).collect()
}

/// Returns the resource and the path of a reference to one.
fn attribute(found: &Found) -> Option<(String, Json)> {
    let Subject::Resource { .. } = found.reference.subject else { return None };
    let module = found.module.to_string();
    let dot = if module.is_empty() { "" } else { "." };
    let path = found.reference.remaining.iter().map(|step| match step {
        Step::Attribute(name) | Step::Index(Key::Text(name)) => Json::from(&**name),
        Step::Index(Key::Number(text)) => serde_json::from_str(text).unwrap_or_default(),
    });
    Some((format!("{module}{dot}{}", found.reference.subject), path.collect()))
}

struct Search<'a> {
    project: &'a Project,
    configuration: &'a Configuration,
}

impl Search<'_> {
    /// Returns the references of all that changes. Outputs of inner modules are not recorded, so
    /// that each is new.
    fn begin(&self, plan: &Plan) -> Vec<Found> {
        let mut found = Vec::new();
        let mut modules = BTreeSet::new();
        for change in &plan.changes {
            let mut module = Some(change.address.module.clone());
            while let Some(inner) = module.filter(|module| !module.is_root()) {
                module = inner.parent();
                modules.insert(inner);
            }
            if change.action != Action::NoOp && change.address.mode != Mode::Ephemeral {
                found.extend(self.of_resource(&change.address, &[]));
            }
        }
        let root = ModuleAddress::root();
        for (name, change) in &plan.outputs {
            if super::plan::output_action(change) != "no-op" {
                found.extend(self.of_output(&root, name));
            }
        }
        if plan.mode != PlanMode::Destroy {
            let all = modules.iter();
            found.extend(all.flat_map(|module| self.of_outputs(module)));
        }
        found
    }

    /// Returns what a reference is made from.
    fn behind(&self, found: &Found) -> Vec<Found> {
        let module = &found.module;
        match &found.reference.subject {
            Subject::Named(root, Some(name)) => match &**root {
                "local" => self.of_local(module, name),
                "var" => self.of_variable(module, name),
                "each" | "count" => self.of_repetition(module, found.within.as_ref()),
                _ => Vec::new(),
            },
            Subject::Named(_, None) => Vec::new(),
            Subject::Module { name, key, output } => {
                let key = key.as_ref().map_or(InstanceKey::None, instance_key);
                let child = module.child(name.clone(), key);
                match output {
                    Some(output) => self.of_output(&child, output),
                    None => self.of_outputs(&child),
                }
            }
            Subject::Resource { mode, kind, name, key } => {
                let mode = match *mode {
                    "data." => Mode::Data,
                    "ephemeral." => Mode::Ephemeral,
                    _ => Mode::Managed,
                };
                let address = Address {
                    module: module.clone(),
                    mode,
                    kind: KindName(kind.clone()),
                    name: name.clone(),
                    key: key.as_ref().map_or(InstanceKey::None, instance_key),
                };
                self.of_resource(&address, &found.reference.remaining)
            }
        }
    }

    fn module(&self, address: &ModuleAddress) -> Option<&Module> {
        let mut place = 0;
        for step in address.steps() {
            let call = self.configuration.module_at(place).calls.get_index_of(&step.name)?;
            place = self.configuration.places[place].children.get(call).copied().flatten()?;
        }
        Some(self.configuration.module_at(place))
    }

    fn of_expressions(
        &self,
        (module, within): (&ModuleAddress, Option<&ResourceName>),
        expressions: &[ExprAt],
    ) -> Vec<Found> {
        expressions
            .iter()
            .flat_map(|at| references::of(self.configuration.tree(at.source), at.id))
            .map(|reference| Found { module: module.clone(), within: within.cloned(), reference })
            .collect()
    }

    fn of_local(&self, module: &ModuleAddress, name: &Text) -> Vec<Found> {
        let local = self.module(module).and_then(|found| found.locals.get(name));
        self.of_expressions((module, None), local.map(|local| local.value).as_slice())
    }

    fn of_variable(&self, module: &ModuleAddress, name: &Text) -> Vec<Found> {
        let Some((outer, step)) = module.parent().zip(module.steps().last()) else {
            return Vec::new();
        };
        let call = self.module(&outer).and_then(|found| found.calls.get(&step.name));
        let mut inputs = call.into_iter().flat_map(|call| &call.inputs);
        let input = inputs.find(|(input, _)| input.name == *name).map(|(_, at)| *at);
        self.of_expressions((&outer, None), input.as_slice())
    }

    fn of_output(&self, module: &ModuleAddress, name: &Text) -> Vec<Found> {
        let output = self.module(module).and_then(|found| found.outputs.get(name));
        self.of_expressions((module, None), output.map(|output| output.value).as_slice())
    }

    fn of_outputs(&self, module: &ModuleAddress) -> Vec<Found> {
        let names = self.module(module).map(|found| found.outputs.keys());
        names.into_iter().flatten().flat_map(|name| self.of_output(module, name)).collect()
    }

    fn of_repetition(&self, module: &ModuleAddress, within: Option<&ResourceName>) -> Vec<Found> {
        let block = within.and_then(|name| self.module(module)?.resources.get(name));
        match block.map(|block| block.repeat) {
            Some(Repeat::Count(at) | Repeat::Each(at) | Repeat::When(at)) => {
                self.of_expressions((module, None), &[at])
            }
            Some(Repeat::Once) | None => Vec::new(),
        }
    }

    /// Returns the references of a resource, or of the attribute or block that steps lead to.
    fn of_resource(&self, address: &Address, steps: &[Step]) -> Vec<Found> {
        let Address { module, mode, kind, name, .. } = address.clone();
        let name = ResourceName { mode, kind, name };
        let block = self.module(&module).and_then(|found| found.resources.get(&name));
        let kind = self.project.kinds.get(name.mode, &name.kind);
        let (Some(block), Some(kind)) = (block, kind) else { return Vec::new() };
        let expressions = expressions(block, &kind.schema().block, steps);
        self.of_expressions((&module, Some(&name)), &expressions)
    }
}

fn expressions(block: &ResourceBlock, schema: &Schema, steps: &[Step]) -> Vec<ExprAt> {
    let mut names = steps.iter().filter_map(|step| match step {
        Step::Attribute(name) => Some(name),
        Step::Index(_) => None,
    });
    let mut out = Vec::new();
    under(&mut out, block.span.source, (&block.body, schema), &mut names);
    out
}

fn under<'s>(
    out: &mut Vec<ExprAt>,
    source: SourceId,
    (body, schema): (&Body, &Schema),
    names: &mut (impl Iterator<Item = &'s Text> + Clone),
) {
    let wanted = names.next();
    let is_wanted = |name: &Text| wanted.is_none_or(|wanted| wanted == name);
    for attribute in &body.attributes {
        let name = &attribute.name.name;
        if is_wanted(name) && schema.attributes.contains_key(name) {
            out.push(ExprAt { source, id: attribute.value });
        }
    }
    for (name, nested) in schema.blocks.iter().filter(|(name, _)| is_wanted(name)) {
        let blocks: Vec<&Block> = body.blocks_of(name).collect();
        for block in blocks {
            under(out, source, (&block.body, &nested.block), &mut names.clone());
        }
    }
}

fn instance_key(key: &Key) -> InstanceKey {
    match key {
        Key::Text(text) => InstanceKey::Name(text.clone()),
        Key::Number(text) => text.parse().map_or(InstanceKey::None, InstanceKey::Index),
    }
}
