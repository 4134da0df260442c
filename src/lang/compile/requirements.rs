//! Which providers each module of a configuration requires, by name or by what it uses.

use super::providers::type_of;
use crate::config::Configuration;
use infra_model::{kind::Kinds, text::Text};
use std::{collections::BTreeMap, sync::Arc};

/// What the module at one place of the tree requires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// The names of the calls that lead there; empty for the root.
    pub module: Arc<[Text]>,
    /// By provider type: the source and the version constraint as written, empty if they are not.
    pub providers: BTreeMap<Text, Required>,
}

/// A provider that a module requires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Required {
    /// The source, such as `kreuzwerker/docker`.
    pub source: Text,
    /// The version constraint.
    pub version: Text,
}

/// Returns what the modules at all places require, parents before children.
pub fn required_providers(configuration: &Configuration, kinds: &Kinds) -> Vec<Requirements> {
    let places = configuration.places.iter().enumerate();
    places
        .map(|(index, place)| {
            let module = configuration.module_at(index);
            let mut providers = BTreeMap::new();
            for (local, requirement) in &module.requirements {
                let required = Required {
                    source: requirement.source.clone(),
                    version: requirement.version.clone(),
                };
                providers.insert(type_of(module, local), required);
            }
            let blocks = module.providers.iter().map(|block| type_of(module, &block.name.name));
            let used = module.resources.iter().filter_map(|(name, block)| match &block.provider {
                Some(named) => Some(type_of(module, &named.name)),
                None => kinds.provider_of(name.mode, &name.kind).cloned(),
            });
            for provider in blocks.chain(used) {
                providers.entry(provider).or_default();
            }
            Requirements { module: Arc::clone(&place.path), providers }
        })
        .collect()
}
