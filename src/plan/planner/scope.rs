//! What a plan is about: `-target`, `-exclude`, and the fragment of a deferred part.

use crate::options::{Fragment, PlannerInput, Target};
use infra_model::{
    address::{Address, InstanceKey, KindName, Mode, ModuleAddress},
    program::{Endpoint, Node, NodeId, NodeSort, Program},
    text::Text,
};
use std::collections::BTreeSet;

/// What a plan is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    targets: Vec<Target>,
    excludes: Vec<Target>,
    /// Blocks that need what is excluded, whatever the key of that.
    dropped: BTreeSet<(Vec<Text>, Mode, KindName, Text)>,
    /// Nodes that targets name, and nodes that those need; `None` without targets.
    nodes: Option<NodeScope>,
    /// The deferred addresses of a fragment.
    fragment: Option<Vec<Address>>,
}

#[derive(Clone, Debug, Default)]
struct NodeScope {
    named: BTreeSet<NodeId>,
    needed: BTreeSet<NodeId>,
}

impl Scope {
    pub(super) fn of(input: &PlannerInput, fragment: Option<&Fragment>) -> Self {
        let program = &*input.program;
        let options = &input.options;
        if let Some(fragment) = fragment {
            let addresses = fragment.deferred.iter().map(|d| d.address.clone()).collect();
            let of_fragment = |n: &Node| fragment.deferred.iter().any(|d| node_has(n, &d.address));
            let named = matching(program, of_fragment);
            let needed = between(program, &named);
            let nodes = NodeScope { named, needed };
            return Self { nodes: Some(nodes), fragment: Some(addresses), ..Self::default() };
        }
        let destroying = options.mode == crate::plan::PlanMode::Destroy;
        let nodes = (!options.targets.is_empty() && !destroying).then(|| {
            let mut nodes = NodeScope::default();
            for target in &options.targets {
                let named = matching(program, |n| node_is(n, target));
                // Of a block that a target names itself it means what it names, even if something
                // else that it names needs the block.
                nodes.needed.extend(needed_by(program, &named).difference(&named));
                nodes.named.extend(named);
            }
            nodes
        });
        let (targets, excludes) = (options.targets.clone(), options.excludes.clone());
        // A destroy keeps what the excluded is made from, which the records tell.
        let dropped = if destroying { BTreeSet::new() } else { dropped(program, &excludes) };
        Self { targets, excludes, dropped, nodes, fragment: None }
    }

    /// Returns whether targets or exclusions are in force.
    pub(super) fn is_partial(&self) -> bool {
        !self.targets.is_empty() || !self.excludes.is_empty()
    }

    pub(super) fn takes_node(&self, node: NodeId) -> bool {
        self.nodes.as_ref().is_none_or(|n| n.named.contains(&node) || n.needed.contains(&node))
    }

    /// Returns whether the targets need a node.
    pub(super) fn needs_node(&self, node: NodeId) -> bool {
        self.nodes.as_ref().is_some_and(|nodes| nodes.needed.contains(&node))
    }

    /// Returns whether an instance of a node that is taken is planned.
    pub(super) fn takes(&self, node: NodeId, address: &Address) -> bool {
        if let Some(fragment) = &self.fragment {
            return fragment.iter().any(|deferred| deferred.covers(address));
        }
        let needed = self.nodes.as_ref().is_none_or(|nodes| nodes.needed.contains(&node));
        needed || self.is_targeted(address)
    }

    /// Returns whether a target names an address; without targets everything is named.
    pub(super) fn is_targeted(&self, address: &Address) -> bool {
        self.targets.is_empty() || self.targets.iter().any(|target| covers(target, address))
    }

    /// Returns whether an address is excluded, by its name or because it needs what is.
    pub(super) fn is_excluded(&self, address: &Address) -> bool {
        let is_dropped = || {
            let Address { mode, kind, name, .. } = address;
            let block = (names(&address.module), *mode, kind.clone(), name.clone());
            self.dropped.contains(&block)
        };
        self.is_named_excluded(address) || !self.dropped.is_empty() && is_dropped()
    }

    /// Returns whether an exclusion names an address.
    pub(super) fn is_named_excluded(&self, address: &Address) -> bool {
        self.excludes.iter().any(|target| covers(target, address))
    }

    /// Returns whether a fragment may touch what is recorded here; a whole plan may.
    pub(super) fn fragment_takes(&self, address: &Address) -> bool {
        self.fragment.as_ref().is_none_or(|all| all.iter().any(|d| d.overlaps(address)))
    }

    pub(super) fn is_fragment(&self) -> bool {
        self.fragment.is_some()
    }
}

