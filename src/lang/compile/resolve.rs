//! Resolution of one traversal: what its root stands for, or what is wrong with it.

mod given;
mod resource;
mod traversal;

use super::{ResourceFacts, context::Available, targets::Reference};
use crate::{
    config::{Configuration, Module, report::suggest, testing::TestScope},
    evaluate::{Target, ValueTarget},
    index::number,
    syntax::tree::{Expr, ExprId, StepKind, Tree},
};
use infra_model::{
    address::Mode,
    diagnostic::{Diagnostic, Diagnostics},
    source::Span,
};
use traversal::Traversal;

/// Resolves the references of one module.
pub(super) struct Resolver<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) module: &'a Module,
    pub(super) facts: &'a [ResourceFacts],
    /// The first place where the module stands.
    pub(super) place: usize,
    /// The names of a test, in which the expression stands.
    pub(super) testing: Option<&'a TestScope>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// A resolved traversal; a reference if another block of the module is meant.
pub(super) type Resolved = (Target, Option<Reference>);

const UNDECLARED: Resolved = (Target::Undeclared, None);

impl Resolver<'_> {
    /// Returns what a traversal stands for; reports if that is nothing.
    pub(super) fn resolve(&mut self, tree: &Tree, id: ExprId, available: Available) -> Resolved {
        let Expr::Traversal { root, steps } = tree.expr(id) else { return UNDECLARED };
        let span = tree.span(id);
        let (range, root, steps) = (tree.range(id), tree.symbol(root), tree.steps(steps));
        let traversal = Traversal { tree, range, span, root, steps };
        if available.only_own
            && !matches!(&**traversal.root, "self" | "each" | "count" | "path" | "terraform")
        {
            self.report(
                Diagnostic::error("infra::lang::reference_on_destroy", "Invalid reference from destroy provisioner")
                    .detail("Destroy-time provisioners and their connection configurations may only reference attributes of the related resource, via 'self', 'count.index', or 'each.key'.\n\nReferences to other resources during the destroy phase can cause dependency cycles and interact poorly with create_before_destroy.")
                    .label(span, "not available on destroy"),
            );
            return UNDECLARED;
        }
        if let Some(found) = self.testing.and_then(|scope| self.tested(&traversal, scope)) {
            return found;
        }
        match &**traversal.root {
            "var" => self.variable(&traversal),
            "local" => self.local(&traversal),
            "module" => self.call(&traversal),
            "data" => self.resource(&traversal, Mode::Data, 2),
            "ephemeral" => self.resource(&traversal, Mode::Ephemeral, 2),
            "resource" => self.resource(&traversal, Mode::Managed, 2),
            "each" => self.each(&traversal, available),
            "count" => self.count(&traversal, available),
            "self" => self.this(&traversal, available),
            "path" => self.fixed(
                &traversal,
                &[
                    ("module", ValueTarget::PathModule),
                    ("root", ValueTarget::PathRoot),
                    ("cwd", ValueTarget::PathCwd),
                ],
            ),
            "terraform" => self.fixed(
                &traversal,
                &[("workspace", ValueTarget::Workspace), ("applying", ValueTarget::Applying)],
            ),
            _ => self.resource(&traversal, Mode::Managed, 1),
        }
    }

    /// Returns what only a test sees: outputs, other runs, and variables of its own.
    fn tested(&mut self, traversal: &Traversal<'_>, scope: &TestScope) -> Option<Resolved> {
        let name = traversal.name(0).map_or("", |name| &**name);
        let found = match &**traversal.root {
            "run" => match scope.refused(name) {
                None => ValueTarget::Run,
                Some((summary, detail)) => {
                    let found = Diagnostic::error("infra::lang::run_unavailable", summary)
                        .detail(detail)
                        .label(traversal.head(1), "not available");
                    let known = scope.runs.keys().map(|name| &**name);
                    self.report(suggest(found, name, known));
                    return Some(UNDECLARED);
                }
            },
            "output" if !scope.is_outside() => {
                if let Some(index) = self.module.outputs.get_index_of(name) {
                    ValueTarget::Output(number(index))
                } else {
                    let detail = format!(
                        "An output value with the name {name:?} has not been declared. This output can be declared with an output {name:?} {{}} block."
                    );
                    let known = self.module.outputs.keys().map(|name| &**name);
                    let said = ("Reference to undeclared output value", detail);
                    return Some(self.undeclared(said, traversal.head(1), (name, known)));
                }
            }
            "var" if scope.is_outside() || !self.module.variables.contains_key(name) => {
                if !scope.variables.contains_key(name) {
                    let said = scope.no_variable(name);
                    let known = scope.variables.keys().map(|name| &**name);
                    return Some(self.undeclared(said, traversal.head(1), (name, known)));
                }
                ValueTarget::TestVariable
            }
            _ if scope.is_outside() => {
                let found =
                    Diagnostic::error("infra::lang::reference_invalid", "Invalid reference")
                        .detail(scope.not_here())
                        .label(traversal.head(0), "not available here");
                self.report(found);
                return Some(UNDECLARED);
            }
            _ => return None,
        };
        Some((Target::Value(found, 1), None))
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn undeclared<'n>(
        &mut self,
        (summary, detail): (&'static str, String),
        span: Span,
        (wanted, known): (&str, impl Iterator<Item = &'n str>),
    ) -> Resolved {
        let diagnostic = Diagnostic::error("infra::lang::reference_undeclared", summary)
            .detail(detail)
            .label(span, "not declared");
        self.report(suggest(diagnostic, wanted, known));
        UNDECLARED
    }

    fn variable(&mut self, traversal: &Traversal<'_>) -> Resolved {
        let name = traversal.name(0).map_or("", |name| &**name);
        if let Some(index) = self.module.variables.get_index_of(name) {
            let index = number(index);
            let target = Target::Value(ValueTarget::Variable(index), 1);
            return (target, Some(Reference::Variable(index)));
        }
        let detail = format!(
            "An input variable with the name {name:?} has not been declared. This variable can be declared with a variable {name:?} {{}} block."
        );
        let known = self.module.variables.keys().map(|name| &**name);
        self.undeclared(
            ("Reference to undeclared input variable", detail),
            traversal.head(1),
            (name, known),
        )
    }

    fn local(&mut self, traversal: &Traversal<'_>) -> Resolved {
        let name = traversal.name(0).map_or("", |name| &**name);
        if let Some(index) = self.module.locals.get_index_of(name) {
            let index = number(index);
            return (Target::Value(ValueTarget::Local(index), 1), Some(Reference::Local(index)));
        }
        let detail = format!("A local value with the name {name:?} has not been declared.");
        let known = self.module.locals.keys().map(|name| &**name);
        self.undeclared(
            ("Reference to undeclared local value", detail),
            traversal.head(1),
            (name, known),
        )
    }

    fn call(&mut self, traversal: &Traversal<'_>) -> Resolved {
        let name = traversal.name(0).map_or("", |name| &**name);
        let Some(index) = self.module.calls.get_index_of(name) else {
            let detail = format!("No module call named {name:?} is declared in {}.", self.here());
            let known = self.module.calls.keys().map(|name| &**name);
            return self.undeclared(
                ("Reference to undeclared module", detail),
                traversal.head(1),
                (name, known),
            );
        };
        let target = Target::Call(number(index));
        let whole = (target, Some(Reference::Call(number(index))));
        let keyed = self.module.calls[index].repeat.is_keyed();
        let behind = match traversal.steps.get(1).map(|step| step.kind) {
            Some(StepKind::Index(_) | StepKind::LegacyIndex(_)) if keyed => 2,
            Some(StepKind::Attribute(_)) if keyed => {
                self.report(call_key_missing(traversal, name));
                return UNDECLARED;
            }
            _ => 1,
        };
        let Some(output) = traversal.name(behind) else { return whole };
        let Some(child) =
            self.configuration.places[self.place].children.get(index).copied().flatten()
        else {
            return whole;
        };
        let child = self.configuration.module_at(child);
        if let Some((found, _, block)) = child.outputs.get_full(output) {
            if let Some(why) = &block.deprecated {
                let summary = format!("Output `{output}` is deprecated");
                self.report(
                    Diagnostic::warning("infra::config::deprecated", summary)
                        .detail(why.clone())
                        .label(traversal.head(behind + 1), "deprecated"),
                );
            }
            return (target, Some(Reference::Output(number(index), number(found))));
        }
        let detail = format!(
            "This object does not have an attribute named {output:?}: the module has no such output."
        );
        let known = child.outputs.keys().map(|name| &**name);
        self.undeclared(
            ("Unsupported attribute", detail),
            traversal.head(behind + 1),
            (output, known),
        )
    }

    /// Returns words for the module at hand.
    fn here(&self) -> String {
        let path = &self.configuration.places[self.place].path;
        if path.is_empty() {
            return "the root module".into();
        }
        path.iter().map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
    }
}

/// Says that one of several instances of a module must be meant.
fn call_key_missing(traversal: &Traversal<'_>, name: &str) -> Diagnostic {
    Diagnostic::error("infra::lang::instance_key", "Unsupported attribute")
        .detail(format!("The module call {name:?} has several instances; its outputs must be accessed on specific instances."))
        .label(traversal.head(2), "which instance?")
        .help(format!("write `module.{name}[…]`"))
}
