//! The engine of one call into a program: what is known, what is remembered, and in which order
//! values are made.

use super::{
    Compiled,
    memo::{Cell, Memo, ModuleInstance, Origin, Repetition, Touch},
};
use crate::{compile::What, evaluate::render::Renderer, index::number};
use infra_model::{
    address::{Address, InstanceKey, KindName, Mode, ModuleAddress},
    diagnostic::{Diagnostic, Diagnostics},
    known::Known,
    program::NodeId,
    text::Text,
    types::Type,
    value::Value,
};
use std::{collections::BTreeSet, sync::Arc};

/// Evaluates on behalf of one call.
pub(super) struct Engine<'p, 'k> {
    pub(super) program: &'p Compiled,
    pub(super) known: &'k mut Known,
    pub(super) memo: Box<Memo>,
    /// Findings of blocks; those of an expression at hand are with its evaluator.
    pub(super) reported: Diagnostics,
    pub(super) renderer: Renderer,
    /// Root variables are unknown: what is found holds for all their values.
    pub(super) is_validating: bool,
    /// A free expression is asked for, with no plan behind it: of a resource that is not recorded
    /// not even the type is known, wherever it is referred to.
    pub(super) is_free: bool,
    /// Values that are being made.
    busy: BTreeSet<(u32, What)>,
}

/// Runs something with an engine over what is known, and returns what was found.
pub(super) fn run<T>(
    program: &Compiled,
    known: &mut Known,
    work: impl FnOnce(&mut Engine<'_, '_>) -> T,
) -> (T, Diagnostics) {
    with(program, known, false, |engine| {
        engine.start();
        work(engine)
    })
}

/// Runs something with an engine; when validating, root variables are unknown.
pub(super) fn with<T>(
    program: &Compiled,
    known: &mut Known,
    is_validating: bool,
    work: impl FnOnce(&mut Engine<'_, '_>) -> T,
) -> (T, Diagnostics) {
    let mut memo = known.take_memo::<Memo>();
    if memo.owner != program.identity {
        *memo = Memo { owner: program.identity, ..Memo::default() };
    }
    let renderer =
        Renderer { sources: Arc::clone(&program.files), inputs: Arc::clone(&known.inputs) };
    let mut engine = Engine {
        program,
        known,
        memo,
        reported: Vec::new(),
        renderer,
        is_validating,
        is_free: false,
        busy: BTreeSet::new(),
    };
    if engine.memo.modules.is_empty() {
        engine.add_module(0, ModuleAddress::root(), None, Repetition::Once);
    }
    let result = work(&mut engine);
    let Engine { known, memo, reported, .. } = engine;
    known.put_memo(memo);
    (result, reported)
}

impl Engine<'_, '_> {
    /// Adds an instance of a module.
    pub(super) fn add_module(
        &mut self,
        place: usize,
        address: ModuleAddress,
        parent: Option<(u32, usize)>,
        repetition: Repetition,
    ) -> u32 {
        let module = self.program.configuration.module_at(place);
        self.memo.modules.push(ModuleInstance {
            place,
            address,
            parent,
            repetition,
            is_wild: false,
            needs: Arc::from([]),
            waits: None,
            explicit: Arc::from([]),
            variables: vec![None; module.variables.len()],
            validated: vec![false; module.variables.len()],
            locals: vec![None; module.locals.len()],
            outputs: vec![None; module.outputs.len()],
            calls: vec![None; module.calls.len()],
            resources: vec![None; module.resources.len()],
            wholes: vec![None; module.resources.len()],
        });
        number(self.memo.modules.len() - 1)
    }

    /// Returns the address of an instance of a resource in a module instance.
    pub(super) fn address_of(&self, module: u32, resource: usize, key: InstanceKey) -> Address {
        let instance = self.module(module);
        let resources = &self.program.configuration.module_at(instance.place).resources;
        let (mode, kind, name) = match resources.get_index(resource) {
            Some((name, _)) => (name.mode, name.kind.clone(), name.name.clone()),
            None => (Mode::Managed, KindName(Text::from("")), Text::from("")),
        };
        Address { module: instance.address.clone(), mode, kind, name, key }
    }

    /// Returns a module instance.
    pub(super) fn module(&self, id: u32) -> &ModuleInstance {
        &self.memo.modules[id as usize]
    }

    /// Returns a module instance to write to.
    pub(super) fn module_mut(&mut self, id: u32) -> &mut ModuleInstance {
        &mut self.memo.modules[id as usize]
    }

