//! The graph of nodes over the tree of modules: direct edges, an order, and cycles.
//!
//! One node per block and place in the tree of module calls. Edges are those of the text; nothing
//! is closed over or reduced, so building is linear in what is written.

use super::{
    ModuleReferences, ProviderPaths,
    analyse::{resource_reference, self_reference},
    cycle,
    targets::Reference,
};
use crate::{
    config::{Configuration, ExprAt, Module, Place},
    index::number,
    syntax::tree::{Expr, StepKind},
};
use infra_model::{
    address::Mode,
    diagnostic::Diagnostics,
    program::{Node, NodeId, NodeSort},
    text::Text,
};
use std::collections::VecDeque;

/// What a node is, by the index in its module's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// A variable.
    Variable(u32),
    /// A local value.
    Local(u32),
    /// An output.
    Output(u32),
    /// A module call.
    Call(u32),
    /// A provider configuration.
    Provider(u32),
    /// A resource.
    Resource(u32),
    /// A check.
    Check(u32),
}

/// The nodes of a program in order, and where each comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    /// The nodes, each behind what it depends on.
    pub(crate) nodes: Vec<Node>,
    /// The place and block of each node.
    pub(crate) origin: Vec<(usize, What)>,
    /// For each place, the node of each block, in the order of [`What`]'s variants.
    places: Vec<PlaceNodes>,
}

/// The nodes of one place by table.
#[derive(Clone, Debug, Default)]
struct PlaceNodes {
    variables: Vec<NodeId>,
    locals: Vec<NodeId>,
    outputs: Vec<NodeId>,
    calls: Vec<NodeId>,
    providers: Vec<NodeId>,
    resources: Vec<NodeId>,
    checks: Vec<NodeId>,
}

impl Graph {
    /// Returns the node of a block at a place.
    pub(crate) fn node(&self, place: usize, what: What) -> NodeId {
        self.places[place].get(what)
    }
}

impl PlaceNodes {
    fn get(&self, what: What) -> NodeId {
        match what {
            What::Variable(i) => self.variables[i as usize],
            What::Local(i) => self.locals[i as usize],
            What::Output(i) => self.outputs[i as usize],
            What::Call(i) => self.calls[i as usize],
            What::Provider(i) => self.providers[i as usize],
            What::Resource(i) => self.resources[i as usize],
            What::Check(i) => self.checks[i as usize],
        }
    }

    fn tables(&mut self) -> [&mut Vec<NodeId>; 7] {
        [
            &mut self.variables,
            &mut self.locals,
            &mut self.outputs,
            &mut self.calls,
            &mut self.providers,
            &mut self.resources,
            &mut self.checks,
        ]
    }
}

/// Builds the graph; cycles are reported and then cut.
pub(super) fn build(
    configuration: &Configuration,
    references: &[ModuleReferences],
    providers: &ProviderPaths,
    diagnostics: &mut Diagnostics,
) -> Graph {
    let mut builder = Builder { configuration, references, providers, places: Vec::new(), next: 0 };
    for place in &configuration.places {
        let numbered = builder.number(&configuration.modules[place.module]);
        builder.places.push(numbered);
    }
    let mut raw = Vec::with_capacity(builder.next as usize);
    for (index, place) in configuration.places.iter().enumerate() {
        builder.nodes(index, place, &mut raw, diagnostics);
    }
    order(raw, builder.places, diagnostics)
}

/// A node before it has its place in the order.
pub(super) struct Raw {
    pub(super) node: Node,
    pub(super) origin: (usize, What),
}

struct Builder<'a> {
    configuration: &'a Configuration,
    references: &'a [ModuleReferences],
    providers: &'a ProviderPaths,
    places: Vec<PlaceNodes>,
    next: u32,
}

