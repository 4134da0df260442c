//! Every kind of expression, handed to who knows it.

use super::{Evaluator, Fault, Scope, limits::VALUE_BYTES_MAX, unknown};
use crate::syntax::tree::{Expr, ExprId};
use infra_model::{number::Number, source::Span, types::Type, value::Value};

impl Evaluator<'_> {
    /// Returns the value of an expression; unknown where something is wrong.
    pub(crate) fn evaluate(&mut self, scope: &Scope<'_>, id: ExprId) -> Value {
        let before = self.diagnostics.len();
        let value = self.value(scope, id);
        if self.diagnostics.len() > before {
            self.state(scope, id, before);
        }
        value
    }

    fn value(&mut self, scope: &Scope<'_>, id: ExprId) -> Value {
        let tree = scope.tree;
        match tree.expr(id) {
            Expr::Invalid => unknown(),
            Expr::Null => Value::null(Type::Dynamic),
            Expr::Bool(value) => value.into(),
            Expr::Number => self.number(scope, id),
            Expr::String(symbol) => Value::string(tree.symbol(symbol).clone()),
            Expr::Template(parts) => self.template(scope, tree.parts(parts)),
            Expr::Parenthesised(inner) => self.evaluate(scope, inner),
            Expr::Tuple(items) => {
                let items = tree.exprs(items).iter().map(|item| self.evaluate(scope, *item));
                let value = Value::tuple(items.collect());
                self.fitting(scope, id, value)
            }
            Expr::Object(items) => {
                let value = self.object(scope, tree.items(items));
                self.fitting(scope, id, value)
            }
            Expr::For(inner) => self.iterate(scope, *tree.for_expr(inner), id),
            Expr::Call(call) => {
                let value = self.call(scope, id, *tree.call(call));
                self.fitting(scope, id, value)
            }
            Expr::Traversal { root, steps } => self.traversal(scope, id, (root, tree.steps(steps))),
            Expr::Access { source, steps } => {
                let before = self.diagnostics.len();
                let mut value = self.evaluate(scope, source);
                let steps = tree.steps(steps);
                let is_splat = steps.iter().any(|step| step.kind.is_splat());
                if is_splat && self.failed_since(before) {
                    // What is there of the elements may not be what would have been.
                    value = unknown();
                }
                self.steps(scope, value, steps)
            }
            Expr::Unary { operator, operand } => self.unary(scope, operator, operand),
            Expr::Operation { first, rest } => self.operation(scope, first, tree.operands(rest)),
            Expr::Conditional { condition, yes, no } => {
                self.conditional(scope, (condition, yes, no))
            }
        }
    }

    /// Returns a value unless it is too large, which is reported.
    ///
    /// It is what makes a value large that is looked at: a name for it, or a part of it, is not.
    fn fitting(&mut self, scope: &Scope<'_>, id: ExprId, value: Value) -> Value {
        if self.may_hold(value.size(), scope.tree.span(id)) {
            return value;
        }
        unknown()
    }

    /// Returns whether a value may have a size; one that is too large is reported.
    pub(super) fn may_hold(&mut self, size: u64, span: Span) -> bool {
        if size <= VALUE_BYTES_MAX {
            return true;
        }
        let detail =
            format!("This makes a value of {size} bytes; at most {VALUE_BYTES_MAX} are allowed.");
        self.fail(
            Fault::new("infra::lang::value_too_large", "Value too large", detail),
            span,
            "too large",
        );
        false
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
