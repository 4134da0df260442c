//! Operators: the rules are those of the value model, here are their places in the text.

use super::{Evaluator, Scope};
use crate::syntax::tree::{ExprId, Operand, UnaryOperator};
use infra_model::{
    diagnostic::Diagnostic,
    source::Span,
    value::{Value, operate},
};
use operate::{OperateError, Side};

/// Where an operator and its operands stand.
struct Places {
    left: Span,
    right: Span,
    whole: Span,
}

impl Evaluator<'_> {
    pub(super) fn unary(
        &mut self,
        scope: &Scope<'_>,
        operator: UnaryOperator,
        operand: ExprId,
    ) -> Value {
        let before = self.diagnostics.len();
        let value = self.evaluate(scope, operand);
        let operator = match operator {
            UnaryOperator::Negate => operate::UnaryOperator::Negate,
            UnaryOperator::Not => operate::UnaryOperator::Not,
        };
        let span = scope.tree.span(operand);
        operator.apply(&value).unwrap_or_else(|error| {
            let places = Places { left: span, right: span, whole: span };
            self.operator_failed(error, &places, before);
            Value::unknown(operator.operand())
        })
    }

    /// Folds a chain of operators of one precedence from the left.
    pub(super) fn operation(
        &mut self,
        scope: &Scope<'_>,
        first: ExprId,
        rest: &[Operand],
    ) -> Value {
        let before = self.diagnostics.len();
        let mut left = self.evaluate(scope, first);
        let mut left_span = scope.tree.span(first);
        for link in rest {
            let right = self.evaluate(scope, link.operand);
            let right_span = scope.tree.span(link.operand);
            let whole = left_span.to(right_span);
            let operator = link.operator;
            left = operator.apply(&left, &right).unwrap_or_else(|error| {
                let places = Places { left: left_span, right: right_span, whole };
                self.operator_failed(error, &places, before);
                Value::unknown(operator.result())
            });
            left_span = whole;
        }
        left
    }

    /// Reports why an operator gave nothing. Where an operand failed since `before`, the operation was
    /// none: there is no more to say of it.
    fn operator_failed(&mut self, error: OperateError, places: &Places, before: usize) {
        match error {
            OperateError::Operation(_) if self.failed_since(before) => {}
            OperateError::Operands(faults) => {
                for (side, error) in faults {
                    let span = match side {
                        Side::Left | Side::Unary => places.left,
                        Side::Right => places.right,
                    };
                    let detail = format!("Unsuitable value for {side}: {error}.");
                    self.report(
                        Diagnostic::error("infra::lang::operand_invalid", "Invalid operand")
                            .detail(detail)
                            .label(span, "wrong type"),
                    );
                }
            }
            OperateError::Operation(what) => self.report(
                Diagnostic::error("infra::lang::operation_failed", "Operation failed")
                    .detail(format!("Error during operation: {what}."))
                    .label(places.whole, "has no result"),
            ),
        }
    }
}
