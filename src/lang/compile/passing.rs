//! What module calls pass to providers of their modules: whether it is wanted, there, and fitting.

use super::providers::{find, is_empty, judge_key, type_of, undeclared};
use crate::config::{
    Configuration, Module,
    block::{Call, ProviderBlock, ProviderRef, Repeat},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::Span,
    text::Text,
};

/// Checks the provider blocks of a place, and what its calls pass.
pub(super) fn check(configuration: &Configuration, index: usize, found: &mut Diagnostics) {
    own_blocks(configuration, index, found);
    passed(configuration, index, found);
}

/// A module with provider configurations of its own can be called only once, and one of those that
/// are empty has nothing to say.
fn own_blocks(configuration: &Configuration, index: usize, found: &mut Diagnostics) {
    let place = &configuration.places[index];
    let Some((parent, call)) = place.parent else { return };
    let module = configuration.module_at(index);
    let call = &configuration.module_at(parent).calls[call];
    // One that has an alias, and that nobody passes, stands for itself.
    let is_own = |block: &&ProviderBlock| {
        let (name, alias) = (&block.name.name, block.alias.as_ref().map(|alias| &alias.name));
        let same = |inside: &ProviderRef| inside.name == *name && inside.alias.as_ref() == alias;
        !is_empty(block)
            || alias.is_some() && !call.providers.iter().any(|(inside, _)| same(inside))
    };
    if let (Some(at), Some(block)) =
        (repeated(configuration, index), module.providers.iter().find(is_own))
    {
        let name = format!("module.{}", place.path.join(".module."));
        found.push(
            Diagnostic::error(
                "infra::config::module_with_provider",
                "Module is incompatible with count, for_each, and depends_on",
            )
            .detail(format!("The module at {name} is a legacy module which contains its own local provider configurations, and so calls to it may not use the count, for_each, or depends_on arguments."))
            .label(at, "not for such a module")
            .label(block.span, "its own provider configuration")
            .help("configure the provider in the calling module and pass it with `providers`"),
        );
    }
    for block in module.providers.iter().filter(|block| is_empty(block)) {
        found.push(
            Diagnostic::warning("infra::config::provider_redundant", "Redundant empty provider block")
                .detail("Earlier versions of Terraform used empty provider blocks (\"proxy provider configurations\") for child modules to declare their need to be passed a provider configuration by their callers. That approach was ambiguous and is now deprecated.")
                .label(block.span, "says nothing")
                .help(format!("remove the block, and name the provider {:?} in `required_providers` of the module", &*block.name.name)),
        );
    }
}

/// Returns what makes a call that leads to a place stand more than once, or wait.
fn repeated(configuration: &Configuration, index: usize) -> Option<Span> {
    let mut at = index;
    while let Some((parent, call)) = configuration.places[at].parent {
        let call = &configuration.module_at(parent).calls[call];
        let expression = match call.repeat {
            Repeat::Once => call.depends_on.first().copied(),
            Repeat::Count(expression) | Repeat::Each(expression) | Repeat::When(expression) => {
                Some(expression)
            }
        };
        if let Some(expression) = expression {
            return Some(configuration.span(expression));
        }
        at = parent;
    }
    None
}

/// Reports what is passed under a name that the module does not declare.
fn undefined_inside(child: &Module, (call, inside): (&Call, &ProviderRef)) -> Option<Diagnostic> {
    let is_proxy =
        child.providers.iter().filter(|block| is_empty(block)).any(|b| is_named(b, inside));
    let (name, source) = (inside.text(), source_of(child, &inside.name));
    let Some(requirement) = child.requirements.get(&inside.name) else {
        let detail = format!(
            "There is no explicit declaration for local provider name {name:?} in module.{}, so infra is assuming you mean to pass a configuration for {source:?}.",
            call.name.name
        );
        let help = format!("add {:?} to `required_providers` of the module", &*inside.name);
        return (!is_proxy).then(|| undefined(false, detail, (inside.span, help)));
    };
    let declared = |alias: &ProviderRef| alias.alias == inside.alias;
    let is_known = inside.alias.is_none()
        || requirement.aliases.iter().any(declared)
        || child.providers.iter().any(|block| is_named(block, inside));
    (!is_known).then(|| {
        let detail = format!("The child module does not declare any provider requirement with the local name {name:?}.");
        let help = format!("add `{name}` to `configuration_aliases` of {source:?} in the module");
        undefined(true, detail, (inside.span, help))
    })
}