fn matching(program: &dyn Program, is: impl Fn(&Node) -> bool) -> BTreeSet<NodeId> {
    let nodes = (0_u32..).zip(program.nodes());
    nodes.filter(|(_, node)| is(node)).map(|(number, _)| NodeId(number)).collect()
}

/// The values through which nodes may depend on others of the same fragment: without them, one
/// would be opened before the other is decided. Nodes stand behind what they depend on.
fn between(program: &dyn Program, named: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    for (number, node) in (0_u32..).zip(program.nodes()) {
        let is_value = !matches!(node.sort, NodeSort::Resource(..));
        if is_value && node.depends.iter().any(|n| named.contains(n) || found.contains(n)) {
            found.insert(NodeId(number));
        }
    }
    found
}

/// Everything the nodes depend on. Nodes stand behind what they depend on, so one way back is
/// enough.
fn needed_by(program: &dyn Program, named: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
    let mut needed = BTreeSet::new();
    for (index, node) in program.nodes().iter().enumerate().rev() {
        let id = NodeId(u32::try_from(index).unwrap_or(u32::MAX));
        if named.contains(&id) || needed.contains(&id) {
            needed.extend(node.depends.iter().copied());
        }
    }
    needed
}

/// Returns the blocks that depend on what an exclusion names, those it names itself aside: of them
/// it may mean single instances.
fn dropped(
    program: &dyn Program,
    excludes: &[Target],
) -> BTreeSet<(Vec<Text>, Mode, KindName, Text)> {
    let mut dropped = BTreeSet::new();
    for target in excludes {
        let mut needing: BTreeSet<NodeId> = BTreeSet::new();
        for (number, node) in (0_u32..).zip(program.nodes()) {
            let is_named = node_is(node, target);
            if is_named || node.depends.iter().any(|id| needing.contains(id)) {
                needing.insert(NodeId(number));
                dropped.extend(block_of(node).filter(|_| !is_named));
            }
        }
    }
    dropped
}

fn node_is(node: &Node, target: &Target) -> bool {
    match target {
        Target::Module(module) => {
            let names = names(module);
            matches!(node.sort, NodeSort::Resource(..)) && node.module.starts_with(&names)
        }
        Target::Resource(address) => node_has(node, address),
    }
}

/// Returns whether a node is the block of an address.
fn node_has(node: &Node, address: &Address) -> bool {
    block_of(node).is_some_and(|(module, mode, kind, name)| {
        mode == address.mode
            && kind == address.kind
            && name == address.name
            && module == names(&address.module)
    })
}

/// Returns what a node is the block of: the modules around it, its mode, type and name.
fn block_of(node: &Node) -> Option<(Vec<Text>, Mode, KindName, Text)> {
    let NodeSort::Resource(mode, kind) = &node.sort else { return None };
    let prefix = match mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    };
    let rest = node.name.strip_prefix(prefix).and_then(|name| name.strip_prefix(&*kind.0));
    let name = rest.and_then(|name| name.strip_prefix('.'))?;
    Some((node.module.to_vec(), *mode, kind.clone(), Text::from(name)))
}

fn names(module: &ModuleAddress) -> Vec<Text> {
    module.steps().iter().map(|step| step.name.clone()).collect()
}

/// Returns whether a module path without a key for a call stands for all its instances.
pub(super) fn module_covers(wide: &ModuleAddress, module: &ModuleAddress) -> bool {
    let (wide, steps) = (wide.steps(), module.steps());
    wide.len() <= steps.len()
        && wide.iter().zip(steps).all(|(wide, step)| {
            wide.name == step.name && (wide.key == InstanceKey::None || wide.key.covers(&step.key))
        })
}

fn covers(target: &Target, address: &Address) -> bool {
    match target {
        Target::Module(module) => module_covers(module, &address.module),
        Target::Resource(wide) => {
            wide.mode == address.mode
                && wide.kind == address.kind
                && wide.name == address.name
                && wide.key.covers(&address.key)
                && wide.module.steps().len() == address.module.steps().len()
                && module_covers(&wide.module, &address.module)
        }
    }
}

/// Returns whether a `removed` block speaks of an address.
pub(super) fn endpoint_covers(endpoint: &Endpoint, address: &Address) -> bool {
    match endpoint {
        Endpoint::Module(module) => module_covers(module, &address.module),
        Endpoint::Resource(wide) => {
            let whole = wide.key == InstanceKey::None || wide.key.covers(&address.key);
            wide.mode == address.mode
                && wide.kind == address.kind
                && wide.name == address.name
                && whole
                && wide.module.steps().len() == address.module.steps().len()
                && module_covers(&wide.module, &address.module)
        }
    }
}
