//! Configurations of provider instances.

use super::{
    decode::{Decoder, Ephemeral},
    engine::Engine,
    frame::Frame,
    memo::{Located, Origin, Repetition, Shape},
};
use crate::{
    compile::{ProviderPath, What, layout::Layout},
    config::block::{ProviderBlock, ProviderRef},
    evaluate::{Evaluator, Scope},
    index::number,
};
use infra_model::{
    address::{Address, InstanceKey, ModuleAddress, ProviderAddress},
    diagnostic::{Diagnostic, Diagnostics},
    program::ProviderConfig,
};
use std::sync::Arc;

impl Engine<'_, '_> {
    /// Returns the provider instance that is responsible for an instance.
    pub(super) fn provider_address(&mut self, located: Located) -> Option<ProviderAddress> {
        let place = self.module(located.module).place;
        let path = self.program.parts.provider_paths.of(place, located.resource as usize);
        let key = match path.key {
            None => InstanceKey::None,
            Some(key) => self.provider_key(located, path, key)?,
        };
        Some(address_of(path, &self.module(located.module).address, key))
    }

    /// Returns the configuration of a provider instance.
    pub(super) fn provider_config(&mut self, address: &ProviderAddress) -> ProviderConfig {
        if let Some((config, origin)) = self.memo.providers.get(address)
            && self.is_fresh(origin)
        {
            return config.clone();
        }
        let (config, origin) = self.make_provider(address);
        self.memo.providers.insert(address.clone(), (config.clone(), origin));
        config
    }

    /// Returns what the configuration of a provider instance is made from.
    pub(super) fn provider_origin(&mut self, address: &ProviderAddress) -> Origin {
        self.provider_config(address);
        self.memo.providers.get(address).map(|(_, origin)| origin.clone()).unwrap_or_default()
    }

    fn make_provider(&mut self, address: &ProviderAddress) -> (ProviderConfig, Origin) {
        let program = self.program;
        let empty = Layout::default();
        let layout = program
            .parts
            .provider_layouts
            .get(&address.provider)
            .map_or(&empty, |layout| &**layout);
        let absent = || ProviderConfig { value: layout.empty(), needs: Arc::from([]), span: None };
        let Some(module) = self.module_of(&address.module) else {
            return (absent(), Origin::default());
        };
        let place = self.module(module).place;
        let Some((index, block)) = program.provider_block(place, address) else {
            return (absent(), Origin::default());
        };
        self.ensure(module, What::Provider(number(index)));
        self.known.evaluations += 1;
        let repetition = match block.for_each {
            None => Repetition::Once,
            Some(_) if address.key == InstanceKey::Any => {
                return self.any_instance(address, block.span);
            }
            Some(_) => self.provider_repetition(module, index, &address.key),
        };
        let tree = program.configuration.tree(block.span.source);
        let mut frame =
            Frame::new(self, module, &address.provider).repeated(repetition, &address.key);
        frame.test = program.configuration.testing.as_deref().filter(|_| block.is_of_test);
        let (value, found) = {
            let mut decoder = Decoder::new(Evaluator::new(&mut frame), Ephemeral::Allowed);
            let value = decoder.body(layout, &Scope::new(tree), &block.body);
            (value, decoder.finish())
        };
        let trace = std::mem::take(&mut frame.trace);
        self.reported.extend(found);
        let mut touched = trace;
        touched.touch_all(&Arc::clone(&self.module(module).needs));
        let origin = touched.finish(self.known.publications());
        let needs = self.addresses(&origin.touched, None);
        (ProviderConfig { value, needs, span: Some(block.span) }, origin)
    }

    /// Returns whether there is a module instance at an address, or may be one.
    pub(super) fn module_stands(&mut self, address: &ModuleAddress) -> bool {
        let mut at = 0;
        for step in address.steps() {
            let calls = &self.program.configuration.module_at(self.module(at).place).calls;
            let Some(call) = calls.get_index_of(&step.name) else { return false };
            let instances = self.call_instances(at, call);
            if matches!(instances.shape, Shape::Unknown | Shape::Failed) {
                return true;
            }
            let child = instances.position(&step.key).and_then(|p| instances.children.get(p));
            let Some(child) = child else { return false };
            at = *child;
        }
        true
    }

    /// Returns the module instance at an address, if there is one.
    pub(super) fn module_of(&mut self, address: &ModuleAddress) -> Option<u32> {
        let mut at = 0;
        for step in address.steps() {
            let calls = &self.program.configuration.module_at(self.module(at).place).calls;
            let call = calls.get_index_of(&step.name)?;
            let instances = self.call_instances(at, call);
            at = if step.key == InstanceKey::Any {
                *instances.children.first()?
            } else {
                *instances.children.get(instances.position(&step.key)?)?
            };
        }
        Some(at)
    }
}

/// Returns the address of a provider instance as seen from a module instance.
pub(super) fn address_of(
    path: &ProviderPath,
    module: &ModuleAddress,
    key: InstanceKey,
) -> ProviderAddress {
    let module = module.steps().iter().take(path.depth).cloned().collect();
    ProviderAddress { module, provider: path.provider.clone(), alias: path.alias.clone(), key }
}

impl super::Compiled {
    /// Returns what the provider finds wrong with the configuration of an instance, each finding at
    /// its place in the block.
    pub(super) fn judge_provider(
        &self,
        address: &ProviderAddress,
        config: &ProviderConfig,
    ) -> Diagnostics {
        let Some(facts) = self.kinds.provider(&address.provider) else { return Vec::new() };
        let place = self.place_of(&address.module);
        let block = place.and_then(|place| self.provider_block(place, address));
        let placed = |found: Diagnostic| match (block, &found.path) {
            (Some((_, block)), Some(path)) if found.labels.is_empty() => {
                let span = self.place_in_block((&block.body, block.span), path);
                found.label(span, "")
            }
            (Some((_, block)), None) if found.labels.is_empty() => found.label(block.span, ""),
            _ => found,
        };
        (facts.validate)(&config.value).into_iter().map(placed).collect()
    }

    /// Returns the block of a provider instance among those of a place.
    pub(super) fn provider_block(
        &self,
        place: usize,
        address: &ProviderAddress,
    ) -> Option<(usize, &ProviderBlock)> {
        let blocks = self.configuration.module_at(place).providers.iter().enumerate();
        blocks.into_iter().find(|(index, block)| {
            *self.parts.provider_paths.type_of_block(place, *index) == address.provider
                && block.alias.as_ref().map(|alias| &alias.name) == address.alias.as_ref()
        })
    }

    /// Returns the provider that the block of a resource names, if it names one.
    pub(super) fn written_provider(&self, address: &Address) -> Option<&ProviderRef> {
        let place = self.place_of(&address.module)?;
        let resources = &self.configuration.module_at(place).resources;
        resources.get(&super::name_of(address))?.provider.as_ref()
    }

    /// Returns the provider path of a resource, found by names alone.
    pub(super) fn provider_path(&self, address: &Address) -> Option<&ProviderPath> {
        let place = self.place_of(&address.module)?;
        let resources = &self.configuration.module_at(place).resources;
        let resource = resources.get_index_of(&super::name_of(address))?;
        Some(self.parts.provider_paths.of(place, resource))
    }
}
