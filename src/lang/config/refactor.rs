//! `moved`, `removed` and `import` blocks.

use super::{
    Module,
    block::{ImportBlock, MovedBlock, RemovedBlock},
    provider::reference,
    provisioner,
    read::{Reader, Shape},
};
use crate::syntax::tree::Block;

const MOVED: Shape = Shape { attributes: &["from", "to"], blocks: &[] };
const REMOVED: Shape =
    Shape { attributes: &["from"], blocks: &["lifecycle", "provisioner", "connection"] };
const REMOVED_LIFECYCLE: Shape = Shape { attributes: &["destroy"], blocks: &[] };
const IMPORT: Shape =
    Shape { attributes: &["to", "id", "identity", "provider", "for_each"], blocks: &[] };

/// Reads one `moved` block into the module.
pub(super) fn read_moved(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    reader.labels(block, &[]);
    reader.check_shape(&block.body, &MOVED);
    let from = reader.required(&block.body, "from", block.header());
    let to = reader.required(&block.body, "to", block.header());
    if let (Some(from), Some(to)) = (from, to) {
        module.moved.push(MovedBlock { from, to, span: block.span() });
    }
}

/// Reads one `removed` block into the module.
pub(super) fn read_removed(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    reader.labels(block, &[]);
    reader.check_shape(&block.body, &REMOVED);
    let from = reader.required(&block.body, "from", block.header());
    let lifecycle = reader.single(&block.body, "lifecycle");
    let destroy = lifecycle.and_then(|inner| {
        reader.check_shape(&inner.body, &REMOVED_LIFECYCLE);
        reader.required(&inner.body, "destroy", inner.header())?;
        reader.bool(&inner.body, "destroy")
    });
    let provisioners = provisioner::read_all(reader, &block.body);
    if let Some(from) = from {
        let destroy = destroy.unwrap_or(true);
        module.removed.push(RemovedBlock { from, destroy, provisioners, span: block.span() });
    }
}

/// Reads one `import` block into the module.
pub(super) fn read_import(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    reader.labels(block, &[]);
    let body = &block.body;
    reader.check_shape(body, &IMPORT);
    let to = reader.required(body, "to", block.header());
    let id = match reader.value(body, "identity") {
        Some(identity) => Some(identity),
        None => reader.required(body, "id", block.header()),
    };
    let provider = body.attribute("provider").and_then(|a| reference(reader, a.value));
    if let (Some(to), Some(id)) = (to, id) {
        let for_each = reader.value(body, "for_each");
        module.imports.push(ImportBlock { to, id, for_each, provider, span: block.span() });
    }
}
