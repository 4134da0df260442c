//! The provider configurations of all modules, and which one each resource uses.
//!
//! A module that configures nothing itself uses what its caller uses: such entries are left out,
//! and its resources name the outer one.

use super::{Source, expression::members, put};
use crate::provider_names::{provider_source, qualified};
use infra_lang::config::{
    Configuration, Module, ResourceName,
    block::{ProviderRef, ResourceBlock},
};
use infra_model::text::Text;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// A provider configuration.
struct Entry {
    name: String,
    full_name: String,
    alias: String,
    version: String,
    /// The place of its module.
    place: usize,
    module: String,
    /// The block in its module.
    block: Option<usize>,
    /// The configuration further out that it stands for.
    outer: Option<String>,
}

/// All of them, by key.
pub(super) struct Providers(BTreeMap<String, Entry>);

impl Providers {
    /// Returns the provider configurations of a project.
    pub(super) fn of(source: Source<'_>) -> Self {
        let mut all = Self(BTreeMap::new());
        all.place(source.configuration, 0);
        all
    }

    /// Returns those that stand for themselves.
    pub(super) fn json(&self, source: Source<'_>) -> Json {
        let own = self.0.iter().filter(|(_, entry)| entry.outer.is_none());
        own.map(|(key, entry)| (key.clone(), entry.json(source))).collect::<Map<_, _>>().into()
    }

    /// Returns the key of the configuration that a resource uses.
    pub(super) fn key_of(
        &self,
        configuration: &Configuration,
        place: usize,
        (name, block): (&ResourceName, &ResourceBlock),
    ) -> String {
        let local = block.provider.as_ref().map_or_else(|| implied(name), written);
        let key = key(&local, &module_text(configuration, place));
        match self.0.get(&key).and_then(|entry| entry.outer.clone()) {
            Some(outer) => outer,
            None => key,
        }
    }

    fn place(&mut self, configuration: &Configuration, place: usize) {
        let module = configuration.module_at(place);
        self.blocks(configuration, place);
        let mut wanted: Vec<(String, String)> = Vec::new();
        for (local, requirement) in &module.requirements {
            let full = full_name(module, local);
            wanted.extend(requirement.aliases.iter().map(|alias| (written(alias), full.clone())));
            wanted.push((local.to_string(), full));
        }
        wanted.extend(implied_by(module));
        for (name, full_name) in wanted {
            self.wanted(configuration, place, (name, full_name));
        }
        for (at, call) in module.calls.values().enumerate() {
            let child = configuration.places[place].children.get(at).copied().flatten();
            let Some(child) = child else { continue };
            for (inside, outside) in &call.providers {
                let inner = configuration.module_at(child);
                let full_name = full_name(inner, &inside.name);
                let outer = key(&written(outside), &module_text(configuration, place));
                let entry = Entry {
                    name: written(inside),
                    outer: self.outermost(&outer, &full_name),
                    full_name,
                    alias: String::new(),
                    version: String::new(),
                    place: child,
                    module: String::new(),
                    block: None,
                };
                let key = key(&entry.name, &module_text(configuration, child));
                self.0.insert(key, entry);
            }
            self.place(configuration, child);
        }
    }

    fn blocks(&mut self, configuration: &Configuration, place: usize) {
        let module = configuration.module_at(place);
        for (at, block) in module.providers.iter().enumerate() {
            let alias = block.alias.as_ref().map_or("", |alias| &alias.name);
            let address = module_text(configuration, place);
            let dot = if alias.is_empty() { "" } else { "." };
            let key = key(&format!("{}{dot}{alias}", block.name.name), &address);
            let entry = Entry {
                name: block.name.name.to_string(),
                full_name: full_name(module, &block.name.name),
                alias: alias.to_owned(),
                version: version(module, &block.name.name),
                place,
                module: address,
                block: Some(at),
                outer: None,
            };
            self.0.insert(key, entry);
        }
    }

    /// Adds what is used without a block.
    fn wanted(
        &mut self,
        configuration: &Configuration,
        place: usize,
        (name, full_name): (String, String),
    ) {
        let module = module_text(configuration, place);
        let key = key(&name, &module);
        if self.0.contains_key(&key) {
            return;
        }
        let parent = configuration.places[place].parent;
        let outer = parent.and_then(|(parent, _)| {
            let above = module_text(configuration, parent);
            self.outermost(&self::key(&name, &above), &full_name)
        });
        let local = name.split('.').next().unwrap_or(&name);
        let version = version(configuration.module_at(place), local);
        let name = local.to_owned();
        let alias = String::new();
        self.0.insert(
            key,
            Entry { name, full_name, alias, version, place, module, block: None, outer },
        );
    }

    /// Follows a configuration outwards as long as it stands for another of the same provider.
    fn outermost(&self, start: &str, full_name: &str) -> Option<String> {
        let mut found = None;
        let mut next = Some(start);
        while let Some(key) = next {
            let Some(entry) = self.0.get(key).filter(|entry| entry.full_name == full_name) else {
                break;
            };
            found = Some(key.to_owned());
            next = entry.outer.as_deref();
        }
        found
    }
}

impl Entry {
    fn json(&self, source: Source<'_>) -> Json {
        let mut out = Map::new();
        put(&mut out, "name", (&*self.name).into());
        put(&mut out, "full_name", (&*self.full_name).into());
        put(&mut out, "alias", (&*self.alias).into());
        put(&mut out, "version_constraint", (&*self.version).into());
        put(&mut out, "module_address", (&*self.module).into());
        let module = source.configuration.module_at(self.place);
        if let Some(block) = self.block.and_then(|at| module.providers.get(at)) {
            let kind = self.full_name.rsplit('/').next().unwrap_or_default();
            let facts = source.project.kinds.provider(kind);
            let body = (block.span.source, &block.body);
            let expressions = facts.map(|facts| members(source, body, &facts.config.block));
            put(&mut out, "expressions", expressions.unwrap_or_default());
        }
        Json::Object(out)
    }
}

/// Returns the key of a configuration by its name in a module.
fn key(name: &str, module: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}:{name}") }
}

/// Returns a module's path in the configuration: `module.a.module.b`; empty for the root.
fn module_text(configuration: &Configuration, place: usize) -> String {
    let steps = configuration.places[place].path.iter();
    steps.map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
}

fn written(reference: &ProviderRef) -> String {
    match &reference.alias {
        Some(alias) => format!("{}.{alias}", reference.name),
        None => reference.name.to_string(),
    }
}

fn implied(name: &ResourceName) -> String {
    name.kind.0.split('_').next().unwrap_or_default().to_owned()
}

fn full_name(module: &Module, local: &str) -> String {
    match module.requirements.get(local).map(|requirement| &*requirement.source) {
        Some(source) if !source.is_empty() => qualified(source, local),
        _ => provider_source(local),
    }
}

/// Returns the constraint on a provider's version, its parts parted as Terraform parts them.
fn version(module: &Module, local: &str) -> String {
    let Some(requirement) = module.requirements.get(local) else { return String::new() };
    requirement.version.split(',').map(str::trim).collect::<Vec<_>>().join(", ")
}

/// Returns the providers that resources use without saying so, by local name.
fn implied_by(module: &Module) -> Vec<(String, String)> {
    let unnamed = module.resources.iter().filter(|(_, block)| block.provider.is_none());
    let names: BTreeSet<Text> = unnamed.map(|(name, _)| Text::from(implied(name))).collect();
    names.into_iter().map(|name| (name.to_string(), full_name(module, &name))).collect()
}
