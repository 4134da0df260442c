//! `check` blocks.

use super::{
    Module,
    block::CheckBlock,
    read::{Reader, Shape},
    report::duplicate,
    resource,
    variable::rules,
};
use crate::syntax::tree::Block;
use infra_model::{address::Mode, diagnostic::Diagnostic};

const SHAPE: Shape = Shape { attributes: &[], blocks: &["assert", "data"] };

/// Reads one block into the module.
pub(super) fn read(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    let Some(labels) = reader.labels(block, &["name"]) else { return };
    let Some(name) = labels.into_iter().next() else { return };
    reader.check_shape(&block.body, &SHAPE);
    if !reader.name(&name, "check") {
        return;
    }
    if let Some(first) = module.checks.get(&name.name) {
        reader.report(duplicate("check", &name.name, block.header(), first.span));
        return;
    }
    if let Some(data) = reader.single(&block.body, "data") {
        resource::read(reader, module, data, (Mode::Data, Some(&name.name)));
    }
    let assertions = rules(reader, &block.body, "assert");
    if block.body.blocks_of("assert").next().is_none() {
        reader.report(
            Diagnostic::error("infra::config::check_empty", "Zero assert blocks")
                .detail("Check blocks must have at least one assert block.")
                .label(block.header(), "asserts nothing")
                .help("add an `assert` block with `condition` and `error_message`"),
        );
    }
    let check = CheckBlock { assertions, span: block.header(), name };
    module.checks.insert(check.name.name.clone(), check);
}
