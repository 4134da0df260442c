//! Which blocks say `create_before_destroy`, and what they hand it on to besides what they need.

use super::{ModuleReferences, graph::Graph, graph::What, targets::Reference};
use crate::{
    config::{Configuration, constant},
    index::number,
};
use infra_model::program::NodeId;

/// Marks the nodes that say it, and tells of all what is in modules that they name as a whole.
pub(super) fn mark(
    graph: &mut Graph,
    configuration: &Configuration,
    references: &[ModuleReferences],
) {
    let blocks = Blocks { configuration, references };
    for at in 0..graph.nodes.len() {
        graph.nodes[at].creates_first = blocks.creates_first(graph.origin[at]);
    }
    if !graph.nodes.iter().any(|node| node.creates_first) {
        return;
    }
    for at in 0..graph.nodes.len() {
        graph.nodes[at].encloses = blocks.in_whole_modules(graph, graph.origin[at]);
    }
}

struct Blocks<'a> {
    configuration: &'a Configuration,
    references: &'a [ModuleReferences],
}

impl Blocks<'_> {
    /// Returns whether a block says `create_before_destroy = true`, in so many words.
    fn creates_first(&self, (place, what): (usize, What)) -> bool {
        let What::Resource(resource) = what else { return false };
        let module = self.configuration.module_at(place);
        let block = module.resources.get_index(resource as usize).map(|(_, block)| block);
        let said = block.and_then(|block| block.lifecycle.create_before_destroy);
        let value = said.and_then(|at| constant::value(self.configuration.tree(at.source), at.id));
        value.and_then(|value| value.as_bool()) == Some(true)
    }

    /// Returns the resources of modules that a block names as a whole: as in Terraform it needs all
    /// that is in them.
    fn in_whole_modules(&self, graph: &Graph, (mut place, what): (usize, What)) -> Vec<NodeId> {
        let found = &self.references[self.configuration.places[place].module];
        let references = match what {
            What::Local(i) => Some(&found.locals[i as usize]),
            What::Output(i) => Some(&found.outputs[i as usize]),
            What::Resource(i) => Some(&found.resources[i as usize]),
            What::Call(i) => Some(&found.calls[i as usize].0),
            What::Variable(i) => {
                let name = self.configuration.module_at(place).variables.get_index(i as usize);
                // What it is given stands in the module that calls.
                self.configuration.places[place].parent.zip(name).and_then(|(from, (name, _))| {
                    place = from.0;
                    let caller = &self.references[self.configuration.places[place].module];
                    caller.calls[from.1].1.get(name)
                })
            }
            What::Provider(_) | What::Check(_) => None,
        };
        let Some(references) = references else { return Vec::new() };
        let children = &self.configuration.places[place].children;
        let named = references.iter().filter_map(|reference| match reference {
            Reference::Call(call) => children.get(*call as usize).copied().flatten(),
            _ => None,
        });
        let mut below: Vec<usize> = named.collect();
        let mut inside = Vec::new();
        while let Some(place) = below.pop() {
            let count = self.configuration.module_at(place).resources.len();
            inside.extend((0..count).map(|i| graph.node(place, What::Resource(number(i)))));
            below.extend(self.configuration.places[place].children.iter().flatten());
        }
        inside
    }
}
