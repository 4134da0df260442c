//! Which provider configuration is responsible for each resource, over the tree of modules.

use super::passing;
use crate::config::{
    Configuration, ExprAt, Module,
    block::{ProviderBlock, ProviderRef},
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kinds,
    source::Span,
    text::{Text, nearest},
};
use std::collections::BTreeMap;

/// A provider configuration as seen from a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProviderPath {
    /// How many module steps lead from the root to the module that configures it.
    pub(crate) depth: usize,
    /// The provider's type.
    pub(crate) provider: Text,
    /// The alias.
    pub(crate) alias: Option<Text>,
    /// The place and the index of its block; `None` if there is no block.
    pub(crate) block: Option<(usize, usize)>,
    /// The key of a block with `for_each`.
    pub(crate) key: Option<KeyAt>,
}

/// Where the key of a provider instance is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyAt {
    /// The key.
    pub(crate) expression: ExprAt,
    /// The place of the module whose call gives it; `None` for the resource itself.
    pub(crate) call_of: Option<usize>,
}

/// The provider configurations of all resources.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProviderPaths {
    /// By place and resource.
    resources: Vec<Vec<ProviderPath>>,
    /// By place and provider block: the provider's type.
    types: Vec<Vec<Text>>,
}

impl ProviderPaths {
    /// Returns the configuration of a resource at a place.
    pub(crate) fn of(&self, place: usize, resource: usize) -> &ProviderPath {
        &self.resources[place][resource]
    }

    /// Returns the place and index of the block that configures a resource's provider.
    pub(super) fn block(&self, place: usize, resource: usize) -> Option<(usize, usize)> {
        self.of(place, resource).block
    }

    /// Returns the provider type of a provider block.
    pub(crate) fn type_of_block(&self, place: usize, block: usize) -> &Text {
        &self.types[place][block]
    }
}

/// Finds the provider configurations of all resources.
pub(super) fn resolve(
    configuration: &Configuration,
    kinds: &Kinds,
    diagnostics: &mut Diagnostics,
) -> ProviderPaths {
    let mut paths = ProviderPaths::default();
    let mut owners = BTreeMap::new();
    let first = configuration.first_places();
    for index in 0..configuration.places.len() {
        let module = configuration.module_at(index);
        let types =
            module.providers.iter().map(|block| type_of(module, &block.name.name)).collect();
        paths.types.push(types);
        if first[configuration.places[index].module] == index {
            check_known(module, kinds, diagnostics);
        }
        passing::check(configuration, index, diagnostics);
        let mut resolver = Resolver { configuration, kinds, diagnostics, owners: &mut owners };
        paths.resources.push(resolver.place(index));
    }
    paths
}

/// Returns the provider type that a local name stands for.
pub(crate) fn type_of(module: &Module, local: &Text) -> Text {
    match module.requirements.get(local).map(|requirement| &requirement.source) {
        Some(source) if !source.is_empty() => {
            source.rsplit('/').next().map_or_else(|| local.clone(), Text::from)
        }
        _ => local.clone(),
    }
}

/// Returns the local name of a provider type.
fn local_of(module: &Module, provider: &Text) -> Text {
    let named = module.requirements.keys().find(|local| type_of(module, local) == *provider);
    named.unwrap_or(provider).clone()
}

struct Resolver<'a> {
    configuration: &'a Configuration,
    kinds: &'a Kinds,
    diagnostics: &'a mut Diagnostics,
    owners: &'a mut BTreeMap<(Mode, KindName), Option<Text>>,
}

