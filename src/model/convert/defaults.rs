//! What a variable accepts: defaults of optional attributes, then the conversion.

use super::{ConvertError, convert};
use crate::{
    text::Text,
    types::{Constraint, Defaults, Type},
    unify::unify_values,
    value::{Data, Value},
};

impl From<Type> for Constraint {
    fn from(ty: Type) -> Self {
        Self { ty, defaults: None }
    }
}

impl Constraint {
    /// Returns what a given value becomes: defaults filled in, then converted to the type.
    ///
    /// # Errors
    /// If the value with its defaults does not convert.
    pub fn apply(&self, value: &Value) -> Result<Value, ConvertError> {
        match &self.defaults {
            Some(defaults) => convert(&defaults.apply(value), &self.ty),
            None => convert(value, &self.ty),
        }
    }
}

impl Defaults {
    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.children.is_empty()
    }

    /// Returns the value with defaults for absent and null attributes, at any depth.
    ///
    /// Null and unknown values stay as they are, and a value of another shape than the constraint
    /// too: the conversion that follows has the better words for it.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        if self.is_empty() {
            return value.clone();
        }
        let filled = match value.data() {
            Data::List(_) | Data::Set(_) | Data::Tuple(_) => self.fill_items(value),
            Data::Map(_) | Data::Object(_) => self.fill_entries(value),
            Data::Null(_)
            | Data::Unknown(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_) => return value.clone(),
        };
        filled.with_marks(value.marks())
    }

    /// The defaults of an element; those of collections lie under the empty name.
    fn child(&self, key: &str) -> Option<&Self> {
        self.children.get("").or_else(|| self.children.get(key))
    }

    fn fill_items(&self, value: &Value) -> Value {
        let items: Vec<Value> = value
            .items()
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(index, item)| match self.child(&index.to_string()) {
                Some(defaults) => defaults.apply(item),
                None => item.clone(),
            })
            .collect();
        if items.is_empty() {
            return value.clone();
        }
        let collect: fn(Type, Vec<Value>) -> Value = if matches!(value.data(), Data::List(_)) {
            Value::list
        } else if matches!(value.data(), Data::Set(_)) {
            Value::set
        } else {
            return Value::tuple(items);
        };
        match unify_values(&items) {
            Some((element, items)) => collect(element, items),
            None => Value::tuple(items),
        }
    }

    fn fill_entries(&self, value: &Value) -> Value {
        let entries = value.entries().unwrap_or_default();
        let given = entries.iter().map(|(key, value)| match self.child(key) {
            Some(defaults) => (key.clone(), defaults.apply(value)),
            None => (key.clone(), value.clone()),
        });
        let absent =
            self.values.iter().filter(|(name, _)| value.get(name).is_none_or(Value::is_null));
        let absent = absent.map(|(name, default)| match self.children.get(name) {
            Some(defaults) => (name.clone(), defaults.apply(default)),
            None => (name.clone(), default.clone()),
        });
        // Of equal names the last one wins: defaults over nulls.
        let filled: Vec<(Text, Value)> = given.chain(absent).collect();
        if !matches!(value.data(), Data::Map(_)) {
            return Value::object(filled);
        }
        if filled.is_empty() {
            return value.clone();
        }
        let values: Vec<Value> = filled.iter().map(|(_, value)| value.clone()).collect();
        match unify_values(&values) {
            Some((element, values)) => {
                Value::map(element, filled.into_iter().map(|(key, _)| key).zip(values))
            }
            None => Value::object(filled),
        }
    }
}
