//! `module` blocks.

use super::{
    ExprAt, Module,
    block::{Call, ProviderRef, Repeat},
    enabled,
    provider::reference,
    read::Reader,
    report::{attribute_missing, block_unknown, duplicate},
};
use crate::syntax::tree::{Block, Body, Expr, ExprId, ObjectKey};
use infra_model::{diagnostic::Diagnostic, source::Span};

/// Arguments of the block itself; all others are inputs.
const META: [&str; 6] = ["source", "version", "providers", "count", "for_each", "depends_on"];

/// Reads one block into the module.
pub(super) fn read(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    let Some(labels) = reader.labels(block, &["name"]) else { return };
    let Some(name) = labels.into_iter().next() else { return };
    if !reader.name(&name, "module") {
        return;
    }
    if let Some(first) = module.calls.get(&name.name) {
        reader.report(duplicate("module call", &name.name, block.header(), first.span));
        return;
    }
    let body = &block.body;
    enabled::check_of_module(reader, body);
    for inner in body.blocks.iter().filter(|inner| &*inner.kind.name != "lifecycle") {
        reader.report(block_unknown(
            &inner.kind,
            std::iter::empty(),
            META.contains(&&*inner.kind.name),
        ));
    }
    let Some(source) = reader.value(body, "source") else {
        reader.report(attribute_missing("source", block.header()));
        return;
    };
    let inputs = body
        .attributes
        .iter()
        .filter(|a| !META.contains(&&*a.name.name))
        .map(|a| (a.name.clone(), reader.at(a.value)))
        .collect();
    let repeat = repeat(reader, body);
    let call = Call {
        source,
        version: reader.value(body, "version"),
        repeat: enabled::read(reader, body, repeat),
        depends_on: reader.list(body, "depends_on"),
        providers: body
            .attribute("providers")
            .map_or_else(Vec::new, |a| providers(reader, a.value)),
        inputs,
        span: block.header(),
        name,
    };
    module.calls.insert(call.name.name.clone(), call);
}

/// Reads `count` and `for_each`, of which only one may be given.
pub(super) fn repeat(reader: &mut Reader<'_>, body: &Body) -> Repeat {
    match (body.attribute("count"), body.attribute("for_each")) {
        (None, None) => Repeat::Once,
        (Some(count), None) => Repeat::Count(reader.at(count.value)),
        (None, Some(each)) => Repeat::Each(reader.at(each.value)),
        (Some(count), Some(each)) => {
            reader.report(
                Diagnostic::error(
                    "infra::config::repeat_conflict",
                    "Invalid combination of \"count\" and \"for_each\"",
                )
                .detail("The \"count\" and \"for_each\" meta-arguments are mutually-exclusive, only one should be used.")
                .label(each.span, "not together with `count`")
                .label(count.span, "`count` is here")
                .help("remove one of the two"),
            );
            Repeat::Each(reader.at(each.value))
        }
    }
}

/// Reads `providers`: the name inside, and the configuration outside.
pub(super) fn providers(reader: &mut Reader<'_>, id: ExprId) -> Vec<(ProviderRef, ProviderRef)> {
    let tree = reader.tree;
    let Expr::Object(items) = tree.expr(id) else {
        let span: Span = tree.span(id);
        if tree.expr(id) != Expr::Invalid {
            reader.report(
                Diagnostic::error("infra::config::value_invalid", "Invalid expression")
                    .detail("A static map expression is required.")
                    .label(span, "not a map")
                    .help("write a map of provider references"),
            );
        }
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in tree.items(items) {
        let inside = match item.key {
            ObjectKey::Name(symbol) => Some(ProviderRef {
                name: tree.symbol(symbol).clone(),
                alias: None,
                key: None::<ExprAt>,
                span: tree.at(item.key_range),
            }),
            ObjectKey::Expression(key) => reference(reader, key),
        };
        if let (Some(inside), Some(outside)) = (inside, reference(reader, item.value)) {
            found.push((inside, outside));
        }
    }
    found
}
