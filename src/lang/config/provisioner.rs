//! `provisioner` blocks.

use super::{block::ProvisionerBlock, quoted, read::Reader, report::value_invalid};
use crate::syntax::tree::{Attribute, Block, Body, Expr, Ident};
use infra_model::{
    diagnostic::Diagnostic,
    text::{Text, nearest},
};

/// Arguments of every provisioner, taken out of its body.
const META: [&str; 2] = ["when", "on_failure"];

/// The provisioners of the language.
const KINDS: [&str; 3] = ["local-exec", "remote-exec", "file"];

/// Reads the provisioners of a resource's body, in order.
pub(super) fn read_all(reader: &mut Reader<'_>, body: &Body) -> Vec<ProvisionerBlock> {
    body.blocks_of("provisioner").filter_map(|block| read(reader, block)).collect()
}

fn read(reader: &mut Reader<'_>, block: &Block) -> Option<ProvisionerBlock> {
    let kind = reader.labels(block, &["type"])?.into_iter().next()?;
    if !KINDS.contains(&&*kind.name) {
        reader.report(unknown(&kind));
        return None;
    }
    let connection = reader.single(&block.body, "connection").map(|b| b.body.clone());
    let on_destroy = choice(reader, &block.body, "when", ("create", "destroy"));
    let continue_on_failure = choice(reader, &block.body, "on_failure", ("fail", "continue"));
    let mut body = block.body.clone();
    body.attributes.retain(|a| !META.contains(&&*a.name.name));
    body.blocks.retain(|b| &*b.kind.name != "connection");
    Some(ProvisionerBlock {
        kind,
        on_destroy,
        continue_on_failure,
        connection,
        body,
        span: block.header(),
    })
}

fn unknown(kind: &Ident) -> Diagnostic {
    let help = nearest(&kind.name, KINDS.into_iter()).map_or_else(
        || format!("use {}", KINDS.map(|name| format!("`{name}`")).join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::error("infra::config::provisioner_unknown", "Unsupported provisioner type")
        .detail(format!("There is no provisioner of type \"{}\".", kind.name))
        .label(kind.span, "unknown provisioner")
        .help(help)
}

/// Returns whether a keyword argument has the second of its two values.
fn choice(reader: &mut Reader<'_>, body: &Body, name: &str, (no, yes): (&str, &str)) -> bool {
    let Some(attribute) = body.attribute(name) else { return false };
    match keyword(reader, attribute) {
        Some(word) if &*word == yes => true,
        Some(word) if &*word == no => false,
        _ => {
            let span = reader.tree.span(attribute.value);
            reader.report(value_invalid(
                &format!("\"{name}\" keyword"),
                &format!("{no} or {yes}"),
                span,
            ));
            false
        }
    }
}

fn keyword(reader: &mut Reader<'_>, attribute: &Attribute) -> Option<Text> {
    match reader.tree.expr(attribute.value) {
        Expr::Traversal { root, steps } if steps.is_empty() => {
            Some(reader.tree.symbol(root).clone())
        }
        Expr::String(symbol) => {
            let span = reader.tree.span(attribute.value);
            if !reader.tree.is_json(span.source) {
                reader.report(quoted::keyword(span));
            }
            Some(reader.tree.symbol(symbol).clone())
        }
        _ => None,
    }
}