impl Resolver<'_> {
    fn place(&mut self, index: usize) -> Vec<ProviderPath> {
        let module = self.configuration.module_at(index);
        let resources = module.resources.iter().map(|(name, block)| {
            let key = (name.mode, name.kind.clone());
            let kinds = self.kinds;
            let owner = self
                .owners
                .entry(key)
                .or_insert_with(|| kinds.provider_of(name.mode, &name.kind).cloned())
                .clone();
            let Some(owner) = owner else { return ProviderPath::default() };
            let (local, alias, key) = match &block.provider {
                Some(named) => (named.name.clone(), named.alias.clone(), named.key),
                None => (local_of(module, &owner), None, None),
            };
            let span = block.provider.as_ref().map_or(block.span, |named| named.span);
            if type_of(module, &local) != owner {
                let at = (span, block.provider.is_some());
                self.diagnostics.push(wrong_provider(module, &name.kind, (&local, &owner), at));
            }
            let mut path = find(self.configuration, index, (&local, alias.as_ref()));
            let wanted = module.requirements.values().flat_map(|requirement| &requirement.aliases);
            // That a caller passes nothing is said of the call.
            let mut wanted = wanted.filter(|_| self.configuration.places[index].parent.is_some());
            let is_wanted = wanted.any(|wanted| wanted.name == local && wanted.alias == alias);
            if let (None, Some(alias), false) = (&path, &alias, is_wanted) {
                self.diagnostics.push(undeclared(module, (&local, alias), span));
            }
            if let Some(path) = &mut path {
                let is_own = path.block.is_some_and(|(place, _)| place == index);
                if let Some(found) = judge_key(self.configuration, path, (key, span))
                    && (is_own || key.is_some())
                {
                    self.diagnostics.push(found);
                }
                let own = key.map(|expression| KeyAt { expression, call_of: None });
                path.key = own.or(path.key);
            }
            path.unwrap_or_else(|| ProviderPath { provider: owner, ..ProviderPath::default() })
        });
        resources.collect()
    }
}

/// Reports a resource whose provider has no such type; `named` says that the block names it.
fn wrong_provider(
    module: &Module,
    kind: &KindName,
    (local, owner): (&Text, &str),
    (span, named): (Span, bool),
) -> Diagnostic {
    let source = module.requirements.get(local).map(|requirement| &*requirement.source);
    let detail = match source.filter(|source| !source.is_empty()) {
        Some(source) => format!(
            "`{kind}` belongs to the provider {owner:?}; the name `{local}` stands for `{source}` here."
        ),
        None => format!("`{kind}` belongs to the provider {owner:?}, not to {:?}.", &**local),
    };
    let help = if named {
        format!("leave `provider` out, or name a configuration of `{owner}`")
    } else {
        format!("correct the source of `{local}` in `required_providers`")
    };
    let summary = "Invalid provider for resource type";
    Diagnostic::error("infra::config::provider_wrong", summary)
        .detail(detail)
        .label(span, "another provider")
        .help(help)
}

/// Reports a configuration that is neither declared in a module nor passed to it.
pub(super) fn undeclared(module: &Module, (local, alias): (&str, &str), span: Span) -> Diagnostic {
    let known = module.providers.iter().filter(|block| *block.name.name == *local);
    let names: Vec<&str> =
        known.filter_map(|block| block.alias.as_ref().map(|alias| &*alias.name)).collect();
    let summary = "Provider configuration not present";
    let diagnostic = Diagnostic::error("infra::config::provider_undeclared", summary)
        .detail(format!("There is no configuration `{local}.{alias}` in this module, and its caller passes none."))
        .label(span, "not declared");
    match nearest(alias, names.into_iter()) {
        Some(near) => diagnostic.help(format!("did you mean `{local}.{near}`?")),
        None => diagnostic.help(format!(
            "add `provider \"{local}\" {{ alias = \"{alias}\" }}` or pass it with `providers`"
        )),
    }
}

