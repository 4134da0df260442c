//! Destroy-time provisioners of what is no longer configured: those of a `removed` block, and those
//! of a block that has lost the key, or stands in a module that has.

use super::{
    engine::Engine,
    frame::Frame,
    memo::Repetition,
    name_of,
    provision::{Provisioned, evaluate},
};
use crate::{
    compile::endpoint_covers,
    config::block::{ProvisionerBlock, RemovedBlock},
};
use infra_model::{
    address::{Address, InstanceKey, ModuleAddress},
    program::Provision,
    value::Value,
};

impl<'p> Engine<'p, '_> {
    /// Returns the evaluated destroy-time provisioners of an instance that is not configured.
    pub(super) fn orphaned_provisioners(
        &mut self,
        address: &Address,
        object: &Value,
    ) -> Vec<Provision> {
        let Some((module, of)) = self.still_configured(address).or_else(|| self.removed(address))
        else {
            return Vec::new();
        };
        let wanted = |p: &&ProvisionerBlock| p.on_destroy;
        let mut frame = Frame::new(self, module, "provisioner")
            .repeated(repetition(&address.key), &address.key);
        frame.this = Some(object.clone());
        let found = of.provisioners.iter().filter(wanted);
        found.map(|provisioner| evaluate(&mut frame, of, provisioner)).collect()
    }

    /// Returns the block of a resource that has lost a key, or whose module has.
    fn still_configured(&mut self, address: &Address) -> Option<(u32, Provisioned<'p>)> {
        let program = self.program;
        let names = || address.module.steps().iter().map(|step| &step.name);
        let place =
            program.configuration.places.iter().position(|at| names().eq(at.path.iter()))?;
        let block = program.configuration.module_at(place).resources.get(&name_of(address))?;
        // A destroy-time provisioner refers to nothing in its module, so that one without a call will do.
        let module = self.module_of(&address.module).unwrap_or_else(|| {
            self.add_module(place, address.module.clone(), None, Repetition::Once)
        });
        Some((module, Provisioned::from(block)))
    }

    /// Returns the `removed` block that speaks of an address, with the module instance it stands in.
    fn removed(&mut self, address: &Address) -> Option<(u32, Provisioned<'p>)> {
        let program = self.program;
        let removed =
            program.parts.removed.iter().find(|removed| endpoint_covers(&removed.from, address))?;
        let names = address.module.steps().iter().map(|step| &step.name);
        let is_block = |block: &&RemovedBlock| block.span == removed.span;
        let (depth, block) = program.configuration.places.iter().find_map(|place| {
            let stands = names.clone().take(place.path.len()).eq(place.path.iter());
            let blocks = &program.configuration.modules[place.module].removed;
            let block = blocks.iter().find(is_block).filter(|_| stands)?;
            Some((place.path.len(), block))
        })?;
        let above: ModuleAddress = address.module.steps()[..depth].iter().cloned().collect();
        Some((self.module_of(&above)?, Provisioned::from(block)))
    }
}

/// What `count` and `each` are for an instance, by its key alone.
fn repetition(key: &InstanceKey) -> Repetition {
    match key {
        InstanceKey::None | InstanceKey::Any => Repetition::Once,
        InstanceKey::Index(index) => Repetition::Count(*index),
        // As in Terraform, only the key outlives the configuration.
        InstanceKey::Name(name) => {
            let key = Value::string(name.clone());
            Repetition::Each(key.clone(), key)
        }
    }
}
