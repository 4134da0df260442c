//! Splats: steps applied to each element.

use super::{Evaluator, Fault, Scope, unknown};
use crate::syntax::tree::Step;
use infra_model::{
    types::Type,
    value::{Data, Unknown, Value},
};

impl Evaluator<'_> {
    /// Returns the results of steps for each element of a sequence, or for a lone value.
    pub(super) fn splat(
        &mut self,
        scope: &Scope<'_>,
        source: Value,
        (splat, steps): (&Step, &[Step]),
    ) -> Value {
        let (source, marks) = source.unmark();
        if matches!(source.ty(), Type::Dynamic) && !source.is_null() {
            return unknown().with_marks(marks);
        }
        let is_sequence = matches!(source.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_));
        if source.is_null() {
            if !is_sequence {
                return Value::tuple(Vec::new()).with_marks(marks);
            }
            let detail =
                "Splat expressions (with the * symbol) cannot be applied to null sequences.";
            let fault = Fault::new("infra::lang::splat_of_null", "Splat of null value", detail);
            return self.fail(fault, scope.tree.at(splat.range), "null");
        }
        if !is_sequence {
            return self.splat_of_one(scope, source, steps).with_marks(marks);
        }
        let value = match source.data() {
            Data::Unknown(sequence) => self.splat_of_unknown(scope, sequence, steps),
            Data::List(_) | Data::Set(_) => self.splat_of_list(scope, &source, steps),
            _ => match self.each(scope, source.items().unwrap_or_default(), steps) {
                Some(items) => Value::tuple(items),
                None => self.splat_of_wrong(scope, source.ty(), steps),
            },
        };
        value.with_marks(marks)
    }

    /// A value that is no sequence counts as one of itself, or of nothing if it turns out null.
    fn splat_of_one(&mut self, scope: &Scope<'_>, source: Value, steps: &[Step]) -> Value {
        let may_be_null = source.as_unknown().is_some_and(|unknown| !unknown.not_null);
        let ty = source.ty();
        match self.each(scope, &[source], steps) {
            Some(items) if !may_be_null => Value::tuple(items),
            Some(_) => unknown(),
            None => self.splat_of_wrong(scope, Type::tuple([ty]), steps),
        }
    }

    /// The steps went wrong for an element, which was told: the result is of their type still, so
    /// that a conditional around it compares the types.
    fn splat_of_wrong(&mut self, scope: &Scope<'_>, ty: Type, steps: &[Step]) -> Value {
        let told = self.diagnostics.len();
        let value = self.splat_of_unknown(scope, &Unknown::of(ty), steps);
        self.diagnostics.truncate(told);
        value
    }

    fn splat_of_unknown(&mut self, scope: &Scope<'_>, sequence: &Unknown, steps: &[Step]) -> Value {
        match &sequence.ty {
            Type::List(element) | Type::Set(element) => {
                let item = self.steps(scope, Value::unknown((**element).clone()), steps);
                let mut list = Unknown::of(Type::list(item.ty()));
                list.length = sequence.length.clone();
                list.into()
            }
            Type::Tuple(elements) => {
                let types: Vec<Type> = elements
                    .iter()
                    .map(|ty| self.steps(scope, Value::unknown(ty.clone()), steps).ty())
                    .collect();
                Value::unknown(Type::tuple(types))
            }
            _ => unknown(),
        }
    }

    fn splat_of_list(&mut self, scope: &Scope<'_>, source: &Value, steps: &[Step]) -> Value {
        let items = source.items().unwrap_or_default();
        if items.is_empty() {
            let element = source.element_type().cloned().unwrap_or(Type::Dynamic);
            let item = self.steps(scope, Value::unknown(element), steps);
            return Value::list(item.ty(), Vec::new());
        }
        let Some(items) = self.each(scope, items, steps) else {
            return self.splat_of_wrong(scope, source.ty(), steps);
        };
        let types: Vec<Type> = items.iter().map(Value::ty).collect();
        if types.windows(2).all(|pair| pair[0] == pair[1]) {
            return Value::list(types[0].clone(), items);
        }
        // Elements of one type can give results of several only through dynamic parts.
        Value::tuple(items)
    }

    fn each(&mut self, scope: &Scope<'_>, items: &[Value], steps: &[Step]) -> Option<Vec<Value>> {
        let before = self.diagnostics.len();
        let results = items.iter().map(|item| self.steps(scope, item.clone(), steps)).collect();
        (!self.failed_since(before)).then_some(results)
    }
}
