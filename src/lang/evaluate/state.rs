//! What the references of an expression stand for, in a few words beside what is wrong with it.
//!
//! Said of findings when the innermost expression around them is left: there the names that it sees
//! are at hand.

use super::{Evaluator, Scope, Target};
use crate::syntax::{
    references::references,
    tree::{Expr, ExprId, Step, StepKind, Symbol},
};
use infra_model::{
    diagnostic::Stated,
    source::Span,
    types::Type,
    value::{Marks, Value},
};
use std::collections::BTreeMap;

/// What a finding is due to: only then is it worth a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Something is secret.
    pub(crate) is_sensitive: bool,
}

/// Findings whose place is no whole expression, or not the one that they are about.
const OF_THE_WHOLE: [&str; 9] = [
    "infra::lang::argument_count",
    "infra::lang::attribute_of_null",
    "infra::lang::attribute_unsupported",
    "infra::lang::call_failed",
    "infra::lang::conditional_types",
    "infra::lang::function_unknown",
    "infra::lang::index_invalid",
    "infra::lang::index_of_null",
    "infra::lang::map_element_missing",
];

impl Evaluator<'_> {
    /// Says of what was found since `before` what its references stand for, unless that was said.
    pub(super) fn state(&mut self, scope: &Scope<'_>, id: ExprId, before: usize) {
        if self.unheard > 0 {
            return;
        }
        for index in before..self.diagnostics.len() {
            let found = &self.diagnostics[index];
            let Some(place) = found.labels.first().filter(|_| found.values.is_none()) else {
                continue;
            };
            let is_whole = OF_THE_WHOLE.contains(&found.code);
            let within = (!is_whole).then_some(place.span);
            let values = self.statements(scope, (id, within), Cause::default());
            self.diagnostics[index].values = Some(values);
        }
    }

    /// Returns what the references of an expression stand for, or of those within a part of it.
    pub(crate) fn statements(
        &mut self,
        scope: &Scope<'_>,
        (id, within): (ExprId, Option<Span>),
        cause: Cause,
    ) -> Vec<Stated> {
        self.unheard += 1;
        let mut stated = BTreeMap::new();
        for reference in references(scope.tree, id) {
            let span = scope.tree.span(reference);
            if within.is_some_and(|place| span.start < place.start || place.end < span.end) {
                continue;
            }
            let Some((name, value)) = self.referred(scope, reference) else { continue };
            if let Some(statement) = statement(&value, cause) {
                stated.insert(name, statement);
            }
        }
        self.unheard -= 1;
        let stated = stated.into_iter();
        stated
            .map(|(name, text)| Stated { traversal: name.into(), statement: text.into() })
            .collect()
    }

    /// Returns as much of a reference as has a value, and that.
    fn referred(&mut self, scope: &Scope<'_>, id: ExprId) -> Option<(String, Value)> {
        let Expr::Traversal { root, steps } = scope.tree.expr(id) else { return None };
        let steps = scope.tree.steps(steps);
        let naming = if scope.is_bound(root) {
            1
        } else {
            match self.host.target(scope.tree, id) {
                Target::Value(_, taken) | Target::Resource(_, taken) => usize::from(taken).max(1),
                Target::Call(_) => 1,
                Target::Undeclared => return None,
            }
        };
        let names: Vec<String> = steps.iter().map_while(|step| written(scope, step)).collect();
        for length in (naming..=names.len()).rev() {
            let before = self.diagnostics.len();
            let value = self.traversal(scope, id, (root, &steps[..length]));
            let failed = self.failed_since(before);
            self.diagnostics.truncate(before);
            if !failed {
                let root: &Symbol = &root;
                let name = format!("{}{}", scope.tree.symbol(*root), names[..length].concat());
                return Some((name, value));
            }
        }
        None
    }
}

/// Returns a step as it is written in a reference; nothing if it is evaluated first.
fn written(scope: &Scope<'_>, step: &Step) -> Option<String> {
    match step.kind {
        StepKind::Attribute(name) => Some(format!(".{}", scope.tree.symbol(name))),
        StepKind::Index(key) | StepKind::LegacyIndex(key) => match scope.tree.expr(key) {
            Expr::Number => Some(format!("[{}]", scope.tree.source_text(key))),
            Expr::String(text) => Some(format!("[{:?}]", &**scope.tree.symbol(text))),
            _ => None,
        },
        StepKind::Splat | StepKind::AttributeSplat { .. } => None,
    }
}

/// Says what a value is, in a few words; nothing of what is secret.
pub(crate) fn statement(value: &Value, cause: Cause) -> Option<String> {
    if value.marks().contains(Marks::SENSITIVE) {
        return cause.is_sensitive.then(|| "has a sensitive value".to_owned());
    }
    if value.marks().contains(Marks::EPHEMERAL) {
        return None;
    }
    let ty = value.ty();
    if !value.is_known() {
        return (ty != Type::Dynamic).then(|| format!("is a {}", ty.friendly_name()));
    }
    if value.is_null() {
        return Some("is null".to_owned());
    }
    if let Some(text) = value.as_text() {
        return Some(format!("is {:?}", &**text));
    }
    if let Some(number) = value.as_number() {
        return Some(format!("is {number}"));
    }
    if let Some(is_true) = value.as_bool() {
        return Some(format!("is {is_true}"));
    }
    Some(collection(value, &ty, value.len()?))
}

fn collection(value: &Value, ty: &Type, count: usize) -> String {
    let name = ty.friendly_name();
    if let Type::Object(_) = ty {
        let only = value.entries().and_then(|entries| entries.first());
        return match (count, only) {
            (0, _) => "is object with no attributes".to_owned(),
            (1, Some((name, _))) => format!("is object with 1 attribute {:?}", &**name),
            _ => format!("is object with {count} attributes"),
        };
    }
    match count {
        0 => format!("is empty {name}"),
        1 => format!("is {name} with 1 element"),
        _ => format!("is {name} with {count} elements"),
    }
}
