//! `lifecycle` blocks.

use super::{
    block::LifecycleBlock,
    read::{Reader, Shape, literal_text},
    variable::rules,
};
use crate::syntax::tree::{Body, Expr, ExprId, Tree};
use infra_model::{address::Mode, diagnostic::Diagnostic, source::Span, text::Text};

const SHAPE: Shape = Shape {
    attributes: &[
        "create_before_destroy",
        "prevent_destroy",
        "ignore_changes",
        "replace_triggered_by",
        "enabled",
    ],
    blocks: &["precondition", "postcondition"],
};

/// What only managed resources have.
const MANAGED: [&str; 4] =
    ["create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"];

/// Reads the `lifecycle` block of a resource's body.
pub(super) fn read(reader: &mut Reader<'_>, body: &Body, mode: Mode) -> LifecycleBlock {
    let Some(block) = reader.single(body, "lifecycle") else { return LifecycleBlock::default() };
    reader.labels(block, &[]);
    reader.check_shape(&block.body, &SHAPE);
    let inside = &block.body;
    if mode != Mode::Managed {
        for attribute in inside.attributes.iter().filter(|a| MANAGED.contains(&&*a.name.name)) {
            reader.report(misplaced(mode, &attribute.name.name, attribute.span));
        }
    }
    let ignored = inside.attribute("ignore_changes").map(|a| a.value);
    let ignore_all = ignored.is_some_and(|list| is_all(reader.tree, list));
    let is_told = ignored.is_some_and(|list| wildcard(reader, list));
    LifecycleBlock {
        create_before_destroy: reader.value(inside, "create_before_destroy"),
        prevent_destroy: reader.value(inside, "prevent_destroy"),
        ignore_all,
        ignore: if ignore_all || is_told {
            Vec::new()
        } else {
            reader.list(inside, "ignore_changes")
        },
        replace_triggered_by: reader.list(inside, "replace_triggered_by"),
        preconditions: rules(reader, inside, "precondition"),
        postconditions: rules(reader, inside, "postcondition"),
    }
}

fn misplaced(mode: Mode, name: &Text, span: Span) -> Diagnostic {
    let what = super::resource::what(mode);
    let summary = format!("Invalid {what} lifecycle argument");
    Diagnostic::error("infra::config::lifecycle_invalid", summary)
        .detail(format!("The lifecycle argument \"{name}\" is defined only for managed resources (\"resource\" blocks), and is not valid for {what}s."))
        .label(span, "only for `resource` blocks")
        .help("remove it")
}

/// Reports the list of old that meant all arguments, and returns whether it is that.
fn wildcard(reader: &mut Reader<'_>, list: ExprId) -> bool {
    let Expr::Tuple(items) = reader.tree.expr(list) else { return false };
    let mut texts = reader.tree.exprs(items).iter().map(|id| literal_text(reader.tree, *id));
    let is_it = texts.any(|text| text.as_deref() == Some("*"));
    if is_it {
        let summary = "Invalid ignore_changes wildcard";
        reader.report(
            Diagnostic::error("infra::config::lifecycle_invalid", summary)
                .detail("The [\"*\"] form of ignore_changes wildcard is was deprecated and is now invalid. Use \"ignore_changes = all\" to ignore changes to all attributes.")
                .label(reader.tree.span(list), "not in this form any more")
                .help("write `ignore_changes = all`"),
        );
    }
    is_it
}

fn is_all(tree: &Tree, id: ExprId) -> bool {
    match tree.expr(id) {
        Expr::Traversal { root, steps } => steps.is_empty() && &**tree.symbol(root) == "all",
        _ => false,
    }
}
