//! `provider` blocks and references to provider configurations.

use super::{
    Module,
    block::{ProviderBlock, ProviderRef},
    quoted,
    read::{Reader, is_name},
    report::{duplicate, value_invalid},
    typing::dotted,
};
use crate::syntax::tree::{Block, Expr, ExprId, Ident, StepKind};
use infra_model::{diagnostic::Diagnostic, text::Text};

/// Meta-arguments, which no provider's schema has.
const META: [&str; 4] = ["alias", "version", "for_each", "count"];

/// Reads one block into the module.
pub(super) fn read(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    let Some(labels) = reader.labels(block, &["name"]) else { return };
    let Some(name) = labels.into_iter().next() else { return };
    if !reader.name(&name, "provider") {
        return;
    }
    let alias = alias(reader, block);
    count(reader, block);
    for_each(reader, block, alias.as_ref());
    version(reader, block);
    let same = |other: &&ProviderBlock| {
        other.name.name == name.name
            && other.alias.as_ref().map(|a| &a.name) == alias.as_ref().map(|a| &a.name)
    };
    if let Some(first) = module.providers.iter().find(same) {
        let again = duplicate("provider configuration", &name.name, block.header(), first.span);
        reader.report(again.help("give one of them an `alias` of its own"));
        return;
    }
    let mut body = block.body.clone();
    body.attributes.retain(|a| !META.contains(&&*a.name.name));
    let provider = ProviderBlock {
        alias,
        for_each: reader.value(&block.body, "for_each"),
        is_mock: false,
        is_of_test: false,
        body,
        span: block.header(),
        name,
    };
    module.providers.push(provider);
}

fn alias(reader: &mut Reader<'_>, block: &Block) -> Option<Ident> {
    let attribute = block.body.attribute("alias")?;
    let text = reader.text(&block.body, "alias")?;
    let span = reader.tree.span(attribute.value);
    if !is_name(&text) {
        reader.report(
            Diagnostic::error(
                "infra::config::value_invalid",
                "Invalid provider configuration alias",
            )
            .detail("An alias must be a valid name. A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.")
            .label(span, "not a name")
            .help("write a name"),
        );
        return None;
    }
    Some(Ident { name: text, span })
}

/// Instances have no name without an alias.
fn for_each(reader: &mut Reader<'_>, block: &Block, alias: Option<&Ident>) {
    if let (Some(each), None) = (block.body.attribute("for_each"), alias)
        && block.body.attribute("alias").is_none()
    {
        reader.report(
            Diagnostic::error(
                "infra::config::provider_for_each",
                "Alias required when using \"for_each\"",
            )
            .detail("Only a provider configuration with an alias can have several instances: references name them as `name.alias[key]`.")
            .label(each.name.span, "needs an `alias`")
            .help("add `alias = \"…\"`"),
        );
    }
}

/// There is no `count`; it would be no configuration of the provider either.
fn count(reader: &mut Reader<'_>, block: &Block) {
    if let Some(attribute) = block.body.attribute("count") {
        reader.report(
            Diagnostic::error(
                "infra::config::attribute_unknown",
                "Reserved argument name in provider block",
            )
            .detail("The provider argument name \"count\" is reserved for use by Terraform in a future version.")
            .label(attribute.name.span, "not here")
            .help("use `for_each`, or write a block with an `alias` for each"),
        );
    }
}

/// The constraint of old configurations: providers have the version of this program.
fn version(reader: &mut Reader<'_>, block: &Block) {
    let Some(attribute) = block.body.attribute("version") else { return };
    let Some(text) = reader.text(&block.body, "version") else { return };
    let span = reader.tree.span(attribute.value);
    reader.constraint(&text, span);
    reader.report(
        Diagnostic::warning(
            "infra::config::deprecated",
            "Version constraints inside provider configuration blocks are deprecated",
        )
        .detail("A version constraint in a provider block is ignored: providers are built into infra and have its version.")
        .label(span, "ignored")
            .help("remove it, or move it to `required_providers`, which Terraform reads"),
    );
}

/// Reads a reference such as `docker`, `docker.prod` or `docker.by[each.key]`.
pub(super) fn reference(reader: &mut Reader<'_>, id: ExprId) -> Option<ProviderRef> {
    let tree = reader.tree;
    let mut span = tree.span(id);
    if let Expr::Traversal { root, steps } = tree.expr(id)
        && let [alias, key] = tree.steps(steps)
        && let (StepKind::Attribute(alias), StepKind::Index(key)) = (alias.kind, key.kind)
    {
        let alias = Some(tree.symbol(alias).clone());
        let key = Some(reader.at(key));
        return Some(ProviderRef { name: tree.symbol(root).clone(), alias, key, span });
    }
    if let Expr::String(_) = tree.expr(id) {
        reader.report(quoted::reference(span));
        (span.start, span.end) = (span.start + 1, span.end - 1);
    }
    match dotted(tree, id).as_deref() {
        Some([name]) => Some(ProviderRef { name: name.clone(), alias: None, key: None, span }),
        Some([name, alias]) => {
            let alias: Option<Text> = Some(alias.clone());
            Some(ProviderRef { name: name.clone(), alias, key: None, span })
        }
        _ => {
            if tree.expr(id) != Expr::Invalid {
                let wanted = "a provider type, optionally followed by a dot and an alias";
                reader.report(value_invalid("provider configuration reference", wanted, span));
            }
            None
        }
    }
}