/// Returns the configuration that a local name and alias stand for at a place.
pub(crate) fn find(
    configuration: &Configuration,
    place: usize,
    (local, alias): (&Text, Option<&Text>),
) -> Option<ProviderPath> {
    let (mut place, mut local, mut alias) = (place, local.clone(), alias.cloned());
    let mut key = None;
    loop {
        let at = &configuration.places[place];
        let module = configuration.module_at(place);
        let provider = type_of(module, &local);
        let own = module.providers.iter().position(|block| {
            block.name.name == local && block.alias.as_ref().map(|a| &a.name) == alias.as_ref()
        });
        let caller =
            at.parent.map(|(parent, call)| (parent, configuration.module_at(parent), call));
        let passed = caller.and_then(|(_, outer, call)| {
            let (_, call) = outer.calls.get_index(call)?;
            let same = |inside: &ProviderRef| inside.name == local && inside.alias == alias;
            call.providers.iter().find(|(inside, _)| same(inside)).map(|(_, outside)| outside)
        });
        // An empty block in a module only says that a configuration is wanted from outside.
        let only_wants = |own: &usize| {
            caller.is_some()
                && is_empty(&module.providers[*own])
                && (alias.is_none() || passed.is_some())
        };
        if let Some(index) = own.filter(|own| !only_wants(own)) {
            let block = Some((place, index));
            return Some(ProviderPath { depth: at.path.len(), provider, alias, block, key });
        }
        let Some((parent, outer, _)) = caller else {
            let implicit = ProviderPath { depth: 0, provider, alias: None, block: None, key: None };
            return alias.is_none().then_some(implicit);
        };
        match passed {
            Some(outside) => {
                let given =
                    outside.key.map(|expression| KeyAt { expression, call_of: Some(place) });
                key = key.or(given);
                local = outside.name.clone();
                alias.clone_from(&outside.alias);
            }
            None if alias.is_none() => local = local_of(outer, &provider),
            None => return None,
        }
        place = parent;
    }
}

/// Returns whether a block has a name alone.
pub(super) fn is_empty(block: &ProviderBlock) -> bool {
    let body = &block.body;
    !block.is_mock
        && block.for_each.is_none()
        && body.attributes.is_empty()
        && body.blocks.is_empty()
}

fn check_known(module: &Module, kinds: &Kinds, found: &mut Diagnostics) {
    for block in &module.providers {
        let provider = type_of(module, &block.name.name);
        if kinds.provider(&provider).is_none() {
            found.push(provider_unknown(kinds, &provider, block.name.span));
        }
    }
}

/// Checks that a reference has a key if, and only if, what it names has several instances.
pub(super) fn judge_key(
    configuration: &Configuration,
    path: &ProviderPath,
    (key, span): (Option<ExprAt>, Span),
) -> Option<Diagnostic> {
    let (place, index) = path.block?;
    let block = &configuration.module_at(place).providers[index];
    let alias = block.alias.as_ref().map_or("", |alias| &*alias.name);
    let name = format!("{}.{alias}", block.name.name);
    let diagnostic = match (block.for_each.is_some(), key.is_some(), path.key.is_some()) {
        (true, false, false) => Diagnostic::error(
            "infra::config::provider_key",
            "Missing provider instance key",
        )
        .detail(format!("`{name}` has `for_each`, so a reference to it must say which instance is meant."))
        .label(span, "which instance?")
        .help(format!("write `{name}[each.key]`, or another key")),
        (false, true, _) | (true, true, true) => Diagnostic::error(
            "infra::config::provider_key",
            "Unexpected provider instance key",
        )
        .detail(format!("This name stands for one configuration, made by `{name}`: there are no instances to choose from."))
        .label(span, "there is only one")
        .help("remove the key"),
        _ => return None,
    };
    Some(diagnostic.label(block.span, "configured here"))
}

fn provider_unknown(kinds: &Kinds, provider: &str, span: Span) -> Diagnostic {
    let have: Vec<&str> = kinds.providers().map(|(name, _)| &**name).collect();
    let diagnostic = Diagnostic::error(
        "infra::config::provider_unknown",
        format!("Unknown provider `{provider}`"),
    )
    .detail(format!("There are: {}.", have.join(", ")))
    .label(span, "no such provider");
    match nearest(provider, have.into_iter()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("`infra providers list` lists them with their types"),
    }
}
