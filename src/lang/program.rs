//! Programs: a compiled configuration as the planner, the machine and the console use it.
//!
//! Implements [`Program`] of the model. Evaluation is by demand and remembered in [`Known`]; the
//! engine makes what a block needs before the block, so depth does not grow with the configuration.
//! Not here: what needs no values, which is [`crate::compile`]'s.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most expressions and values are none of the few that a rule is about"
)]

mod conditions;
mod decode;
mod depends_on;
mod desired;
mod enabled;
mod engine;
mod frame;
mod free;
mod imports;
pub mod instances;
mod lifecycle;
mod memo;
mod orphaned;
mod outputs;
mod provider_config;
mod provider_keys;
mod provision;
mod span;
mod testing;
mod type_text;
mod validate;
mod values;
mod variables;

pub use crate::evaluate::render::NO_SOURCE;
pub use free::asks_for_type;
pub use testing::Asserted;
pub use type_text::type_text;
pub use variables::{parse_tfvars, parse_undeclared, parse_variables};

use crate::{
    compile::{Parts, What},
    config::{Configuration, ResourceName, block::Repeat},
    index::number,
};
use engine::run;
use infra_model::{
    address::{Address, InstanceId, InstanceKey, ModuleAddress, ProviderAddress},
    diagnostic::{self, Diagnostics, has_errors},
    kind::Kinds,
    known::Known,
    path::Path,
    program::{
        Conditioned, Desired, Expansion, Import, Keying, Moved, Node, NodeId, Program,
        ProviderConfig, Provision, Removed, UnknownExpansion, UnknownImport, When,
    },
    snapshot::Check,
    source::{SourceMap, Span},
    sources::Sources,
    text::Text,
    value::Value,
};
use memo::{Instances, Shape, Touch, Waits};
use std::{collections::BTreeMap, sync::Arc};

/// A compiled configuration.
pub struct Compiled {
    configuration: Configuration,
    map: SourceMap,
    files: Arc<dyn Sources>,
    kinds: Arc<Kinds>,
    parts: Parts,
    /// Tells this program's memos from those of others.
    identity: u64,
}

impl Compiled {
    pub(crate) fn new(
        configuration: Configuration,
        map: SourceMap,
        (kinds, files): (Arc<Kinds>, Arc<dyn Sources>),
        parts: Parts,
    ) -> Self {
        let identity = identity_of(&map);
        Self { configuration, map, files, kinds, parts, identity }
    }

    /// Returns the configuration it was made from.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Returns the place of a module address in the tree of calls, by names alone.
    fn place_of(&self, module: &ModuleAddress) -> Option<usize> {
        let mut place = 0;
        for step in module.steps() {
            let call = self.configuration.module_at(place).calls.get_index_of(&step.name)?;
            place = self.configuration.places[place].children.get(call).copied().flatten()?;
        }
        Some(place)
    }

    fn span_in(&self, place: usize, name: &ResourceName, path: &Path) -> Option<Span> {
        let names = self.configuration.places[place].path.iter();
        let module = names.fold(ModuleAddress::root(), |above, name| {
            above.child(name.clone(), InstanceKey::None)
        });
        let ResourceName { mode, kind, name } = name.clone();
        self.place_in(&Address { module, mode, kind, name, key: InstanceKey::None }, path)
    }
}

