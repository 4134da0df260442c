//! What `depends_on` stands for: resources, and everything in a module.
//!
//! It orders effects, and makes nothing unknown: only data sources wait for it (`awaits`).

use super::{engine::Engine, memo::Touch};
use crate::{
    compile::What,
    config::{ExprAt, block::Repeat},
    index::number,
};
use infra_model::address::{Address, InstanceKey};
use std::collections::BTreeSet;

impl Engine<'_, '_> {
    /// Returns what `depends_on` stands for.
    pub(super) fn explicit_needs(&mut self, module: u32, depends_on: &[ExprAt]) -> Vec<Touch> {
        let mut found = Vec::new();
        let program = self.program;
        for expression in depends_on {
            match program.parts.targets.get(expression.source, expression.id) {
                crate::evaluate::Target::Resource(resource, _) => {
                    found.push(self.instances(module, resource as usize).all);
                }
                crate::evaluate::Target::Call(call) => {
                    self.everything_in(module, call as usize, &mut found);
                    self.outputs_of(module, call as usize, &mut found);
                }
                crate::evaluate::Target::Value(target, _) => {
                    use crate::evaluate::ValueTarget;
                    let what = match target {
                        ValueTarget::Variable(i) => What::Variable(i),
                        ValueTarget::Local(i) => What::Local(i),
                        _ => continue,
                    };
                    found.extend_from_slice(&self.cell(module, what).origin.touched);
                }
                crate::evaluate::Target::Undeclared => {}
            }
        }
        found
    }

    /// Adds all resources of a called module, and of those it calls, as sets.
    fn everything_in(&mut self, module: u32, call: usize, found: &mut Vec<Touch>) {
        let program = self.program;
        let place = self.module(module).place;
        let Some(child) = program.configuration.places[place].children[call] else { return };
        let mut below = vec![(child, self.module(module).address.clone())];
        while let Some((place, above)) = below.pop() {
            let Some((parent, call)) = program.configuration.places[place].parent else { continue };
            let block = &program.configuration.module_at(parent).calls[call];
            let address = above.child(block.name.name.clone(), any_of(block.repeat));
            for (name, resource) in &program.configuration.module_at(place).resources {
                found.push(self.memo.set(Address {
                    module: address.clone(),
                    mode: name.mode,
                    kind: name.kind.clone(),
                    name: name.name.clone(),
                    key: any_of(resource.repeat),
                }));
            }
            let children = &program.configuration.places[place].children;
            below.extend(children.iter().flatten().map(|child| (*child, address.clone())));
        }
    }

    /// Adds what the outputs of a called module are made from, and of those it calls: it may lie
    /// outside of the module.
    fn outputs_of(&mut self, module: u32, call: usize, found: &mut Vec<Touch>) {
        let program = self.program;
        let mut touched = BTreeSet::new();
        let mut open = vec![(module, call)];
        while let Some((module, call)) = open.pop() {
            for child in self.call_instances(module, call).children.clone() {
                let block = program.configuration.module_at(self.module(child).place);
                for output in 0..block.outputs.len() {
                    let origin = self.cell(child, What::Output(number(output))).origin;
                    touched.extend(origin.touched.iter().copied());
                }
                open.extend((0..block.calls.len()).map(|call| (child, call)));
            }
        }
        // What is inside stands for itself already.
        let above = self.module(module).address.clone();
        let place = self.module(module).place;
        let name = &program.configuration.module_at(place).calls[call].name.name;
        let depth = above.steps().len();
        let is_outside = |touch: &Touch| {
            let address = match touch {
                Touch::Instance(id) => Some(self.known.addresses.address(*id)),
                Touch::Set(index) => self.memo.sets.get_index(*index as usize),
            };
            address.is_some_and(|address| {
                let steps = address.module.steps();
                !steps.starts_with(above.steps())
                    || steps.get(depth).is_none_or(|step| step.name != *name)
            })
        };
        found.extend(touched.into_iter().filter(is_outside));
    }
}

fn any_of(repeat: Repeat) -> InstanceKey {
    if repeat.is_keyed() { InstanceKey::Any } else { InstanceKey::None }
}
