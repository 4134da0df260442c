//! `enabled` in `lifecycle` blocks: a resource or module that stands once or not at all.

use super::{
    block::Repeat,
    read::{Reader, Shape},
};
use crate::syntax::tree::Body;
use infra_model::diagnostic::Diagnostic;

/// What the `lifecycle` block of a module call may hold.
const OF_MODULE: Shape = Shape { attributes: &["enabled"], blocks: &[] };

/// Returns how often a block stands, with its `enabled` taken into account.
pub(super) fn read(reader: &mut Reader<'_>, body: &Body, repeat: Repeat) -> Repeat {
    let inside = body.blocks_of("lifecycle").next();
    let Some(enabled) = inside.and_then(|block| block.body.attribute("enabled")) else {
        return repeat;
    };
    let other = ["count", "for_each"].into_iter().find_map(|name| body.attribute(name));
    let Some(other) = other else { return Repeat::When(reader.at(enabled.value)) };
    let name = &other.name.name;
    let summary = format!("Invalid combination of \"{name}\" and \"enabled\"");
    reader.report(
        Diagnostic::error("infra::config::repeat_conflict", summary)
            .detail(format!("The \"{name}\" and \"enabled\" arguments exclude each other: only one of them can say how many instances there are."))
            .label(enabled.name.span, "`enabled` is here")
            .label(other.name.span, format!("`{name}` is here"))
            .help("remove one of the two"),
    );
    repeat
}

/// Checks the `lifecycle` block of a module call.
pub(super) fn check_of_module(reader: &mut Reader<'_>, body: &Body) {
    let Some(block) = reader.single(body, "lifecycle") else { return };
    reader.labels(block, &[]);
    reader.check_shape(&block.body, &OF_MODULE);
}
