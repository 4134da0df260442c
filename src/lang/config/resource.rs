//! `resource`, `data` and `ephemeral` blocks: meta-arguments are taken out, the rest is for schemas.

use super::{
    Module, ResourceName, block::ResourceBlock, enabled, lifecycle, module_call, provider,
    provisioner, read::Reader, report::duplicate,
};
use crate::syntax::tree::{Block, Body};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostic,
    text::Text,
};

/// Meta-arguments of every resource.
const META_ATTRIBUTES: [&str; 4] = ["count", "for_each", "depends_on", "provider"];

/// Meta-blocks of every resource.
const META_BLOCKS: [&str; 3] = ["lifecycle", "provisioner", "connection"];

/// Reads one block into the module; `check` names the check block around it.
pub(super) fn read(
    reader: &mut Reader<'_>,
    module: &mut Module,
    block: &Block,
    (mode, check): (Mode, Option<&Text>),
) {
    let Some(labels) = reader.labels(block, &["type", "name"]) else { return };
    let [kind, name] = labels.as_slice() else { return };
    let what = what(mode);
    if !reader.name(kind, "resource type") || !reader.name(name, "resource") {
        return;
    }
    let key = ResourceName { mode, kind: KindName(kind.name.clone()), name: name.name.clone() };
    if let Some(first) = module.resources.get(&key) {
        let text = format!("{} {what}", kind.name);
        reader.report(duplicate(&text, &name.name, block.header(), first.span));
        return;
    }
    let body = &block.body;
    if mode != Mode::Managed {
        for inner in
            body.blocks.iter().filter(|b| matches!(&*b.kind.name, "provisioner" | "connection"))
        {
            reader.report(
                Diagnostic::error(
                    "infra::config::block_unknown",
                    format!("Invalid {} block", inner.kind.name),
                )
                .detail(format!("A {what} cannot have {} blocks.", inner.kind.name))
                .label(inner.header(), "only for `resource` blocks")
                .help("remove it"),
            );
        }
    }
    let repeat = module_call::repeat(reader, body);
    let resource = ResourceBlock {
        repeat: enabled::read(reader, body, repeat),
        provider: body.attribute("provider").and_then(|a| provider::reference(reader, a.value)),
        depends_on: reader.list(body, "depends_on"),
        lifecycle: lifecycle::read(reader, body, mode),
        provisioners: provisioner::read_all(reader, body),
        connection: reader.single(body, "connection").map(|b| b.body.clone()),
        check: check.cloned(),
        body: without_meta(body),
        kind_span: kind.span,
        span: block.header(),
    };
    module.resources.insert(key, resource);
}

/// Returns how resources of a mode are called.
pub(super) fn what(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "resource",
        Mode::Data => "data resource",
        Mode::Ephemeral => "ephemeral resource",
    }
}

fn without_meta(body: &Body) -> Body {
    let mut body = body.clone();
    body.attributes.retain(|a| !META_ATTRIBUTES.contains(&&*a.name.name));
    body.blocks.retain(|b| !META_BLOCKS.contains(&&*b.kind.name));
    body
}
