//! The names that the language gives: `each`, `count`, `self`, and the attributes of `path` and
//! `terraform`.

use super::{Resolved, Resolver, UNDECLARED, traversal::Traversal};
use crate::{
    compile::context::Available,
    config::report::suggest,
    evaluate::{Target, ValueTarget},
};
use infra_model::diagnostic::Diagnostic;

impl Resolver<'_> {
    /// Resolves `each`.
    pub(super) fn each(&mut self, traversal: &Traversal<'_>, available: Available) -> Resolved {
        if !available.each {
            self.report(
                Diagnostic::error("infra::lang::reference_context", "Reference to \"each\" in context without for_each")
                    .detail("The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.")
                    .label(traversal.head(1), "no `for_each` here"),
            );
            return UNDECLARED;
        }
        self.fixed(traversal, &[("key", ValueTarget::EachKey), ("value", ValueTarget::EachValue)])
    }

    /// Resolves `count`.
    pub(super) fn count(&mut self, traversal: &Traversal<'_>, available: Available) -> Resolved {
        if !available.count {
            self.report(
                Diagnostic::error("infra::lang::reference_context", "Reference to \"count\" in non-counted context")
                    .detail("The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.")
                    .label(traversal.head(1), "no `count` here"),
            );
            return UNDECLARED;
        }
        self.fixed(traversal, &[("index", ValueTarget::CountIndex)])
    }

    /// Resolves `self`.
    pub(super) fn this(&mut self, traversal: &Traversal<'_>, available: Available) -> Resolved {
        if available.this {
            return (Target::Value(ValueTarget::This, 0), None);
        }
        self.report(
            Diagnostic::error("infra::lang::reference_context", "Invalid \"self\" reference")
                .detail("The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.")
                .label(traversal.head(0), "not available here"),
        );
        UNDECLARED
    }

    /// Resolves the attribute of an object that the language gives.
    pub(super) fn fixed(
        &mut self,
        traversal: &Traversal<'_>,
        known: &[(&str, ValueTarget)],
    ) -> Resolved {
        let root = traversal.root;
        let Some(name) = traversal.name(0) else {
            let detail = format!(
                "The {root:?} object cannot be accessed directly. Instead, access one of its attributes."
            );
            self.report(
                Diagnostic::error("infra::lang::reference_invalid", "Invalid reference")
                    .detail(detail)
                    .label(traversal.head(0), "an attribute must follow"),
            );
            return UNDECLARED;
        };
        if let Some((_, target)) = known.iter().find(|(known, _)| **known == **name) {
            return (Target::Value(*target, 1), None);
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let detail = format!(
            "The {root:?} object does not have an attribute named {name:?}. It has: {}.",
            names.join(", ")
        );
        let diagnostic = Diagnostic::error(
            "infra::lang::reference_invalid",
            format!("Invalid \"{root}\" attribute"),
        )
        .detail(detail)
        .label(traversal.head(1), "no such attribute");
        self.report(suggest(diagnostic, name, names.into_iter()));
        UNDECLARED
    }
}
