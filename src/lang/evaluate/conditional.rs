//! Conditionals: both branches are evaluated, their types unified, one is taken.

use super::{Evaluator, Fault, Scope, mismatch::describe, unknown};
use crate::syntax::tree::ExprId;
use infra_model::{
    convert::convert,
    source::Span,
    types::Type,
    unify::unify_unsafe,
    value::{Marks, Range, Unknown, Value},
};

/// Why a condition chooses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoChoice {
    /// It is not known yet.
    Unknown,
    /// It is wrong, which was reported.
    Wrong,
}

const MISMATCH: (&str, &str) =
    ("infra::lang::conditional_types", "Inconsistent conditional result types");

impl Evaluator<'_> {
    /// Returns what a condition chooses, and its marks.
    pub(super) fn condition(
        &mut self,
        scope: &Scope<'_>,
        id: ExprId,
    ) -> (Result<bool, NoChoice>, Marks) {
        let span = scope.tree.span(id);
        let before = self.diagnostics.len();
        let (value, marks) = self.evaluate(scope, id).unmark_deep();
        if self.failed_since(before) {
            return (Err(NoChoice::Wrong), marks);
        }
        let chosen = if value.is_null() {
            let detail = "The condition value is null. Conditions must either be true or false.";
            self.fail(
                Fault::new("infra::lang::condition_null", "Null condition", detail),
                span,
                "null",
            );
            Err(NoChoice::Wrong)
        } else if !value.is_known() {
            Err(NoChoice::Unknown)
        } else {
            convert(&value, &Type::Bool).ok().and_then(|v| v.as_bool()).ok_or(NoChoice::Wrong)
        };
        if chosen == Err(NoChoice::Wrong) && !self.failed_since(before) {
            let detail = "The condition expression must be of type bool.";
            let fault =
                Fault::new("infra::lang::condition_invalid", "Incorrect condition type", detail);
            self.fail(fault, span, "not a bool");
        }
        (chosen, marks)
    }

    /// Returns the value of the taken branch, in the common type of both.
    pub(super) fn conditional(
        &mut self,
        scope: &Scope<'_>,
        (condition, yes, no): (ExprId, ExprId, ExprId),
    ) -> Value {
        let (yes_value, yes_found) = self.aside(scope, yes);
        let (no_value, no_found) = self.aside(scope, no);
        let Some(ty) = common_type(&yes_value, &no_value) else {
            let (code, summary) = MISMATCH;
            let detail = format!(
                "The true and false result expressions must have consistent types. {}.",
                describe(&yes_value.ty(), &no_value.ty())
            );
            return self.fail(
                Fault::new(code, summary, detail),
                scope.tree.span(yes).to(scope.tree.span(no)),
                "types differ",
            );
        };
        let (chosen, marks) = self.condition(scope, condition);
        // Which branch was taken may be told by either, so the result has the marks of both.
        let marks = marks | yes_value.marks() | no_value.marks();
        match chosen {
            Ok(true) => {
                self.diagnostics.extend(yes_found);
                self.taken_branch(yes_value, &ty, ("true", scope.tree.span(yes))).with_marks(marks)
            }
            Ok(false) => {
                self.diagnostics.extend(no_found);
                self.taken_branch(no_value, &ty, ("false", scope.tree.span(no))).with_marks(marks)
            }
            Err(NoChoice::Unknown) => either(yes_value, no_value, ty, marks),
            Err(NoChoice::Wrong) => Value::unknown(ty).with_marks(marks),
        }
    }

    /// Evaluates a branch, keeping what is wrong with it apart: it counts only if it is taken.
    fn aside(
        &mut self,
        scope: &Scope<'_>,
        id: ExprId,
    ) -> (Value, infra_model::diagnostic::Diagnostics) {
        let before = self.diagnostics.len();
        let value = self.evaluate(scope, id);
        (value, self.diagnostics.split_off(before))
    }

    fn taken_branch(&mut self, value: Value, ty: &Type, (branch, span): (&str, Span)) -> Value {
        if *ty == Type::Dynamic {
            return value;
        }
        let converted = match unlike_elements(&value, ty) {
            Some(what) => Err(format!("element types must all match for conversion to {what}")),
            None => convert(&value, ty).map_err(|error| error.to_string()),
        };
        converted.unwrap_or_else(|error| {
            let (code, summary) = MISMATCH;
            let detail = format!("The {branch} result value has the wrong type: {error}.");
            self.fail(Fault::new(code, summary, detail), span, "does not convert");
            Value::unknown(ty.clone())
        })
    }
}

