//! `output` blocks and `locals`.

use super::{
    Module,
    block::{LocalValue, OutputBlock},
    read::{Reader, Shape},
    report::duplicate,
    variable::rules,
};
use crate::syntax::tree::Block;
use infra_model::text::Text;

const SHAPE: Shape = Shape {
    attributes: &["value", "description", "sensitive", "ephemeral", "depends_on", "deprecated"],
    blocks: &["precondition", "postcondition"],
};

/// Reads one `output` block into the module.
pub(super) fn read(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    let Some(labels) = reader.labels(block, &["name"]) else { return };
    let Some(name) = labels.into_iter().next() else { return };
    let body = &block.body;
    reader.check_shape(body, &SHAPE);
    if !reader.name(&name, "output") {
        return;
    }
    if let Some(first) = module.outputs.get(&name.name) {
        reader.report(duplicate("output", &name.name, block.header(), first.span));
        return;
    }
    for block in body.blocks_of("postcondition") {
        reader.report(super::report::block_unknown(
            &block.kind,
            ["precondition"].into_iter(),
            false,
        ));
    }
    let Some(value) = reader.required(body, "value", block.header()) else { return };
    let output = OutputBlock {
        value,
        description: reader.text(body, "description").unwrap_or_else(|| Text::from("")),
        sensitive: reader.bool(body, "sensitive").unwrap_or(false),
        ephemeral: reader.bool(body, "ephemeral").unwrap_or(false),
        depends_on: reader.list(body, "depends_on"),
        deprecated: reader.text(body, "deprecated"),
        preconditions: rules(reader, body, "precondition"),
        span: block.header(),
        name,
    };
    module.outputs.insert(output.name.name.clone(), output);
}

/// Reads one `locals` block into the module.
pub(super) fn read_locals(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    reader.labels(block, &[]);
    for inner in &block.body.blocks {
        reader.report(super::report::block_unknown(&inner.kind, std::iter::empty(), true));
    }
    for attribute in &block.body.attributes {
        let name = attribute.name.clone();
        if let Some(first) = module.locals.get(&name.name) {
            reader.report(duplicate("local value", &name.name, name.span, first.name.span));
            continue;
        }
        let value = reader.at(attribute.value);
        module.locals.insert(name.name.clone(), LocalValue { name, value });
    }
}
