//! Object constructors.

use super::{Evaluator, Fault, Scope, unknown};
use crate::syntax::tree::{ObjectItem, ObjectKey};
use infra_model::{
    convert::convert,
    text::Text,
    types::Type,
    value::{Marks, Value},
};

/// A key of an object is unknown, or wrong, which was reported.
struct NoKey;

impl Evaluator<'_> {
    /// Returns the object of these items; of equal keys the last wins.
    pub(super) fn object(&mut self, scope: &Scope<'_>, items: &[ObjectItem]) -> Value {
        let mut entries = Vec::with_capacity(items.len());
        let mut marks = Marks::NONE;
        let mut is_known = true;
        for item in items {
            let key = match item.key {
                ObjectKey::Name(symbol) => Ok(scope.tree.symbol(symbol).clone()),
                ObjectKey::Expression(id) => Err(self.evaluate(scope, id)),
            };
            // What is wrong with the value comes before what is wrong with a key as a key.
            let value = self.evaluate(scope, item.value);
            let key = key.or_else(|key| self.object_key(scope, item, key, &mut marks));
            match key {
                Ok(key) => entries.push((key, value)),
                Err(NoKey) => is_known = false,
            }
        }
        if is_known {
            Value::object(entries).with_marks(marks)
        } else {
            unknown().with_marks(marks)
        }
    }

    /// Returns a key that was evaluated as a text.
    fn object_key(
        &mut self,
        scope: &Scope<'_>,
        item: &ObjectItem,
        key: Value,
        marks: &mut Marks,
    ) -> Result<Text, NoKey> {
        let (key, found) = key.unmark();
        *marks |= found;
        let span = scope.tree.at(item.key_range);
        if key.is_null() {
            let fault = Fault::new(
                "infra::lang::key_null",
                "Null value as key",
                "Can't use a null value as a key.",
            );
            self.fail(fault, span, "null");
            return Err(NoKey);
        }
        match convert(&key, &Type::String) {
            Ok(key) => key.as_text().cloned().ok_or(NoKey),
            Err(error) => {
                let detail = format!("Can't use this value as a key: {error}.");
                self.fail(
                    Fault::new("infra::lang::key_type", "Incorrect key type", detail),
                    span,
                    "not a string",
                );
                Err(NoKey)
            }
        }
    }
}
