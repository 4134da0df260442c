//! Addresses of `-target`, `-exclude` and `-replace` that name nothing.
//!
//! Terraform says nothing of them: a plan with a misspelled `-target` has no changes, and that looks
//! like an answer. Here a warning says so; an exclusion that excludes nothing is an error, for what
//! it was to protect would be carried out.

use infra_model::{
    address::{Address, InstanceKey, ModuleAddress},
    diagnostic::{Diagnostic, Diagnostics},
    program::{Node, NodeSort, Program},
    snapshot::Snapshot,
    text,
};
use infra_plan::{
    options::{Options, Target},
    plan::Plan,
};
use std::collections::BTreeSet;

/// Returns what is wrong with exclusions, before anything is planned.
pub fn exclusions(program: &dyn Program, snapshot: &Snapshot, options: &Options) -> Diagnostics {
    let there = There::new(program, snapshot);
    let unmatched = options.excludes.iter().filter(|target| !there.has_block(target));
    unmatched
        .map(|target| {
            let name = shown(target);
            Diagnostic::error(
                "infra::cli::scope_unmatched",
                format!("Nothing matches -exclude={name}"),
            )
            .detail(format!(
                "Neither the configuration nor the state has {name}, so that nothing would be \
                     left out. Nothing was changed."
            ))
            .help(there.instead(&name))
        })
        .collect()
}

/// Returns what selects nothing of a finished plan.
pub fn selections(
    program: &dyn Program,
    (snapshot, plan): (&Snapshot, &Plan),
    options: &Options,
) -> Diagnostics {
    let there = There::new(program, snapshot);
    let replaced = options.replace.iter().cloned().map(Target::Resource);
    let replaced = replaced.map(|target| ("replace", target));
    let targets = options.targets.iter().cloned().map(|target| ("target", target));
    let all = targets.chain(replaced);
    all.filter(|(_, target)| !(there.has_block(target) && there.has_instance(plan, target)))
        .map(|(flag, target)| {
            let name = shown(&target);
            let summary = format!("Nothing matches -{flag}={name}");
            Diagnostic::warning("infra::cli::scope_unmatched", summary)
                .detail(format!(
                    "Neither the configuration nor the state has {name}, so that this option selects \
                     nothing."
                ))
                .help(there.instead(&name))
        })
        .collect()
}

/// What addresses may stand for.
struct There<'a> {
    nodes: &'a [Node],
    snapshot: &'a Snapshot,
}

impl<'a> There<'a> {
    fn new(program: &'a dyn Program, snapshot: &'a Snapshot) -> Self {
        Self { nodes: program.nodes(), snapshot }
    }

    /// Returns whether there is such a block or something recorded, whatever the keys.
    fn has_block(&self, target: &Target) -> bool {
        let wanted = path(target);
        let is_module = matches!(target, Target::Module(_));
        let is_it = |node: &Node| {
            let own = node_path(node);
            own == wanted || is_module && own.starts_with(&format!("{wanted}."))
        };
        self.nodes.iter().any(is_it) || self.snapshot.instances.keys().any(|a| covers(target, a))
    }

    /// Returns whether there is such an instance; of one without keys nothing more is asked.
    fn has_instance(&self, plan: &Plan, target: &Target) -> bool {
        let Target::Resource(address) = target else { return true };
        let has_key = !matches!(address.key, InstanceKey::None | InstanceKey::Any);
        let planned = plan.changes.iter().map(|change| &change.address);
        let deferred = plan.deferred.iter().map(|deferred| &deferred.address);
        let mut all = planned.chain(deferred).chain(self.snapshot.instances.keys());
        !has_key || all.any(|other| other.covers(address) || address.covers(other))
    }

    /// Returns what may have been meant.
    fn instead(&self, name: &str) -> String {
        let recorded = self.snapshot.instances.keys();
        let mut known: BTreeSet<String> = recorded.map(ToString::to_string).collect();
        let named = |node: &&Node| matches!(node.sort, NodeSort::Resource(..) | NodeSort::Module);
        known.extend(self.nodes.iter().filter(named).map(node_path));
        match text::nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "`infra state list` shows what is recorded.".to_owned(),
        }
    }
}

fn covers(target: &Target, address: &Address) -> bool {
    match target {
        Target::Module(module) => module.contains(&address.module),
        Target::Resource(named) => {
            let any = named.key == InstanceKey::None;
            if any {
                named.with_key(InstanceKey::Any).covers(address)
            } else {
                named.covers(address)
            }
        }
    }
}

/// Returns a target as it was given.
fn shown(target: &Target) -> String {
    match target {
        Target::Module(module) => module.to_string(),
        Target::Resource(address) if address.key == InstanceKey::Any => {
            address.with_key(InstanceKey::None).to_string()
        }
        Target::Resource(address) => address.to_string(),
    }
}

/// Returns a target without the keys of instances.
fn path(target: &Target) -> String {
    match target {
        Target::Module(module) => without_keys(module),
        Target::Resource(address) => address.without_keys().to_string(),
    }
}

fn without_keys(module: &ModuleAddress) -> String {
    let names = module.steps().iter().map(|step| format!("module.{}", step.name));
    names.collect::<Vec<_>>().join(".")
}

fn node_path(node: &Node) -> String {
    let modules = node.module.iter().map(|name| format!("module.{name}."));
    modules.collect::<String>() + &node.name
}
