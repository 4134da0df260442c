//! Object constructors.

use super::{Evaluator, Fault, Scope, unknown};
use crate::syntax::tree::{ObjectItem, ObjectKey};
use infra_model::{
    convert::convert,
    text::Text,
    types::Type,
    value::{Marks, Value},
};

/// A key of an object that could be found out.
enum Key {
    Known(Text),
    Unknown,
    Wrong,
}

impl Evaluator<'_> {
    /// Returns the object of these items; of equal keys the last wins.
    pub(super) fn object(&mut self, scope: &Scope<'_>, items: &[ObjectItem]) -> Value {
        let mut entries = Vec::with_capacity(items.len());
        let mut marks = Marks::NONE;
        let mut is_known = true;
        for item in items {
            let key = self.object_key(scope, item, &mut marks);
            let value = self.evaluate(scope, item.value);
            match key {
                Key::Known(key) => entries.push((key, value)),
                Key::Unknown | Key::Wrong => is_known = false,
            }
        }
        if is_known {
            Value::object(entries).with_marks(marks)
        } else {
            unknown().with_marks(marks)
        }
    }

    fn object_key(&mut self, scope: &Scope<'_>, item: &ObjectItem, marks: &mut Marks) -> Key {
        let id = match item.key {
            ObjectKey::Name(symbol) => return Key::Known(scope.tree.symbol(symbol).clone()),
            ObjectKey::Expression(id) => id,
        };
        let (key, found) = self.evaluate(scope, id).unmark();
        *marks |= found;
        let span = scope.tree.at(item.key_range);
        if key.is_null() {
            let fault = Fault::new(
                "infra::lang::key_null",
                "Null value as key",
                "Can't use a null value as a key.",
            );
            self.fail(fault, span, "null");
            return Key::Wrong;
        }
        match convert(&key, &Type::String) {
            Ok(key) => match key.as_text() {
                Some(text) => Key::Known(text.clone()),
                None => Key::Unknown,
            },
            Err(error) => {
                let detail = format!("Can't use this value as a key: {error}.");
                self.fail(
                    Fault::new("infra::lang::key_type", "Incorrect key type", detail),
                    span,
                    "not a string",
                );
                Key::Wrong
            }
        }
    }
}
