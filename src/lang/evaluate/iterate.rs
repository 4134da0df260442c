//! `for` expressions.

use super::{
    Evaluator, Fault, Scope,
    limits::{ELEMENTS_MAX, ERRORS_PER_LOOP_MAX},
    unknown,
};
use crate::syntax::tree::{ExprId, ForExpr, Symbol};
use indexmap::IndexMap;
use infra_model::{
    convert::convert,
    source::Span,
    text::Text,
    types::Type,
    value::{Data, Marks, Value},
};

/// Elements of a collection with their keys, the collection's own marks taken off.
pub(crate) struct Elements {
    pub(crate) pairs: Vec<(Value, Value)>,
    pub(crate) marks: Marks,
}

/// Why there are no elements to go through.
pub(crate) enum NoElements {
    /// They are not known; the marks are those of the collection.
    Unknown(Marks),
    /// There are none in such a value.
    Wrong(Fault),
}

/// Returns the elements of a collection.
pub(crate) fn elements(collection: Value) -> Result<Elements, NoElements> {
    let (collection, marks) = collection.unmark();
    let fault =
        |summary, detail: String| Fault::new("infra::lang::iteration_invalid", summary, detail);
    let pairs = match collection.data() {
        Data::Null(_) => {
            let detail = "A null value cannot be used as the collection in a 'for' expression.";
            return Err(NoElements::Wrong(fault("Iteration over null value", detail.into())));
        }
        Data::Unknown(unknown) if can_iterate(&unknown.ty) => {
            return Err(NoElements::Unknown(marks));
        }
        Data::List(_) | Data::Tuple(_) => collection
            .items()
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(index, item)| (Value::number(index), item.clone()))
            .collect(),
        Data::Set(_) => {
            collection.items().unwrap_or_default().iter().map(|i| (i.clone(), i.clone())).collect()
        }
        Data::Map(_) | Data::Object(_) => collection
            .entries()
            .unwrap_or_default()
            .iter()
            .map(|(key, value)| (Value::string(key.clone()), value.clone()))
            .collect(),
        Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => {
            let detail = format!(
                "A value of type {} cannot be used as the collection in a 'for' expression.",
                collection.ty().friendly_name()
            );
            return Err(NoElements::Wrong(fault("Iteration over non-iterable value", detail)));
        }
    };
    Ok(Elements { pairs, marks })
}

fn can_iterate(ty: &Type) -> bool {
    !ty.is_primitive()
}

/// What an element's condition says.
enum Taken {
    Yes,
    No,
    Unknown,
}

/// The results so far.
#[derive(Default)]
struct Results {
    items: Vec<Value>,
    entries: IndexMap<Text, Vec<Value>>,
    marks: Marks,
    unknown: bool,
    /// The bytes of all results.
    size: u64,
}

