//! Validation: every block evaluated once with what is not known yet as unknown.

use super::{
    desired::decode,
    engine::Engine,
    frame::Frame,
    lifecycle,
    memo::{Instances, Located, Repetition, Shape},
    provision,
};
use crate::{
    compile::What,
    config::{
        ResourceName,
        block::{Repeat, ResourceBlock, Rule},
    },
    index::number,
};
use infra_model::{
    address::{InstanceKey, ModuleAddress, ProviderAddress},
    diagnostic::has_errors,
    kind::{Facts, Kinds},
    secrets::scrubbed,
    value::Value,
};

impl Engine<'_, '_> {
    /// Evaluates every block of every place once.
    pub(super) fn validate(&mut self, kinds: &Kinds) {
        for place in 0..self.program.configuration.places.len() {
            let Some(module) = self.sample(place) else { continue };
            self.validate_values(module);
            self.validate_resources(module, kinds);
            self.validate_rest(module);
        }
        self.outputs();
        self.imports();
    }

    /// Evaluates once what may stand not at all: repeated blocks, and all in repeated modules.
    pub(super) fn validate_repeated(&mut self, kinds: &Kinds) {
        let program = self.program;
        for place in 0..program.configuration.places.len() {
            let blocks = &program.configuration.module_at(place).resources;
            let is_inside = self.is_repeated(place);
            let is_repeated = |block: &ResourceBlock| !matches!(block.repeat, Repeat::Once);
            if !is_inside && !blocks.values().any(is_repeated) {
                continue;
            }
            let Some(module) = self.sample(place) else { continue };
            if is_inside {
                self.validate_values(module);
                self.validate_resources(module, kinds);
                self.validate_rest(module);
                continue;
            }
            for (index, _) in blocks.values().enumerate().filter(|(_, block)| is_repeated(block)) {
                self.ensure(module, What::Resource(number(index)));
                self.validate_resource(module, index, kinds);
            }
        }
    }

    /// Returns whether a call on the way to a place is repeated.
    fn is_repeated(&self, place: usize) -> bool {
        let places = &self.program.configuration.places;
        let mut next = places[place].parent;
        while let Some((parent, call)) = next {
            let call = &self.program.configuration.module_at(parent).calls[call];
            if !matches!(call.repeat, Repeat::Once) {
                return true;
            }
            next = places[parent].parent;
        }
        false
    }

    /// Returns one instance of the module at a place, an unknown one if there is none.
    fn sample(&mut self, place: usize) -> Option<u32> {
        let Some((parent, call)) = self.program.configuration.places[place].parent else {
            return Some(0);
        };
        let parent = self.sample(parent)?;
        self.ensure(parent, What::Call(number(call)));
        let instances = self.call_instances(parent, call);
        if let Some(first) = instances.children.first() {
            return Some(*first);
        }
        let name = self.program.configuration.module_at(self.module(parent).place).calls[call]
            .name
            .name
            .clone();
        let address: ModuleAddress = self.module(parent).address.child(name, InstanceKey::Any);
        let module = self.add_module(place, address, Some((parent, call)), Repetition::Unknown);
        self.module_mut(module).is_wild = true;
        let sampled = Instances { children: vec![module], ..Instances::clone(&instances) };
        self.module_mut(parent).calls[call] = Some(std::sync::Arc::new(sampled));
        Some(module)
    }

    fn validate_values(&mut self, module: u32) {
        let program = self.program;
        let blocks = program.configuration.module_at(self.module(module).place);
        let variables = (0..blocks.variables.len()).map(|i| What::Variable(number(i)));
        let locals = (0..blocks.locals.len()).map(|i| What::Local(number(i)));
        let outputs = (0..blocks.outputs.len()).map(|i| What::Output(number(i)));
        for what in variables.chain(locals).chain(outputs) {
            self.ensure(module, what);
            self.cell(module, what);
        }
        for index in 0..blocks.variables.len() {
            self.validate_variable(module, index);
        }
        for output in blocks.outputs.values() {
            self.rules(module, &output.preconditions);
        }
        for check in blocks.checks.values() {
            self.rules(module, &check.assertions);
        }
    }

