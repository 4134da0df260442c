//! Which provider configuration is responsible for each resource, over the tree of modules.

use crate::config::{
    Configuration, ExprAt, Module,
    block::{Call, ProviderRef, Repeat},
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
        check_repeated(configuration, index, diagnostics);
        check_passed(configuration, index, diagnostics);
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
            if let (None, Some(alias)) = (&path, &alias) {
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
fn undeclared(module: &Module, (local, alias): (&str, &str), span: Span) -> Diagnostic {
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
        if let Some(index) = own {
            let block = Some((place, index));
            return Some(ProviderPath { depth: at.path.len(), provider, alias, block, key });
        }
        let Some((parent, call)) = at.parent else {
            let implicit = ProviderPath { depth: 0, provider, alias: None, block: None, key: None };
            return alias.is_none().then_some(implicit);
        };
        let outer = configuration.module_at(parent);
        let passed = outer.calls.get_index(call).and_then(|(_, call)| {
            let same = |inside: &ProviderRef| inside.name == local && inside.alias == alias;
            call.providers.iter().find(|(inside, _)| same(inside)).map(|(_, outside)| outside)
        });
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

fn check_known(module: &Module, kinds: &Kinds, found: &mut Diagnostics) {
    for block in &module.providers {
        let provider = type_of(module, &block.name.name);
        if kinds.provider(&provider).is_none() {
            found.push(provider_unknown(kinds, &provider, block.name.span));
        }
    }
}

/// A module with providers of its own can be called only once.
fn check_repeated(configuration: &Configuration, index: usize, found: &mut Diagnostics) {
    let module = configuration.module_at(index);
    let Some((parent, call)) = configuration.places[index].parent else { return };
    let Some((_, call)) = configuration.module_at(parent).calls.get_index(call) else { return };
    let repeated = call.repeat != Repeat::Once || !call.depends_on.is_empty();
    if let (true, Some(block)) = (repeated, module.providers.first()) {
        found.push(
            Diagnostic::error(
                "infra::config::module_with_provider",
                "Module is incompatible with count, for_each, and depends_on",
            )
            .detail("The module contains its own provider configurations, so it may be called only once and without these arguments.")
            .label(call.span, "called here")
            .label(block.span, "its own provider configuration")
            .help("configure the provider in the calling module and pass it with `providers`"),
        );
    }
}

/// Checks that passed configurations exist and that all required aliases are passed.
fn check_passed(configuration: &Configuration, index: usize, found: &mut Diagnostics) {
    let module = configuration.module_at(index);
    for (position, call) in module.calls.values().enumerate() {
        for (_, outside) in &call.providers {
            let Some(alias) = &outside.alias else { continue };
            match find(configuration, index, (&outside.name, Some(alias))) {
                None => found.push(undeclared(module, (&outside.name, alias), outside.span)),
                Some(path) => {
                    found.extend(judge_key(configuration, &path, (outside.key, outside.span)));
                }
            }
        }
        let Some(child) = configuration.places[index].children.get(position).copied().flatten()
        else {
            continue;
        };
        let child = configuration.module_at(child);
        check_pairs(module, (child, call), found);
        for alias in child.requirements.values().flat_map(|requirement| &requirement.aliases) {
            let passed =
                call.providers.iter().any(|(i, _)| i.name == alias.name && i.alias == alias.alias);
            if alias.alias.is_some() && !passed {
                let name = format!("{}.{}", alias.name, alias.alias.as_deref().unwrap_or(""));
                found.push(
                    Diagnostic::error(
                        "infra::config::provider_not_passed",
                        "Missing required provider configuration",
                    )
                    .detail(format!("The child module requires an additional configuration for provider {}, with the local name {name:?}.\n\nRefer to the module's documentation to understand the intended purpose of this additional provider configuration, and then add an entry for {name} in the \"providers\" meta-argument in the module block to choose which provider configuration the module should use for that purpose.", source_of(child, &alias.name)))
                    .label(call.span, format!("`{name}` is not passed"))
                    .label(alias.span, "required here")
                    .help(format!("add `providers = {{ {name} = … }}`")),
                );
            }
        }
    }
}

/// Checks that each configuration is passed once, and to a name of the same provider.
fn check_pairs(outer: &Module, (child, call): (&Module, &Call), found: &mut Diagnostics) {
    for (position, (inside, outside)) in call.providers.iter().enumerate() {
        let same = |other: &&(ProviderRef, ProviderRef)| {
            other.0.name == inside.name && other.0.alias == inside.alias
        };
        if let Some((first, _)) = call.providers[..position].iter().find(same) {
            found.push(
                Diagnostic::error("infra::config::provider_passed_twice", "Duplicate provider address")
                    .detail(format!("A provider configuration was already passed to {}. Each child provider configuration can be assigned only once.", inside.text()))
                    .label(inside.span, "passed again")
                    .label(first.span, "the first one")
                    .help("remove one of the two"),
            );
        }
        let (given, wanted) = (type_of(outer, &outside.name), type_of(child, &inside.name));
        if given != wanted {
            let (given, wanted) = (source_of(outer, &outside.name), source_of(child, &inside.name));
            found.push(
                Diagnostic::error("infra::config::provider_mismatch", "Provider type mismatch")
                    .detail(format!("The local name {:?} in the calling module represents provider {given:?}, but {:?} in module.{} represents {wanted:?}.\n\nEach provider has its own distinct configuration schema and provider types, so this module's {:?} can be assigned only a configuration for {wanted}.", outside.text(), inside.text(), call.name.name, inside.text()))
                    .label(outside.span, "another provider")
                    .help("pass a configuration of the same provider"),
            );
        }
    }
}

/// Returns the source address of a provider as a module names it.
fn source_of(module: &Module, local: &Text) -> Text {
    match module.requirements.get(local).map(|requirement| &requirement.source) {
        Some(source) if !source.is_empty() => source.clone(),
        _ => format!("hashicorp/{local}").into(),
    }
}

/// Checks that a reference has a key if, and only if, what it names has several instances.
fn judge_key(
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
