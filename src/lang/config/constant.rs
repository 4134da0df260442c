//! Expressions that must be constant: defaults of variables and of optional attributes.

use crate::{
    evaluate::{Evaluator, Scope, constant::Constant},
    syntax::tree::{ExprId, Tree},
};
use infra_model::{
    diagnostic::{Diagnostics, has_errors},
    value::Value,
};

/// Returns the value of an expression if it has neither references nor calls nor mistakes.
pub fn value(tree: &Tree, id: ExprId) -> Option<Value> {
    evaluate(tree, id, &mut Vec::new())
}

/// Returns the value of an expression without references and calls.
pub(super) fn evaluate(tree: &Tree, id: ExprId, diagnostics: &mut Diagnostics) -> Option<Value> {
    let mut host = Constant;
    let mut evaluator = Evaluator::new(&mut host);
    let value = evaluator.evaluate(&Scope::new(tree), id);
    let found = evaluator.finish();
    let failed = has_errors(&found);
    diagnostics.extend(found);
    (!failed).then_some(value)
}