    fn rules(&mut self, module: u32, rules: &[Rule]) {
        let mut frame = Frame::new(self, module, "condition");
        Engine::rules_once(&mut frame, rules);
    }

    fn validate_resources(&mut self, module: u32, kinds: &Kinds) {
        let program = self.program;
        let place = self.module(module).place;
        for index in 0..program.configuration.module_at(place).resources.len() {
            self.ensure(module, What::Resource(number(index)));
            self.known.evaluations += 1;
            self.validate_resource(module, index, kinds);
        }
    }

    fn validate_resource(&mut self, module: u32, index: usize, kinds: &Kinds) {
        let program = self.program;
        let place = self.module(module).place;
        let Some((name, block)) = program.configuration.module_at(place).resources.get_index(index)
        else {
            return;
        };
        let facts = &program.parts.facts[program.configuration.places[place].module][index];
        let instances = self.instances(module, index);
        let has_instance = !instances.keys.is_empty() && instances.shape != Shape::Failed;
        let repetition = if has_instance { instances.repetition(0) } else { Repetition::Unknown };
        let located = Located { module, resource: number(index), slot: 0 };
        let mut frame =
            Frame::new(self, module, &name.name).repeated(repetition, &InstanceKey::None);
        let (value, found) = decode(&mut frame, located);
        let failed = has_errors(&found);
        frame.engine.reported.extend(found);
        lifecycle::evaluate(&mut frame, (block, facts));
        Engine::rules_once(&mut frame, &block.lifecycle.preconditions);
        frame.this = Some(Value::unknown(facts.ty.clone()));
        Engine::rules_once(&mut frame, &block.lifecycle.postconditions);
        for provisioner in &block.provisioners {
            let provisioned = provision::Provisioned::from(block);
            let provision = provision::evaluate(&mut frame, provisioned, provisioner);
            let found = provision::judge(provisioned, provisioner, &provision);
            frame.engine.reported.extend(found);
        }
        if !failed {
            self.ask_kind(place, (name, &value), kinds);
        }
        self.explicit_needs(module, &block.depends_on);
        let has_key = program.parts.provider_paths.of(place, index).key.is_some();
        let slots = if has_key { instances.slots.len() } else { 0 };
        for slot in 0..slots {
            self.provider_address(Located { slot: number(slot), ..located });
        }
    }

    /// Asks the kind what is wrong with a value, beyond its schema.
    fn ask_kind(&mut self, place: usize, (name, value): (&ResourceName, &Value), kinds: &Kinds) {
        let Some(kind) = kinds.get(name.mode, &name.kind) else { return };
        let found = scrubbed(kind.validate(value, &Facts::new()), [value]);
        for diagnostic in found {
            let span =
                diagnostic.path.as_ref().and_then(|path| self.program.span_in(place, name, path));
            self.report(match span {
                Some(span) if diagnostic.labels.is_empty() => diagnostic.label(span, ""),
                _ => diagnostic,
            });
        }
    }

    fn validate_rest(&mut self, module: u32) {
        let program = self.program;
        let place = self.module(module).place;
        let address = self.module(module).address.clone();
        let blocks = program.configuration.module_at(place).providers.iter().enumerate();
        // A mock has no configuration.
        for (index, block) in blocks.filter(|(_, block)| !block.is_mock) {
            let provider = program.parts.provider_paths.type_of_block(place, index).clone();
            let alias = block.alias.as_ref().map(|alias| alias.name.clone());
            let key = InstanceKey::None;
            let instance = ProviderAddress { module: address.clone(), provider, alias, key };
            if block.for_each.is_some() {
                self.provider_each(module, index);
            }
            let before = self.reported.len();
            let config = self.provider_config(&instance);
            if !has_errors(&self.reported[before..]) {
                self.reported.extend(program.judge_provider(&instance, &config));
            }
        }
    }
}