impl Builder<'_> {
    fn number(&mut self, module: &Module) -> PlaceNodes {
        let mut take = |count: usize| -> Vec<NodeId> {
            let first = self.next;
            self.next += number(count);
            (first..self.next).map(NodeId).collect()
        };
        PlaceNodes {
            variables: take(module.variables.len()),
            locals: take(module.locals.len()),
            outputs: take(module.outputs.len()),
            calls: take(module.calls.len()),
            providers: take(module.providers.len()),
            resources: take(module.resources.len()),
            checks: take(module.checks.len()),
        }
    }

    /// Makes the nodes of a place, in the order in which they were numbered.
    fn nodes(
        &self,
        index: usize,
        place: &Place,
        raw: &mut Vec<Raw>,
        diagnostics: &mut Diagnostics,
    ) {
        let module = &self.configuration.modules[place.module];
        let found = &self.references[place.module];
        let mut add = |what, sort, name: Text, span, depends| {
            let module = place.path.clone();
            let (creates_first, encloses) = (false, Vec::new());
            let node = Node { sort, module, name, depends, creates_first, encloses, span };
            raw.push(Raw { node, origin: (index, what) });
        };
        for (i, (name, block)) in module.variables.iter().enumerate() {
            let depends = self.of_variable(place, name);
            add(What::Variable(id(i)), NodeSort::Variable, text("var", name), block.span, depends);
        }
        for (i, (name, block)) in module.locals.iter().enumerate() {
            let depends = self.depends(index, &found.locals[i], false);
            add(What::Local(id(i)), NodeSort::Local, text("local", name), block.name.span, depends);
        }
        for (i, (name, block)) in module.outputs.iter().enumerate() {
            let mut depends = self.depends(index, &found.outputs[i], false);
            depends.extend(self.explicit(index, &block.depends_on));
            add(
                What::Output(id(i)),
                NodeSort::Output,
                text("output", name),
                block.span,
                tidy(depends),
            );
        }
        for (i, (name, block)) in module.calls.iter().enumerate() {
            let mut depends = self.depends(index, &found.calls[i].0, true);
            depends.extend(self.explicit(index, &block.depends_on));
            add(
                What::Call(id(i)),
                NodeSort::Module,
                text("module", name),
                block.span,
                tidy(depends),
            );
        }
        for (i, block) in module.providers.iter().enumerate() {
            let depends = self.depends(index, &found.providers[i], true);
            let name = match &block.alias {
                Some(alias) => format!("provider.{}.{}", block.name.name, alias.name).into(),
                None => text("provider", &block.name.name),
            };
            add(What::Provider(id(i)), NodeSort::Provider, name, block.span, depends);
        }
        for (i, (name, block)) in module.resources.iter().enumerate() {
            if found.resources[i].contains(&resource_reference(i)) {
                diagnostics.push(self_reference(module, i));
            }
            let mut depends = self.depends(index, &found.resources[i], true);
            depends.extend(self.explicit(index, &block.depends_on));
            let own = self.places[index].resources[i];
            depends.extend(self.provider_node(index, i));
            depends.retain(|node| *node != own);
            let full = match name.mode {
                Mode::Managed => format!("{}.{}", name.kind.0, name.name).into(),
                Mode::Data => format!("data.{}.{}", name.kind.0, name.name).into(),
                Mode::Ephemeral => format!("ephemeral.{}.{}", name.kind.0, name.name).into(),
            };
            let sort = NodeSort::Resource(name.mode, name.kind.clone());
            add(What::Resource(id(i)), sort, full, block.span, tidy(depends));
        }
        for (i, (name, block)) in module.checks.iter().enumerate() {
            let depends = self.depends(index, &found.checks[i], true);
            add(What::Check(id(i)), NodeSort::Check, text("check", name), block.span, depends);
        }
    }

    /// Returns the nodes of references; `in_call` adds the expansion of the module around.
    fn depends(&self, index: usize, references: &[Reference], in_call: bool) -> Vec<NodeId> {
        let mut found = Vec::with_capacity(references.len() + 1);
        let nodes = &self.places[index];
        if in_call {
            found.extend(self.own_call(index));
        }
        for reference in references {
            match *reference {
                Reference::Variable(i) => found.push(nodes.variables[i as usize]),
                Reference::Local(i) => found.push(nodes.locals[i as usize]),
                Reference::Resource(i) => found.push(nodes.resources[i as usize]),
                Reference::Call(i) => {
                    found.push(nodes.calls[i as usize]);
                    if let Some(child) = self.child(index, i) {
                        found.extend(&self.places[child].outputs);
                    }
                }
                Reference::Output(i, output) => {
                    found.push(nodes.calls[i as usize]);
                    let child = self.child(index, i);
                    found.extend(
                        child.and_then(|child| self.places[child].outputs.get(output as usize)),
                    );
                }
            }
        }
        tidy(found)
    }

    fn child(&self, index: usize, call: u32) -> Option<usize> {
        self.configuration.places[index].children.get(call as usize).copied().flatten()
    }

    /// Returns the node of the call that leads to a place.
    fn own_call(&self, index: usize) -> Option<NodeId> {
        let (parent, call) = self.configuration.places[index].parent?;
        Some(self.places[parent].calls[call])
    }

    /// A variable needs the input that its call gives it.
    fn of_variable(&self, place: &Place, name: &str) -> Vec<NodeId> {
        let Some((parent, call)) = place.parent else { return Vec::new() };
        let module = self.configuration.places[parent].module;
        let (_, inputs) = &self.references[module].calls[call];
        let mut found = match inputs.get(name) {
            Some(references) => self.depends(parent, references, false),
            None => Vec::new(),
        };
        found.push(self.places[parent].calls[call]);
        tidy(found)
    }

    /// `depends_on` of a module means everything in it.
    fn explicit(&self, index: usize, depends_on: &[ExprAt]) -> Vec<NodeId> {
        let mut found = Vec::new();
        for call in depends_on.iter().filter_map(|named| self.named_call(index, *named)) {
            let mut below: Vec<usize> = self.child(index, call).into_iter().collect();
            while let Some(place) = below.pop() {
                found.extend(&self.places[place].resources);
                below.extend(self.configuration.places[place].children.iter().flatten());
            }
        }
        found
    }

    /// Returns the call that an expression such as `module.a` or `module.a.out` names.
    fn named_call(&self, index: usize, named: ExprAt) -> Option<u32> {
        let tree = self.configuration.tree(named.source);
        let Expr::Traversal { root, steps } = tree.expr(named.id) else { return None };
        let StepKind::Attribute(name) = tree.steps(steps).first()?.kind else { return None };
        let calls = &self.configuration.module_at(index).calls;
        let is_module = &**tree.symbol(root) == "module";
        calls.get_index_of(tree.symbol(name)).filter(|_| is_module).map(id)
    }

    fn provider_node(&self, index: usize, resource: usize) -> Option<NodeId> {
        let (place, block) = self.providers.block(index, resource)?;
        self.places[place].providers.get(block).copied()
    }
}