    /// Adds a finding about a block.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.reported.push(diagnostic);
    }

    /// Returns whether a result still holds: nothing that was missing has been published since.
    pub(super) fn is_fresh(&self, origin: &Origin) -> bool {
        origin.missing.is_empty()
            || origin.stamp == self.known.publications()
            || !origin.missing.iter().any(|id| self.known.get(*id).is_some())
    }

    fn remembered(&self, module: u32, what: What) -> Option<&Cell> {
        let instance = self.module(module);
        let cell = match what {
            What::Variable(i) => &instance.variables[i as usize],
            What::Local(i) => &instance.locals[i as usize],
            What::Output(i) => &instance.outputs[i as usize],
            What::Call(_) | What::Provider(_) | What::Resource(_) | What::Check(_) => return None,
        };
        cell.as_ref().filter(|cell| self.is_fresh(&cell.origin))
    }

    /// Returns the value of a variable, local value or output of a module instance.
    pub(super) fn cell(&mut self, module: u32, what: What) -> Cell {
        if let Some(cell) = self.remembered(module, what) {
            return cell.clone();
        }
        if !self.busy.insert((module, what)) {
            // Only a cycle leads here, and that was reported when compiling.
            return Cell { value: Value::unknown(Type::Dynamic), origin: Origin::default() };
        }
        let cell = self.make_cell(module, what);
        self.busy.remove(&(module, what));
        self.known.evaluations += 1;
        let instance = self.module_mut(module);
        match what {
            What::Variable(i) => instance.variables[i as usize] = Some(cell.clone()),
            What::Local(i) => instance.locals[i as usize] = Some(cell.clone()),
            What::Output(i) => instance.outputs[i as usize] = Some(cell.clone()),
            What::Call(_) | What::Provider(_) | What::Resource(_) | What::Check(_) => {}
        }
        if let What::Variable(i) = what {
            self.validate_early(module, i);
        }
        cell
    }

    /// Makes everything that a block needs first, so that evaluating it never goes deep.
    pub(super) fn ensure(&mut self, module: u32, what: What) {
        let program = self.program;
        let node = program.parts.graph.node(self.module(module).place, what);
        let mut stack = vec![(node, module)];
        let mut waiting = BTreeSet::from([(node, module)]);
        while let Some((node, module)) = stack.last().copied() {
            let mut pending = self.unready(node, module);
            pending.retain(|next| !waiting.contains(next));
            if pending.is_empty() {
                stack.pop();
                if !stack.is_empty() {
                    self.make(node, module);
                }
                continue;
            }
            waiting.extend(pending.iter().copied());
            stack.extend(pending);
        }
    }

    /// Returns what a node needs and is not there yet.
    fn unready(&self, node: NodeId, module: u32) -> Vec<(NodeId, u32)> {
        let graph = &self.program.parts.graph;
        let instance = self.module(module);
        let mut found = Vec::new();
        for needed in &graph.nodes[node.0 as usize].depends {
            let (place, what) = graph.origin[needed.0 as usize];
            if place == instance.place {
                if !self.is_ready(module, what) {
                    found.push((*needed, module));
                }
                continue;
            }
            if let Some((parent, _)) = instance.parent
                && self.module(parent).place == place
            {
                if !self.is_ready(parent, what) {
                    found.push((*needed, parent));
                }
                continue;
            }
            let Some((_, call)) = self.program.configuration.places[place].parent else { continue };
            let What::Output(_) = what else { continue };
            // While the call is not expanded, it is itself among what is not ready.
            let Some(Some(children)) = instance.calls.get(call) else { continue };
            for child in &children.children {
                if self.module(*child).place == place && !self.is_ready(*child, what) {
                    found.push((*needed, *child));
                }
            }
        }
        found
    }

    fn is_ready(&self, module: u32, what: What) -> bool {
        let instance = self.module(module);
        match what {
            What::Variable(_) | What::Local(_) | What::Output(_) => {
                self.remembered(module, what).is_some()
            }
            What::Call(i) => instance.calls[i as usize].is_some(),
            What::Resource(i) => instance.resources[i as usize].is_some(),
            What::Provider(_) | What::Check(_) => true,
        }
    }

    fn make(&mut self, node: NodeId, module: u32) {
        let (_, what) = self.program.parts.graph.origin[node.0 as usize];
        match what {
            What::Variable(_) | What::Local(_) | What::Output(_) => drop(self.cell(module, what)),
            What::Call(i) => drop(self.call_instances(module, i as usize)),
            What::Resource(i) => drop(self.instances(module, i as usize)),
            What::Provider(_) | What::Check(_) => {}
        }
    }

    /// Returns the addresses of what something was made from, without `own`.
    pub(super) fn addresses(&self, touched: &[Touch], own: Option<&Address>) -> Arc<[Address]> {
        let mut found: Vec<Address> = touched
            .iter()
            .filter_map(|touch| match touch {
                Touch::Instance(id) => Some(self.known.addresses.address(*id)),
                Touch::Set(index) => self.memo.sets.get_index(*index as usize),
            })
            .filter(|address| Some(*address) != own)
            .cloned()
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into()
    }
}
