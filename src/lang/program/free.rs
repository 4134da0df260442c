//! Free expressions: the console and tests.

use super::{engine::Engine, frame::Frame, type_text::type_text};
use crate::{
    compile::analyse_free,
    evaluate::{Evaluator, Scope, render::NO_SOURCE},
    syntax::{
        parse_expression,
        tree::{Expr, ExprId, Tree},
    },
};
use infra_model::{
    address::ModuleAddress,
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    types::Type,
    value::Value,
};

impl Engine<'_, '_> {
    /// Evaluates a free expression in a module instance.
    pub(super) fn free(&mut self, expression: &str, module: &ModuleAddress) -> Value {
        let unknown = || Value::unknown(Type::Dynamic);
        let (parsed, found) = parse_expression(NO_SOURCE, expression);
        let failed = has_errors(&found);
        self.reported.extend(found);
        if failed {
            return unknown();
        }
        let Some(module) = self.module_of(module) else {
            self.report(
                Diagnostic::error("infra::lang::module_unknown", "No such module instance")
                    .detail(format!("There is no {module} in the configuration.")),
            );
            return unknown();
        };
        let program = self.program;
        let place = self.module(module).place;
        let facts = &program.parts.facts[program.configuration.places[place].module];
        let mut found: Diagnostics = Vec::new();
        let tree = &*parsed.tree;
        let targets = analyse_free(
            &program.configuration,
            (place, None),
            (facts, tree, parsed.root),
            &mut found,
        );
        let failed = has_errors(&found);
        self.reported.extend(found);
        if failed {
            return unknown();
        }
        self.is_free = true;
        let mut frame = Frame::new(self, module, "console");
        frame.free = Some(&targets);
        let mut evaluator = Evaluator::new(&mut frame);
        let scope = Scope::new(tree);
        let value = match type_argument(tree, parsed.root) {
            Some(argument) => {
                let value = evaluator.evaluate(&scope, argument);
                Value::string(type_text(&value.ty()))
            }
            None => evaluator.evaluate(&scope, parsed.root),
        };
        let found = evaluator.finish();
        self.reported.extend(found);
        value
    }
}

/// Returns whether an expression is a call of the console's `type`, whose text is shown as it is.
pub fn asks_for_type(expression: &str) -> bool {
    let (parsed, _) = parse_expression(NO_SOURCE, expression);
    type_argument(&parsed.tree, parsed.root).is_some()
}

/// Returns the argument of `type(…)`, which only the console knows.
fn type_argument(tree: &Tree, root: ExprId) -> Option<ExprId> {
    let Expr::Call(call) = tree.expr(tree.within_brackets(root)) else { return None };
    let call = tree.call(call);
    match tree.exprs(call.arguments) {
        [argument] if &**tree.symbol(call.name) == "type" => Some(*argument),
        _ => None,
    }
}