/// A number that differs for configurations of different text.
fn identity_of(map: &SourceMap) -> u64 {
    let files = map.files().iter();
    files.fold(1, |state, file| {
        let bytes = file.text.as_bytes();
        let sample = bytes.iter().step_by(bytes.len() / 256 + 1);
        let state = sample.fold(state ^ bytes.len() as u64, |state: u64, byte| {
            (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        state.rotate_left(7) | 1
    })
}

fn name_of(address: &Address) -> ResourceName {
    ResourceName { mode: address.mode, kind: address.kind.clone(), name: address.name.clone() }
}

impl engine::Engine<'_, '_> {
    /// Returns the instances of a resource node over all instances of its module.
    fn expand(&mut self, node: NodeId) -> Expansion {
        let mut expansion = Expansion::default();
        let origin = self.program.parts.graph.origin.get(node.0 as usize).copied();
        let Some((place, What::Resource(resource))) = origin else { return expansion };
        for module in self.module_instances(place) {
            self.ensure(module, What::Resource(resource));
            let instances = self.instances(module, resource as usize);
            if let Some(unknown) = self.unknown_expansion(module, resource as usize, &instances) {
                expansion.unknown.push(unknown);
            } else {
                expansion.instances.extend(instances.slots.iter().filter_map(|slot| match slot {
                    Touch::Instance(id) => Some(*id),
                    Touch::Set(_) => None,
                }));
            }
        }
        expansion
    }

    fn unknown_expansion(
        &self,
        module: u32,
        resource: usize,
        instances: &Instances,
    ) -> Option<UnknownExpansion> {
        let at = self.module(module);
        if instances.shape != Shape::Unknown && !at.is_wild {
            return None;
        }
        let block = &self.program.configuration.module_at(at.place).resources[resource];
        let key = if block.repeat.is_keyed() { InstanceKey::Any } else { InstanceKey::None };
        let address = self.address_of(module, resource, key);
        let own = || Waits {
            touched: Arc::clone(&instances.origin.touched),
            span: instances.span,
            is_enabled: matches!(block.repeat, Repeat::When(_)),
        };
        let waits = at.waits.clone().filter(|_| instances.shape != Shape::Unknown);
        let Waits { touched, span, is_enabled } = waits.unwrap_or_else(own);
        let waits_for = self.addresses(&touched, None).to_vec();
        Some(UnknownExpansion { address, waits_for, span, is_enabled })
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a path to a method of an engine with any two lifetimes cannot be written"
)]
impl Program for Compiled {
    fn nodes(&self) -> &[Node] {
        &self.parts.graph.nodes
    }

    fn sources(&self) -> &SourceMap {
        &self.map
    }

    fn expand(&self, node: NodeId, known: &mut Known) -> (Expansion, Diagnostics) {
        run(self, known, |engine| engine.expand(node))
    }

    fn node_of(&self, address: &Address) -> Option<NodeId> {
        let place = self.place_of(&address.module)?;
        let resources = &self.configuration.module_at(place).resources;
        let index = resources.get_index_of(&name_of(address))?;
        Some(self.parts.graph.node(place, What::Resource(number(index))))
    }

    fn keying(&self, address: &Address) -> Option<Keying> {
        let place = self.place_of(&address.module)?;
        let block = self.configuration.module_at(place).resources.get(&name_of(address))?;
        Some(match block.repeat {
            Repeat::Once | Repeat::When(_) => Keying::Single,
            Repeat::Count(_) => Keying::Count,
            Repeat::Each(_) => Keying::Each,
        })
    }

    fn module_stands(&self, module: &ModuleAddress, known: &mut Known) -> Option<bool> {
        Some(run(self, known, |engine| engine.module_stands(module)).0)
    }

    fn provider_of(&self, address: &Address, known: &mut Known) -> Option<ProviderAddress> {
        let path = self.provider_path(address)?;
        if path.key.is_none() {
            return Some(provider_config::address_of(path, &address.module, InstanceKey::None));
        }
        let id = known.addresses.intern(address.clone());
        let (found, _) = run(self, known, |engine| {
            let located = engine.located(id)?;
            engine.provider_address(located)
        });
        found
    }

    fn lacks_provider(&self, provider: &ProviderAddress, known: &mut Known) -> bool {
        // What is wrong with `for_each` is reported where the instances are used.
        run(self, known, |engine| engine.lacks_provider(provider)).0
    }

    fn desired(&self, instance: InstanceId, known: &mut Known) -> (Option<Desired>, Diagnostics) {
        run(self, known, |engine| engine.desired(instance))
    }

    fn span_of(&self, address: &Address, path: &Path) -> Option<Span> {
        self.place_in(address, path)
    }

    fn provider(
        &self,
        provider: &ProviderAddress,
        known: &mut Known,
    ) -> (ProviderConfig, Diagnostics) {
        let (config, mut found) = run(self, known, |engine| engine.provider_config(provider));
        if !has_errors(&found) {
            found.extend(self.judge_provider(provider, &config));
        }
        (config, found)
    }

    fn conditions(
        &self,
        of: &Conditioned,
        object: Option<&Value>,
        known: &mut Known,
    ) -> (BTreeMap<Text, Check>, Diagnostics) {
        run(self, known, |engine| engine.conditions(of, object))
    }

    fn provisioners(
        &self,
        instance: InstanceId,
        when: When,
        object: &Value,
        known: &mut Known,
    ) -> (Vec<Provision>, Diagnostics) {
        run(self, known, |engine| engine.provisioners(instance, when, object))
    }

    fn outputs(&self, known: &mut Known) -> (BTreeMap<Text, Value>, Diagnostics) {
        run(self, known, |engine| engine.outputs())
    }

    fn imports(&self, known: &mut Known) -> (Vec<Import>, Diagnostics) {
        run(self, known, |engine| engine.imports())
    }

    fn unknown_imports(&self, known: &mut Known) -> Vec<UnknownImport> {
        // What is wrong with them is reported where they are evaluated.
        run(self, known, |engine| engine.unknown_imports()).0
    }

    fn moved(&self) -> &[Moved] {
        &self.parts.moved
    }

    fn removed(&self) -> &[Removed] {
        &self.parts.removed
    }

    fn validate(&self, kinds: &Kinds, known: &mut Known) -> Diagnostics {
        // What is evaluated with unknown variables must not be remembered for what comes after.
        let mut scratch = Known::new((*known.inputs).clone());
        let ((), mut found) =
            engine::with(self, &mut scratch, true, |engine| engine.validate(kinds));
        known.evaluations += scratch.evaluations;
        diagnostic::sort(&mut found);
        found
    }

    fn has_hidden_mistakes(&self, kinds: &Kinds, known: &mut Known) -> bool {
        let mut scratch = Known::new((*known.inputs).clone());
        let ((), found) =
            engine::with(self, &mut scratch, true, |engine| engine.validate_repeated(kinds));
        known.evaluations += scratch.evaluations;
        has_errors(&found)
    }

    fn free(
        &self,
        expression: &str,
        module: &ModuleAddress,
        known: &mut Known,
    ) -> (Value, Diagnostics) {
        run(self, known, |engine| engine.free(expression, module))
    }
}
