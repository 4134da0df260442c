//! Steps into values.

use super::{Evaluator, Scope, attribute_of, index_of};
use crate::syntax::tree::{Step, StepKind};
use infra_model::value::Value;

impl Evaluator<'_> {
    /// Returns what is reached from a value by steps.
    pub(super) fn steps(&mut self, scope: &Scope<'_>, mut value: Value, steps: &[Step]) -> Value {
        let mut rest = steps;
        while let Some((step, behind)) = rest.split_first() {
            rest = behind;
            let before = self.diagnostics.len();
            match step.kind {
                StepKind::Splat => return self.splat(scope, value, (step, rest)),
                StepKind::AttributeSplat { steps } => {
                    let (own, behind) = rest.split_at((steps as usize).min(rest.len()));
                    value = self.splat(scope, value, (step, own));
                    rest = behind;
                }
                StepKind::Attribute(_) | StepKind::LegacyIndex(_) | StepKind::Index(_) => {
                    value = self.step(scope, &value, step);
                }
            }
            if self.failed_since(before) {
                return value;
            }
        }
        value
    }

    fn step(&mut self, scope: &Scope<'_>, value: &Value, step: &Step) -> Value {
        let span = scope.tree.at(step.range);
        let (found, label) = match step.kind {
            StepKind::Attribute(name) => {
                (attribute_of(value, scope.tree.symbol(name)), "no such attribute")
            }
            StepKind::LegacyIndex(key) | StepKind::Index(key) => {
                let before = self.diagnostics.len();
                let key = self.evaluate(scope, key);
                if self.failed_since(before) {
                    return super::unknown();
                }
                (index_of(value, &key), "no such element")
            }
            StepKind::Splat | StepKind::AttributeSplat { .. } => return value.clone(),
        };
        found.unwrap_or_else(|fault| self.fail(fault, span, label))
    }
}
