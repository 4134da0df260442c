//! Equality as the language has it: of any two values, with a result that may be unknown.
//!
//! This is `==` between values of a program; `PartialEq` compares representations, marks included,
//! and serves the engine.

use super::{Data, Mapping, Unknown, Value};
use crate::types::Type;
use std::sync::Arc;

impl Value {
    /// Returns whether two values are equal: a bool, unknown where that depends on unknown parts,
    /// with all marks of both.
    ///
    /// Values of different types differ, without conversion; but nulls of all types are equal.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Self {
        let marks = self.deep_marks() | other.deep_marks();
        match self.equality(other) {
            Some(equal) => Self::from(equal),
            None => Unknown::of(Type::Bool).not_null().into(),
        }
        .with_marks(marks)
    }

    /// Returns whether two values are equal, `None` if that is not known, marks aside.
    pub fn equality(&self, other: &Self) -> Option<bool> {
        if self.is_same_allocation(other) {
            return Some(true);
        }
        match (&self.data, &other.data) {
            (Data::Null(_), Data::Null(_)) => Some(true),
            (Data::Unknown(unknown), Data::Null(_)) | (Data::Null(_), Data::Unknown(unknown)) => {
                if unknown.not_null {
                    Some(false)
                } else {
                    None
                }
            }
            (Data::Null(_), _) | (_, Data::Null(_)) => Some(false),
            (Data::Unknown(_), Data::Unknown(_)) => None,
            (Data::Unknown(unknown), _) => {
                if unknown.admits(other) {
                    None
                } else {
                    Some(false)
                }
            }
            (_, Data::Unknown(unknown)) => {
                if unknown.admits(self) {
                    None
                } else {
                    Some(false)
                }
            }
            _ => self.equality_of_known(other),
        }
    }

    /// A cheap proof of equality: one and the same container, in which nothing is unknown.
    fn is_same_allocation(&self, other: &Self) -> bool {
        let same = match (&self.data, &other.data) {
            (Data::List(a), Data::List(b))
            | (Data::Set(a), Data::Set(b))
            | (Data::Tuple(a), Data::Tuple(b)) => Arc::ptr_eq(a, b),
            (Data::Map(a), Data::Map(b)) | (Data::Object(a), Data::Object(b)) => Arc::ptr_eq(a, b),
            (Data::String(a), Data::String(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        same && self.is_wholly_known()
    }

    fn equality_of_known(&self, other: &Self) -> Option<bool> {
        if !(self.has_known_type() && other.has_known_type()) {
            let (a, b) = (self.ty(), other.ty());
            return if a.accepts(&b) || b.accepts(&a) { None } else { Some(false) };
        }
        if !self.has_type_of(other) {
            return Some(false);
        }
        match (&self.data, &other.data) {
            (Data::Bool(a), Data::Bool(b)) => Some(a == b),
            (Data::Number(a), Data::Number(b)) => Some(a == b),
            (Data::String(a), Data::String(b)) => Some(a == b),
            (Data::List(a), Data::List(b)) | (Data::Tuple(a), Data::Tuple(b)) => {
                if a.items.len() == b.items.len() {
                    all_equal(a.items.iter().zip(&b.items))
                } else {
                    Some(false)
                }
            }
            (Data::Set(a), Data::Set(b)) => {
                // Unknown elements may turn out to be any of the others.
                let known = !a.summary.unknown && !b.summary.unknown;
                known.then(|| a.items == b.items)
            }
            (Data::Map(a), Data::Map(b)) | (Data::Object(a), Data::Object(b)) => mappings(a, b),
            _ => Some(false),
        }
    }

    /// Returns whether no part is wholly unknown, its type included.
    fn has_known_type(&self) -> bool {
        if self.is_wholly_known() {
            return true;
        }
        match &self.data {
            Data::Unknown(unknown) => !unknown.ty.has_dynamic(),
            Data::List(s) | Data::Set(s) | Data::Tuple(s) => {
                s.items.iter().all(Self::has_known_type)
            }
            Data::Map(m) | Data::Object(m) => m.entries.iter().all(|(_, v)| v.has_known_type()),
            Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => true,
        }
    }

    /// Returns whether both are of the same type, without building it.
    pub fn has_type_of(&self, other: &Self) -> bool {
        match (&self.data, &other.data) {
            (Data::Null(ty), _) => other.is_of(ty),
            (_, Data::Null(ty)) => self.is_of(ty),
            (Data::Unknown(unknown), _) => other.is_of(&unknown.ty),
            (_, Data::Unknown(unknown)) => self.is_of(&unknown.ty),
            (Data::Bool(_), Data::Bool(_))
            | (Data::Number(_), Data::Number(_))
            | (Data::String(_), Data::String(_)) => true,
            (Data::List(a), Data::List(b)) | (Data::Set(a), Data::Set(b)) => a.element == b.element,
            (Data::Map(a), Data::Map(b)) => a.element == b.element,
            (Data::Tuple(a), Data::Tuple(b)) => {
                a.items.len() == b.items.len()
                    && a.items.iter().zip(&b.items).all(|(a, b)| a.has_type_of(b))
            }
            (Data::Object(a), Data::Object(b)) => {
                a.entries.len() == b.entries.len()
                    && a.entries
                        .iter()
                        .zip(&b.entries)
                        .all(|((j, a), (k, b))| j == k && a.has_type_of(b))
            }
            _ => false,
        }
    }

    /// Returns whether this is exactly the type of the value, without building it.
    pub fn is_of(&self, ty: &Type) -> bool {
        match (&self.data, ty) {
            (Data::Null(have), ty) => have == ty,
            (Data::Unknown(unknown), ty) => unknown.ty == *ty,
            (Data::Bool(_), Type::Bool)
            | (Data::Number(_), Type::Number)
            | (Data::String(_), Type::String) => true,
            (Data::List(s), Type::List(element)) | (Data::Set(s), Type::Set(element)) => {
                s.element == **element
            }
            (Data::Map(m), Type::Map(element)) => m.element == **element,
            (Data::Tuple(s), Type::Tuple(types)) => {
                s.items.len() == types.len()
                    && s.items.iter().zip(types.iter()).all(|(item, ty)| item.is_of(ty))
            }
            (Data::Object(m), Type::Object(object)) => {
                object.optional.is_empty()
                    && m.entries.len() == object.attributes.len()
                    && m.entries
                        .iter()
                        .zip(&object.attributes)
                        .all(|((have, value), (name, ty))| have == name && value.is_of(ty))
            }
            _ => false,
        }
    }
}

fn mappings(a: &Mapping, b: &Mapping) -> Option<bool> {
    if !a.entries.iter().map(|(key, _)| key).eq(b.entries.iter().map(|(key, _)| key)) {
        return Some(false);
    }
    let mut all = Some(true);
    for ((_, a), (_, b)) in a.entries.iter().zip(&b.entries) {
        match a.equality(b) {
            // One difference decides, whatever the unknown ones turn out to be.
            Some(false) => return Some(false),
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

/// Items are compared in order: an unknown one hides differences behind it, as in Terraform.
fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    for (a, b) in pairs {
        match a.equality(b) {
            Some(true) => {}
            undecided_or_false => return undecided_or_false,
        }
    }
    Some(true)
}
