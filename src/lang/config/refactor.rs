//! `moved`, `removed` and `import` blocks.

use super::{
    Module,
    block::{ImportBlock, MovedBlock, RemovedBlock},
    provider::reference,
    provisioner,
    read::{Reader, Shape},
};
use crate::syntax::tree::Block;
use infra_model::{diagnostic::Diagnostic, source::Span};

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
        reader.bool(&inner.body, "destroy")
    });
    let connection = reader.single(&block.body, "connection").map(|inner| inner.body.clone());
    let mut provisioners = provisioner::read_all(reader, &block.body);
    for at_creation in provisioners.extract_if(.., |provisioner| !provisioner.on_destroy) {
        reader.report(not_on_destroy(at_creation.span));
    }
    if let Some(from) = from {
        let destroy = destroy.unwrap_or(true);
        let span = block.span();
        module.removed.push(RemovedBlock { from, destroy, provisioners, connection, span });
    }
}

/// Reads one `import` block into the module.
pub(super) fn read_import(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    reader.labels(block, &[]);
    let body = &block.body;
    reader.check_shape(body, &IMPORT);
    let to = reader.required(body, "to", block.header());
    if let Some(identity) = body.attribute("identity") {
        reader.report(no_identity(identity.span));
        return;
    }
    let id = reader.required(body, "id", block.header());
    let provider = body.attribute("provider").and_then(|a| reference(reader, a.value));
    if let (Some(to), Some(id)) = (to, id) {
        let for_each = reader.value(body, "for_each");
        module.imports.push(ImportBlock { to, id, for_each, provider, span: block.span() });
    }
}

fn not_on_destroy(span: Span) -> Diagnostic {
    Diagnostic::error("infra::config::provisioner_misplaced", "Invalid provisioner block")
        .detail(
            "Only destroy-time provisioners are valid in \"removed\" blocks. To declare a \
             destroy-time provisioner, use:\n    when = destroy",
        )
        .label(span, "runs after a create")
        .help("add `when = destroy`, or remove the provisioner")
}

fn no_identity(span: Span) -> Diagnostic {
    Diagnostic::error("infra::config::identity_unsupported", "Resources have no identity here")
        .detail("None of the providers of infra names its objects by an identity; each has an id.")
        .label(span, "not known to any provider")
        .help("write `id = \"...\"` instead")
}