/// Returns to which collection a branch does not convert because its elements are structures of
/// several types: where the other branch says nothing of its elements, Terraform does not look for a
/// type that they have in common.
fn unlike_elements(value: &Value, ty: &Type) -> Option<&'static str> {
    let what = match ty {
        Type::List(element) if **element == Type::Dynamic => "list",
        Type::Set(element) if **element == Type::Dynamic => "set",
        Type::Map(element) if **element == Type::Dynamic => "map",
        _ => return None,
    };
    let types: Vec<Type> = match value.ty() {
        Type::Tuple(types) => types.to_vec(),
        Type::Object(object) => object.attributes.values().cloned().collect(),
        _ => return None,
    };
    let is_structure = |ty: &Type| matches!(ty, Type::Tuple(_) | Type::Object(_));
    let differ = types.windows(2).any(|pair| pair[0] != pair[1]);
    (differ && types.iter().any(is_structure)).then_some(what)
}

/// Returns the type of the result; `None` if the branches have none in common.
fn common_type(yes: &Value, no: &Value) -> Option<Type> {
    let (yes_type, no_type) = (yes.ty(), no.ty());
    let untyped_null = |value: &Value, ty: &Type| {
        value.is_null() && *ty == Type::Dynamic && value.marks().is_empty()
    };
    if untyped_null(yes, &yes_type) {
        Some(no_type)
    } else if untyped_null(no, &no_type) {
        Some(yes_type)
    } else if yes_type == Type::Dynamic || no_type == Type::Dynamic {
        Some(Type::Dynamic)
    } else if yes_type == no_type {
        Some(yes_type)
    } else {
        unify_unsafe(&[yes_type, no_type])
    }
}

/// Returns what is known of a value that is one of two.
fn either(yes: Value, no: Value, ty: Type, condition: Marks) -> Value {
    let (yes, yes_marks) = yes.unmark();
    let (no, no_marks) = no.unmark();
    let marks = condition | yes_marks | no_marks;
    if yes.is_null() && no.is_null() {
        return Value::null(ty).with_marks(marks);
    }
    if ty == Type::Dynamic {
        return unknown().with_marks(marks);
    }
    let mut found = Unknown::of(ty);
    found.not_null = never_null(&yes) && never_null(&no);
    if found.ty == Type::Number && yes.ty() == Type::Number && no.ty() == Type::Number {
        found.numbers = wider(numbers(&yes), numbers(&no));
    }
    if found.ty.is_collection() && yes.ty() == no.ty() {
        found.length = wider(lengths(&yes), lengths(&no));
    }
    Value::from(found).with_marks(marks)
}

fn never_null(value: &Value) -> bool {
    match value.as_unknown() {
        Some(unknown) => unknown.not_null,
        None => !value.is_null(),
    }
}

fn numbers(value: &Value) -> Range<infra_model::number::Number> {
    match (value.as_number(), value.as_unknown()) {
        (Some(number), _) => exactly(number.clone()),
        (None, Some(unknown)) => unknown.numbers.clone(),
        (None, None) => Range::default(),
    }
}

fn lengths(value: &Value) -> Range<u64> {
    match (value.len(), value.as_unknown()) {
        (Some(length), _) => exactly(length as u64),
        (None, Some(unknown)) => unknown.length.clone(),
        (None, None) => Range::default(),
    }
}

fn exactly<T: Clone>(value: T) -> Range<T> {
    Range { low: Some((value.clone(), true)), high: Some((value, true)) }
}

/// Returns the smallest range that holds both.
fn wider<T: Ord>(a: Range<T>, b: Range<T>) -> Range<T> {
    let low = a.low.zip(b.low).map(|(a, b)| match a.0.cmp(&b.0) {
        std::cmp::Ordering::Less => a,
        std::cmp::Ordering::Greater => b,
        std::cmp::Ordering::Equal => (a.0, a.1 || b.1),
    });
    let high = a.high.zip(b.high).map(|(a, b)| match a.0.cmp(&b.0) {
        std::cmp::Ordering::Less => b,
        std::cmp::Ordering::Greater => a,
        std::cmp::Ordering::Equal => (a.0, a.1 || b.1),
    });
    Range { low, high }
}
