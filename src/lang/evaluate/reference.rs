//! Traversals: from a name to the value it stands for, and on by steps.

use super::{Evaluator, Fault, Found, Scope, Target, unknown};
use crate::syntax::tree::{ExprId, Step, StepKind, Symbol, Tree};
use infra_model::{text::Text, value::Value};

impl Evaluator<'_> {
    /// Returns the value of a traversal.
    pub(super) fn traversal(
        &mut self,
        scope: &Scope<'_>,
        id: ExprId,
        (root, steps): (Symbol, &[Step]),
    ) -> Value {
        if let Some(value) = scope.find(root) {
            return self.steps(scope, value.clone(), steps);
        }
        let target = self.host.target(scope.tree, id);
        match target {
            Target::Undeclared => unknown(),
            Target::Value(value, taken) => {
                let taken = (taken as usize).min(steps.len());
                let name = last_name(scope.tree, root, &steps[..taken]);
                let found = self.host.value(value, &name);
                self.onward(scope, (id, steps), (found, taken))
            }
            Target::Resource(resource, taken) => {
                let taken = (taken as usize).min(steps.len());
                let (key, used) = self.key(scope, target, &steps[taken..]);
                if used == usize::MAX {
                    return unknown();
                }
                let found = self.host.resource(resource, key.as_ref());
                let found =
                    found.and_then(|value| enabled(value, (scope.tree, root), steps, taken + used));
                self.onward(scope, (id, steps), (found, taken + used))
            }
            Target::Call(call) => self.module(scope, (id, root, steps), call),
        }
    }

    fn module(
        &mut self,
        scope: &Scope<'_>,
        (id, root, steps): (ExprId, Symbol, &[Step]),
        call: u32,
    ) -> Value {
        let mut taken = 1.min(steps.len());
        let (key, used) = self.key(scope, Target::Call(call), &steps[taken..]);
        if used == usize::MAX {
            return unknown();
        }
        taken += used;
        let output = match steps.get(taken).map(|step| step.kind) {
            Some(StepKind::Attribute(name)) => Some(scope.tree.symbol(name).clone()),
            _ => None,
        };
        let found = match self.host.call(call, key.as_ref(), output.as_ref()) {
            Ok(Found::Whole(value)) => enabled(value, (scope.tree, root), steps, taken),
            Ok(Found::Output(value)) => {
                taken += 1;
                Ok(value)
            }
            Err(fault) => Err(fault),
        };
        self.onward(scope, (id, steps), (found, taken))
    }

    /// Returns the key that follows, if the target has keys, and the number of steps that it takes.
    /// A key that cannot be evaluated takes `usize::MAX`.
    fn key(&mut self, scope: &Scope<'_>, target: Target, steps: &[Step]) -> (Option<Value>, usize) {
        let Some(first) = steps.first() else { return (None, 0) };
        let (StepKind::Index(key) | StepKind::LegacyIndex(key)) = first.kind else {
            return (None, 0);
        };
        if !self.host.is_keyed(target) {
            return (None, 0);
        }
        let before = self.diagnostics.len();
        let key = self.evaluate(scope, key);
        if self.failed_since(before) { (None, usize::MAX) } else { (Some(key), 1) }
    }

    fn onward(
        &mut self,
        scope: &Scope<'_>,
        (id, steps): (ExprId, &[Step]),
        (found, taken): (Result<Value, Fault>, usize),
    ) -> Value {
        match found {
            Ok(value) => self.steps(scope, value, &steps[taken..]),
            Err(fault) => self.fail(fault, scope.tree.span(id), "this reference"),
        }
    }
}

/// Returns what a name stands for, unless it is nothing and a part of it is asked for.
fn enabled(
    value: Value,
    (tree, root): (&Tree, Symbol),
    steps: &[Step],
    taken: usize,
) -> Result<Value, Fault> {
    use StepKind::{Attribute, Index, LegacyIndex};
    let next = steps.get(taken).map(|step| step.kind);
    if !value.is_null() || !matches!(next, Some(Attribute(_) | Index(_) | LegacyIndex(_))) {
        return Ok(value);
    }
    let mut name = tree.symbol(root).to_string();
    for step in &steps[..taken] {
        if let Attribute(symbol) = step.kind {
            name.push('.');
            name.push_str(tree.symbol(symbol));
        }
    }
    let detail = format!("`enabled` is false for {name}, so it is null and has no attributes.");
    Err(Fault::new("infra::lang::reference_disabled", "Reference to disabled object", detail)
        .help("test it against null first, or give another value with `try`"))
}

fn last_name(tree: &Tree, root: Symbol, steps: &[Step]) -> Text {
    match steps.last().map(|step| step.kind) {
        Some(StepKind::Attribute(name)) => tree.symbol(name).clone(),
        _ => tree.symbol(root).clone(),
    }
}
