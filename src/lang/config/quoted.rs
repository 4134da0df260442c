//! References in quotes, as Terraform 0.11 wanted them: read as what they mean, with a warning.
//!
//! Only where nothing but references can stand: lists such as `depends_on`, by where they are in a
//! file. In the tree they become what they would be without the quotes, so that no later stage knows
//! of them. JSON files have no other way to write references, and are none of this.

use crate::syntax::{
    tree::{Attribute, Body, Expr, ExprId, File},
    unquote,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::Span,
};

/// Blocks, with their lists of references, and those of blocks in them.
type Place = (&'static [&'static str], Names, &'static [(&'static str, Names)]);
type Names = &'static [&'static str];

const PLACES: [Place; 4] = [
    (&["resource", "data", "ephemeral"], &["depends_on"], &[("lifecycle", &["ignore_changes"])]),
    (&["module", "output"], &["depends_on"], &[]),
    (&["check"], &[], &[("data", &["depends_on"])]),
    (&["run"], &["expect_failures"], &[("plan_options", &["target", "replace"])]),
];

/// Takes the quotes from references of a file.
pub(super) fn settle(file: &mut File, diagnostics: &mut Diagnostics) {
    let mut found = Vec::new();
    for block in &file.body.blocks {
        let is_it = |place: &&Place| place.0.contains(&&*block.kind.name);
        let Some((_, names, inside)) = PLACES.iter().find(is_it) else { continue };
        strings(file, (&block.body, names), &mut found);
        for inner in &block.body.blocks {
            if let Some((_, names)) = inside.iter().find(|(kind, _)| **kind == *inner.kind.name) {
                strings(file, (&inner.body, names), &mut found);
            }
        }
    }
    for id in &found {
        diagnostics.push(reference(file.tree.span(*id)));
    }
    unquote(file, &found);
}

/// Collects the strings in lists of references.
fn strings(file: &File, (body, names): (&Body, Names), found: &mut Vec<ExprId>) {
    let is_named = |attribute: &&Attribute| names.contains(&&*attribute.name.name);
    for attribute in body.attributes.iter().filter(is_named) {
        let Expr::Tuple(items) = file.tree.expr(attribute.value) else { continue };
        let items = file.tree.exprs(items).iter().copied();
        found.extend(items.filter(|id| match file.tree.expr(*id) {
            // Once it meant all arguments, and is no reference.
            Expr::String(text) => &**file.tree.symbol(text) != "*",
            _ => false,
        }));
    }
}

/// Warns of a reference in quotes.
pub(super) fn reference(span: Span) -> Diagnostic {
    Diagnostic::warning("infra::config::deprecated", "Quoted references are deprecated")
        .detail("In this context, references are expected literally rather than in quotes. Terraform 0.11 and earlier required quotes, but quoted references are now deprecated and will be removed in a future version of Terraform. Remove the quotes surrounding this reference to silence this warning.")
        .label(span, "in quotes")
        .help("remove the quotes")
}

/// Warns of a keyword in quotes.
pub(super) fn keyword(span: Span) -> Diagnostic {
    Diagnostic::warning("infra::config::deprecated", "Quoted keywords are deprecated")
        .detail("In this context, keywords are expected literally rather than in quotes. Terraform 0.11 and earlier required quotes, but quoted keywords are now deprecated and will be removed in a future version of Terraform. Remove the quotes surrounding this keyword to silence this warning.")
        .label(span, "in quotes")
        .help("remove the quotes")
}