fn id(index: usize) -> u32 {
    number(index)
}

fn text(prefix: &str, name: &str) -> Text {
    format!("{prefix}.{name}").into()
}

fn tidy(mut nodes: Vec<NodeId>) -> Vec<NodeId> {
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// Sorts nodes so that each stands behind what it depends on; ties are broken by the text's order.
fn order(mut raw: Vec<Raw>, mut places: Vec<PlaceNodes>, diagnostics: &mut Diagnostics) -> Graph {
    let count = raw.len();
    let mut waiting: Vec<u32> = raw.iter().map(|r| id(r.node.depends.len())).collect();
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (index, node) in raw.iter().enumerate() {
        for needed in &node.node.depends {
            users[needed.0 as usize].push(id(index));
        }
    }
    let mut ready: VecDeque<u32> = (0..id(count)).filter(|i| waiting[*i as usize] == 0).collect();
    let mut sorted: Vec<u32> = Vec::with_capacity(count);
    while let Some(next) = ready.pop_front() {
        sorted.push(next);
        for user in &users[next as usize] {
            let left = &mut waiting[*user as usize];
            *left -= 1;
            if *left == 0 {
                ready.push_back(*user);
            }
        }
    }
    if sorted.len() < count {
        let left: Vec<u32> = (0..id(count)).filter(|i| waiting[*i as usize] > 0).collect();
        cycle::report(&raw, &waiting, &left, diagnostics);
        sorted.extend(left);
    }
    let mut position = vec![NodeId(0); count];
    for (at, index) in sorted.iter().enumerate() {
        position[*index as usize] = NodeId(id(at));
    }
    for place in &mut places {
        for table in place.tables() {
            for node in table {
                *node = position[node.0 as usize];
            }
        }
    }
    let mut graph = Graph { places, ..Graph::default() };
    for (at, index) in sorted.iter().enumerate() {
        let origin = raw[*index as usize].origin;
        let mut node = raw[*index as usize].node.clone();
        raw[*index as usize].node.depends = Vec::new();
        for needed in &mut node.depends {
            *needed = position[needed.0 as usize];
        }
        // Only a cut cycle leaves edges that lead ahead.
        node.depends.retain(|needed| (needed.0 as usize) < at);
        node.depends.sort_unstable();
        graph.nodes.push(node);
        graph.origin.push(origin);
    }
    graph
}
