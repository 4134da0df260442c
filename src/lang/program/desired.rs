//! What an instance should be: its body, its provider, what it is made from, its lifecycle.

use super::{
    decode::{Decoder, Ephemeral},
    engine::Engine,
    frame::Frame,
    lifecycle,
    memo::{Located, Touch},
};
use crate::{
    compile::{Reference, What},
    evaluate::{Evaluator, Scope},
};
use infra_model::{
    address::{InstanceId, Mode},
    diagnostic::{Diagnostics, has_errors},
    program::Desired,
    value::Value,
};
use std::sync::Arc;

impl<'p, 'k> Engine<'p, 'k> {
    /// Returns where an instance comes from, expanding its block if that was not done.
    pub(super) fn located(&mut self, id: InstanceId) -> Option<Located> {
        if let Some(Some(found)) = self.memo.located.get(id.0 as usize) {
            return Some(*found);
        }
        let address = self.known.addresses.address(id).clone();
        let module = self.module_of(&address.module)?;
        let blocks = self.program.configuration.module_at(self.module(module).place);
        let resource = blocks.resources.get_index_of(&super::name_of(&address))?;
        self.instances(module, resource);
        *self.memo.located.get(id.0 as usize)?
    }

    /// Returns the frame of an instance.
    pub(super) fn instance_frame<'e>(
        &'e mut self,
        located: Located,
        name: &str,
    ) -> Frame<'e, 'p, 'k> {
        let instances = self.instances(located.module, located.resource as usize);
        let slot = located.slot as usize;
        Frame::new(self, located.module, name)
            .repeated(instances.repetition(slot), &instances.keys[slot])
    }

    /// Returns what an instance should be.
    pub(super) fn desired(&mut self, id: InstanceId) -> Option<Desired> {
        let located = self.located(id)?;
        let (module, resource) = (located.module, located.resource as usize);
        self.ensure(module, What::Resource(located.resource));
        self.known.evaluations += 1;
        let program = self.program;
        let place = self.module(module).place;
        let (name, block) = program.configuration.module_at(place).resources.get_index(resource)?;
        let facts = &program.parts.facts[program.configuration.places[place].module][resource];
        facts.kind.as_ref()?;
        let (value, found, trace, lifecycle) = {
            let mut frame = self.instance_frame(located, &name.name);
            let (value, found) = decode(&mut frame, located);
            let lifecycle = lifecycle::evaluate(&mut frame, (block, facts));
            (value, found, std::mem::take(&mut frame.trace), lifecycle)
        };
        let failed = has_errors(&found) || lifecycle.is_none();
        self.place_reports(found, id);
        let instances = self.instances(module, resource);
        let mut touched: Vec<Touch> = trace.finish(0).touched.to_vec();
        touched.extend_from_slice(&instances.origin.touched);
        touched.extend_from_slice(&self.module(module).needs);
        let explicit = self.explicit_needs(module, &block.depends_on);
        touched.extend_from_slice(&explicit);
        touched.extend(self.provision_needs(located, block));
        touched.extend(self.rule_needs(located, block));
        let provider = self.provider_address(located)?;
        touched.extend_from_slice(&self.provider_origin(&provider).touched);
        touched.sort_unstable();
        touched.dedup();
        let own = self.known.addresses.address(id).clone();
        let needs = self.addresses(&touched, Some(&own));
        let awaits = match name.mode {
            Mode::Data if block.lifecycle.has_conditions() => Arc::clone(&needs),
            Mode::Data => {
                let mut awaits = explicit;
                awaits.extend_from_slice(&self.module(module).explicit);
                awaits.extend(self.named_resources(module, resource));
                awaits.extend_from_slice(&self.provider_origin(&provider).touched);
                self.addresses(&awaits, Some(&own))
            }
            Mode::Managed | Mode::Ephemeral => Arc::from([]),
        };
        let lifecycle = lifecycle?;
        (!failed).then_some(Desired { value, provider, needs, awaits, lifecycle })
    }

    /// Returns the managed resources that the block of a resource names itself.
    fn named_resources(&mut self, module: u32, resource: usize) -> Vec<Touch> {
        let program = self.program;
        let place = &program.configuration.places[self.module(module).place];
        let resources = &program.configuration.modules[place.module].resources;
        let found = &program.parts.references[place.module].resources[resource];
        let named = found.iter().filter_map(|reference| match reference {
            Reference::Resource(index) => Some(*index as usize),
            _ => None,
        });
        let is_managed = |index: &usize| {
            resources.get_index(*index).is_some_and(|(name, _)| name.mode == Mode::Managed)
        };
        named.filter(is_managed).map(|index| self.instances(module, index).all).collect()
    }

    fn place_reports(&mut self, found: Diagnostics, id: InstanceId) {
        if found.is_empty() {
            return;
        }
        let address = self.known.addresses.address(id).to_string();
        self.reported.extend(found.into_iter().map(|found| found.at_address(address.clone())));
    }
}

/// Decodes the body of a resource in a frame.
pub(super) fn decode(frame: &mut Frame<'_, '_, '_>, located: Located) -> (Value, Diagnostics) {
    let program = frame.engine.program;
    let place = frame.engine.module(located.module).place;
    let resource = located.resource as usize;
    let block = &program.configuration.module_at(place).resources[resource];
    let facts = &program.parts.facts[program.configuration.places[place].module][resource];
    let is_ephemeral = facts.kind.as_ref().is_some_and(|kind| kind.mode() == Mode::Ephemeral);
    let ephemeral = if is_ephemeral { Ephemeral::Allowed } else { Ephemeral::Refused };
    let tree = program.configuration.tree(block.span.source);
    let mut decoder = Decoder::new(Evaluator::new(frame), ephemeral);
    let value = decoder.body(&facts.layout, &Scope::new(tree), &block.body);
    (value, decoder.finish())
}
