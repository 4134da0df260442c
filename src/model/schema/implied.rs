//! The type that a schema implies, and the marks that it asks for.

use super::{Attribute, Block, NestedBlock, Nesting};
use crate::{
    path::{Path, Step},
    text::Text,
    types::Type,
    value::Value,
};

impl Block {
    /// Returns the type of an object of this schema: every attribute and block, none optional.
    pub fn implied_type(&self) -> Type {
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|(name, a)| (name.clone(), a.ty.without_optional()));
        let blocks = self.blocks.iter().map(|(name, b)| (name.clone(), b.implied_type()));
        Type::object(attributes.chain(blocks))
    }

    /// Returns the attribute that a path leads to, through nested blocks.
    pub fn attribute_at(&self, path: &Path) -> Option<&Attribute> {
        let mut block = self;
        let mut steps = path.0.iter();
        while let Some(step) = steps.next() {
            let Step::Attribute(name) = step else { return None };
            if let Some(attribute) = block.attributes.get(name) {
                return Some(attribute);
            }
            let nested = block.blocks.get(name)?;
            block = &nested.block;
            if !matches!(nested.nesting, Nesting::Single | Nesting::Group) {
                steps.next()?;
            }
        }
        None
    }

    /// Returns `value` with the sensitive mark on every attribute that the schema calls sensitive.
    #[must_use]
    pub fn mark_sensitive(&self, value: Value) -> Value {
        if !self.has_sensitive() {
            return value;
        }
        let marks = value.marks();
        let Some(entries) = value.entries() else { return value };
        let marked = entries.iter().map(|(name, inner)| (name.clone(), self.mark_one(name, inner)));
        Value::object(marked).with_marks(marks)
    }

    fn mark_one(&self, name: &Text, inner: &Value) -> Value {
        match (self.attributes.get(name), self.blocks.get(name)) {
            (Some(attribute), _) => attribute.mark_sensitive(inner.clone()),
            (None, Some(nested)) => nested.mark_sensitive(inner),
            (None, None) => inner.clone(),
        }
    }

    /// Returns whether the schema calls anything sensitive.
    pub fn has_sensitive(&self) -> bool {
        self.attributes.values().any(|a| a.sensitive || !a.sensitive_parts.is_empty())
            || self.blocks.values().any(|b| b.block.has_sensitive())
    }
}

impl Attribute {
    /// Returns a value of the attribute with the sensitive mark on what the schema calls sensitive.
    pub(super) fn mark_sensitive(&self, value: Value) -> Value {
        if self.sensitive {
            return value.sensitive();
        }
        if self.sensitive_parts.is_empty() {
            return value;
        }
        let is_part = |path: &Path| match path.0.last() {
            Some(Step::Attribute(name)) => self.sensitive_parts.contains(name),
            _ => false,
        };
        value.transform(&mut |path, part| {
            if is_part(path) && !part.is_null() { part.sensitive() } else { part }
        })
    }
}

impl NestedBlock {
    /// Returns the type of the value that these blocks become.
    pub fn implied_type(&self) -> Type {
        let object = self.block.implied_type();
        match self.nesting {
            Nesting::Single | Nesting::Group => object,
            Nesting::List => Type::list(object),
            Nesting::Set => Type::set(object),
            Nesting::Map => Type::map(object),
        }
    }

    fn mark_sensitive(&self, value: &Value) -> Value {
        if !self.block.has_sensitive() || value.is_null() || !value.is_known() {
            return value.clone();
        }
        let marks = value.marks();
        let object = self.block.implied_type();
        let mark = |inner: &Value| self.block.mark_sensitive(inner.clone());
        let marked = match (self.nesting, value.items(), value.entries()) {
            (Nesting::List, Some(items), _) => {
                Value::list(object, items.iter().map(mark).collect())
            }
            (Nesting::Set, Some(items), _) => Value::set(object, items.iter().map(mark).collect()),
            (Nesting::Map, _, Some(entries)) => {
                Value::map(object, entries.iter().map(|(k, v)| (k.clone(), mark(v))))
            }
            (Nesting::Single | Nesting::Group, _, Some(_)) => mark(value),
            _ => return value.clone(),
        };
        marked.with_marks(marks)
    }
}
