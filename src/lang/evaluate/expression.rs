//! Every kind of expression, handed to who knows it.

use super::{Evaluator, Fault, Scope, unknown};
use crate::syntax::tree::{Expr, ExprId};
use infra_model::{number::Number, types::Type, value::Value};

impl Evaluator<'_> {
    /// Returns the value of an expression; unknown where something is wrong.
    pub(crate) fn evaluate(&mut self, scope: &Scope<'_>, id: ExprId) -> Value {
        let tree = scope.tree;
        match tree.expr(id) {
            Expr::Invalid => unknown(),
            Expr::Null => Value::null(Type::Dynamic),
            Expr::Bool(value) => value.into(),
            Expr::Number => self.number(scope, id),
            Expr::String(symbol) => Value::string(tree.symbol(symbol).clone()),
            Expr::Template(parts) => self.template(scope, tree.parts(parts)),
            Expr::Parenthesised(inner) => self.evaluate(scope, inner),
            Expr::Tuple(items) => Value::tuple(
                tree.exprs(items).iter().map(|item| self.evaluate(scope, *item)).collect(),
            ),
            Expr::Object(items) => self.object(scope, tree.items(items)),
            Expr::For(id) => self.iterate(scope, *tree.for_expr(id), id),
            Expr::Call(call) => self.call(scope, id, *tree.call(call)),
            Expr::Traversal { root, steps } => self.traversal(scope, id, (root, tree.steps(steps))),
            Expr::Access { source, steps } => {
                let value = self.evaluate(scope, source);
                self.steps(scope, value, tree.steps(steps))
            }
            Expr::Unary { operator, operand } => self.unary(scope, operator, operand),
            Expr::Operation { first, rest } => self.operation(scope, first, tree.operands(rest)),
            Expr::Conditional { condition, yes, no } => {
                self.conditional(scope, id, (condition, yes, no))
            }
        }
    }

    fn number(&mut self, scope: &Scope<'_>, id: ExprId) -> Value {
        if let Ok(number) = Number::parse(scope.tree.source_text(id)) {
            return Value::number(number);
        }
        let fault = Fault::new(
            "infra::lang::number_invalid",
            "Invalid number literal",
            "The number has too many digits.",
        );
        self.fail(fault, scope.tree.span(id), "not a number")
    }
}