impl Evaluator<'_> {
    /// Returns the tuple or object of a `for` expression.
    pub(super) fn iterate(&mut self, scope: &Scope<'_>, expr: ForExpr, id: ExprId) -> Value {
        let span = scope.tree.span(expr.collection);
        let collection = self.evaluate(scope, expr.collection);
        let may_be_anything = matches!(collection.ty(), Type::Dynamic);
        let elements = match elements(collection) {
            Ok(elements) => elements,
            Err(NoElements::Unknown(marks)) => {
                if !may_be_anything {
                    self.is_condition_sound(scope, &expr);
                }
                let later = expr.condition.into_iter().chain(expr.key).chain([expr.value]);
                self.foresee_each(scope, (expr.key_name, expr.value_name), later);
                return unknown().with_marks(marks);
            }
            Err(NoElements::Wrong(fault)) => {
                return self.fail(fault, span, "cannot be iterated over");
            }
        };
        if !self.may_make(elements.pairs.len(), span) {
            return unknown();
        }
        if !self.is_condition_sound(scope, &expr) {
            return unknown();
        }
        let mut results = Results { marks: elements.marks, ..Results::default() };
        let before = self.diagnostics.len();
        for (key, value) in &elements.pairs {
            self.bind(scope, (expr.key_name, key), (expr.value_name, value), |this, inner| {
                this.one(inner, &expr, &mut results);
            });
            if self.is_hopeless(before) || !self.may_hold(results.size, scope.tree.span(id)) {
                results.unknown = true;
                break;
            }
        }
        let Results { items, entries, marks, unknown: is_unknown, .. } = results;
        let value = if is_unknown {
            unknown()
        } else if expr.key.is_none() {
            Value::tuple(items)
        } else if expr.group {
            Value::object(entries.into_iter().map(|(key, group)| (key, Value::tuple(group))))
        } else {
            Value::object(entries.into_iter().filter_map(|(k, mut v)| v.pop().map(|v| (k, v))))
        };
        value.with_marks(marks)
    }

    /// Runs something in a scope with the names of one element.
    pub(super) fn bind(
        &mut self,
        scope: &Scope<'_>,
        (key_name, key): (Option<Symbol>, &Value),
        (value_name, value): (Symbol, &Value),
        run: impl FnOnce(&mut Self, &Scope<'_>),
    ) {
        match key_name {
            Some(key_name) => scope.with(key_name, key, |inner| {
                inner.with(value_name, value, |inner| run(self, inner));
            }),
            None => scope.with(value_name, value, |inner| run(self, inner)),
        }
    }

    /// Returns whether a loop that began at a number of findings need not go on.
    pub(super) fn is_hopeless(&self, before: usize) -> bool {
        self.made > ELEMENTS_MAX || self.diagnostics.len() > before + ERRORS_PER_LOOP_MAX
    }

    /// Counts elements to be made; too many are refused.
    pub(super) fn may_make(&mut self, count: usize, span: Span) -> bool {
        let was_allowed = self.made <= ELEMENTS_MAX;
        self.made = self.made.saturating_add(count);
        if self.made <= ELEMENTS_MAX {
            return true;
        }
        if !was_allowed {
            return false;
        }
        let detail = format!(
            "Evaluating this makes {} elements; at most {ELEMENTS_MAX} are allowed.",
            self.made
        );
        self.fail(
            Fault::new("infra::lang::value_too_large", "Value too large", detail),
            span,
            "too many elements",
        );
        false
    }

    /// Returns whether the condition can be a bool at all, which holds for a loop over nothing too.
    fn is_condition_sound(&mut self, scope: &Scope<'_>, expr: &ForExpr) -> bool {
        let Some(condition) = expr.condition else { return true };
        let before = self.diagnostics.len();
        let any = unknown();
        self.bind(scope, (expr.key_name, &any), (expr.value_name, &any), |this, inner| {
            let mut results = Results::default();
            this.taken(inner, (Some(condition), "Condition is null"), &mut results);
        });
        !self.failed_since(before)
    }

    fn one(&mut self, scope: &Scope<'_>, expr: &ForExpr, results: &mut Results) {
        match self.taken(scope, (expr.condition, "Invalid 'for' condition"), results) {
            Taken::No => return,
            Taken::Unknown => {
                // Whether the element counts is not known, so neither is whether it is wrong.
                results.unknown = true;
                for later in expr.key.into_iter().chain([expr.value]) {
                    self.foresee(scope, later);
                }
                return;
            }
            Taken::Yes => {}
        }
        let Some(key) = expr.key else {
            let value = self.evaluate(scope, expr.value);
            results.size = results.size.saturating_add(value.size());
            results.items.push(value);
            return;
        };
        let (before, key_span) = (self.diagnostics.len(), scope.tree.span(key));
        let key = self.result_key(scope, key, results);
        if self.failed_since(before) {
            results.unknown = true;
            return;
        }
        let value = self.evaluate(scope, expr.value);
        results.size = results.size.saturating_add(value.size());
        let Some(key) = key else {
            results.unknown = true;
            return;
        };
        let group = results.entries.entry(key);
        if let indexmap::map::Entry::Occupied(taken) = &group
            && !expr.group
        {
            let detail = format!(
                "Two different items produced the key {:?} in this 'for' expression. If duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
                &**taken.key()
            );
            self.fail(
                Fault::new("infra::lang::key_duplicate", "Duplicate object key", detail),
                key_span,
                "made twice",
            );
            return;
        }
        group.or_default().push(value);
    }

    fn taken(
        &mut self,
        scope: &Scope<'_>,
        (condition, null): (Option<ExprId>, &'static str),
        results: &mut Results,
    ) -> Taken {
        let Some(condition) = condition else { return Taken::Yes };
        let span = scope.tree.span(condition);
        let before = self.diagnostics.len();
        let (value, marks) = self.evaluate(scope, condition).unmark_deep();
        results.marks |= marks;
        if self.failed_since(before) {
            return Taken::Unknown;
        }
        let fault = |summary: &'static str, detail| {
            Fault::new("infra::lang::condition_invalid", summary, detail)
        };
        // Once the whole is unknown, what else is wrong with it is left for later.
        if results.unknown && (value.is_null() || convert(&value, &Type::Bool).is_err()) {
            return Taken::Unknown;
        }
        if value.is_null() {
            let detail = "The value of the 'if' clause must not be null.";
            self.fail(fault(null, detail.into()), span, "null");
            return Taken::Unknown;
        }
        match convert(&value, &Type::Bool) {
            Ok(value) => match value.as_bool() {
                Some(true) => Taken::Yes,
                Some(false) => Taken::No,
                None => Taken::Unknown,
            },
            Err(error) => {
                let detail = format!("The 'if' clause value is invalid: {error}.");
                self.fail(fault("Invalid 'for' condition", detail), span, "not a bool");
                Taken::Unknown
            }
        }
    }

    /// Returns the key of a result; `None` if it is unknown or wrong.
    fn result_key(
        &mut self,
        scope: &Scope<'_>,
        key: ExprId,
        results: &mut Results,
    ) -> Option<Text> {
        let span = scope.tree.span(key);
        let (value, marks) = self.evaluate(scope, key).unmark();
        results.marks |= marks;
        let fault =
            |detail: String| Fault::new("infra::lang::key_type", "Invalid object key", detail);
        if results.unknown && (value.is_null() || convert(&value, &Type::String).is_err()) {
            return None;
        }
        if value.is_null() {
            let detail = "Key expression in 'for' expression must not produce a null value.";
            self.fail(fault(detail.into()), span, "null");
            return None;
        }
        match convert(&value, &Type::String) {
            Ok(key) => key.as_text().cloned(),
            Err(error) => {
                let detail = format!("The key expression produced an invalid result: {error}.");
                self.fail(fault(detail), span, "not a string");
                None
            }
        }
    }
}