/// Reports what is passed and stands for a provider that the caller does not name.
fn undefined_outside(outer: &Module, path: &[Text], outside: &ProviderRef) -> Option<Diagnostic> {
    let is_configured = || outer.providers.iter().any(|b| is_named(b, outside) && !is_empty(b));
    if outside.alias.is_some() || outer.requirements.contains_key(&outside.name) || is_configured()
    {
        return None;
    }
    let place = match path {
        [] => "the root module".to_owned(),
        path => format!("module.{}", path.join(".module.")),
    };
    let source = source_of(outer, &outside.name);
    let detail = format!(
        "There is no explicit declaration for local provider name {:?} in {place}, so infra is assuming you mean to pass a configuration for provider {source:?}.",
        &*outside.name
    );
    let help = format!("add {:?} to `required_providers` of {place}", &*outside.name);
    Some(undefined(false, detail, (outside.span, help)))
}

fn undefined(is_error: bool, detail: String, (span, help): (Span, String)) -> Diagnostic {
    let (code, summary) = ("infra::config::provider_undefined", "Reference to undefined provider");
    let diagnostic = if is_error {
        Diagnostic::error(code, summary)
    } else {
        Diagnostic::warning(code, summary)
    };
    diagnostic.detail(detail).label(span, "not declared").help(help)
}

/// Reports what is passed to a name that the module configures itself.
fn overridden(child: &Module, (call, inside): (&Call, &ProviderRef)) -> Option<Diagnostic> {
    let own = child.providers.iter().find(|block| is_named(block, inside) && !is_empty(block))?;
    let summary = "Cannot override provider configuration";
    let name = inside.text();
    Some(
        Diagnostic::error("infra::config::provider_overridden", summary)
            .detail(format!("The configuration of module.{} has its own local configuration for {name}, and so it cannot accept an overridden configuration provided by its caller.", call.name.name))
            .label(inside.span, "passed here")
            .label(own.span, "configured here")
            .help("remove one of the two"),
    )
}

fn is_named(block: &ProviderBlock, name: &ProviderRef) -> bool {
    block.name.name == name.name
        && block.alias.as_ref().map(|alias| &alias.name) == name.alias.as_ref()
}

/// Checks that passed configurations exist and that all required aliases are passed.
fn passed(configuration: &Configuration, index: usize, found: &mut Diagnostics) {
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
        pairs(module, (child, call), found);
        for (inside, outside) in &call.providers {
            let path = &configuration.places[index].path;
            found.extend(undefined_inside(child, (call, inside)));
            found.extend(undefined_outside(module, path, outside));
            found.extend(overridden(child, (call, inside)));
        }
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
fn pairs(outer: &Module, (child, call): (&Module, &Call), found: &mut Diagnostics) {
    for (position, (inside, outside)) in call.providers.iter().enumerate() {
        let same = |other: &&(ProviderRef, ProviderRef)| {
            other.0.name == inside.name && other.0.alias == inside.alias
        };
        if let Some((first, _)) = call.providers[..position].iter().find(same) {
            found.push(
                Diagnostic::error("infra::config::provider_passed_twice", "Duplicate provider address")
                    .detail(format!("A provider configuration was already passed to {}. Each child provider configuration can be assigned only once.", inside.text()))
                    .label(outside.span, "passed again")
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
