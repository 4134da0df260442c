//! Reading values: none of these look through marks that the caller has not taken off.

use super::{Data, Summary, Value};
use crate::{number::Number, text::Text, types::Type};

impl Value {
    /// Returns what this value holds, marks aside.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Returns the type.
    pub fn ty(&self) -> Type {
        match &self.data {
            Data::Null(ty) => ty.clone(),
            Data::Unknown(unknown) => unknown.ty.clone(),
            Data::Bool(_) => Type::Bool,
            Data::Number(_) => Type::Number,
            Data::String(_) => Type::String,
            Data::List(items) => Type::list(items.element.clone()),
            Data::Set(items) => Type::set(items.element.clone()),
            Data::Map(entries) => Type::map(entries.element.clone()),
            Data::Tuple(items) => Type::tuple(items.items.iter().map(Self::ty)),
            Data::Object(entries) => {
                Type::object(entries.entries.iter().map(|(k, v)| (k.clone(), v.ty())))
            }
        }
    }

    /// Returns the type of a null or an unknown, of which there is nothing else to tell.
    pub fn hollow_type(&self) -> Option<&Type> {
        match &self.data {
            Data::Null(ty) => Some(ty),
            Data::Unknown(unknown) => Some(&unknown.ty),
            Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::List(_)
            | Data::Set(_)
            | Data::Map(_)
            | Data::Tuple(_)
            | Data::Object(_) => None,
        }
    }

    /// Returns whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null(_))
    }

    /// Returns whether this very node is known; parts inside may still be unknown.
    pub fn is_known(&self) -> bool {
        !matches!(self.data, Data::Unknown(_))
    }

    /// Returns whether this node and everything inside is known.
    pub fn is_wholly_known(&self) -> bool {
        self.is_known() && !self.summary().unknown
    }

    /// Returns the bool, if it is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = &self.data { Some(*value) } else { None }
    }

    /// Returns the number, if it is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        if let Data::Number(number) = &self.data { Some(number) } else { None }
    }

    /// Returns the text, if it is a known string.
    pub fn as_text(&self) -> Option<&Text> {
        if let Data::String(text) = &self.data { Some(text) } else { None }
    }

    /// Returns the items of a known list, set or tuple.
    pub fn items(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(items) | Data::Set(items) | Data::Tuple(items) => Some(&items.items),
            Data::Null(_)
            | Data::Unknown(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::Map(_)
            | Data::Object(_) => None,
        }
    }

    /// Returns the entries of a known map or object, sorted by key.
    pub fn entries(&self) -> Option<&[(Text, Self)]> {
        match &self.data {
            Data::Map(entries) | Data::Object(entries) => Some(&entries.entries),
            Data::Null(_)
            | Data::Unknown(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::List(_)
            | Data::Set(_)
            | Data::Tuple(_) => None,
        }
    }

    /// Returns the entry of a known map or object; the mark of the container is not added.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let entries = self.entries()?;
        let found = entries.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        Some(&entries[found].1)
    }

    /// Returns the element type of a known list, set or map.
    pub fn element_type(&self) -> Option<&Type> {
        match &self.data {
            Data::List(items) | Data::Set(items) => Some(&items.element),
            Data::Map(entries) => Some(&entries.element),
            Data::Null(_)
            | Data::Unknown(_)
            | Data::Bool(_)
            | Data::Number(_)
            | Data::String(_)
            | Data::Tuple(_)
            | Data::Object(_) => None,
        }
    }

    /// Returns the number of elements of a known container.
    pub fn len(&self) -> Option<usize> {
        self.items().map(<[Self]>::len).or_else(|| self.entries().map(<[_]>::len))
    }

    /// Returns whether it is a known container without elements.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Returns about how many bytes this value would take if no part of it were shared.
    ///
    /// A value that is small where it is written can be large: what is named twice counts twice,
    /// because whoever walks it meets it twice. Asking does not walk it.
    pub fn size(&self) -> u64 {
        const ONE: u64 = 32;
        const CONTAINER: u64 = 96;
        match &self.data {
            Data::String(text) => ONE + text.len() as u64,
            Data::Null(_) | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) => ONE,
            Data::List(_) | Data::Set(_) | Data::Map(_) | Data::Tuple(_) | Data::Object(_) => {
                self.summary().bytes.saturating_add(CONTAINER)
            }
        }
    }

    pub(super) fn summary(&self) -> Summary {
        match &self.data {
            Data::List(items) | Data::Set(items) | Data::Tuple(items) => items.summary,
            Data::Map(entries) | Data::Object(entries) => entries.summary,
            Data::Unknown(_) => Summary { unknown: true, ..Summary::default() },
            Data::Null(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) => Summary::default(),
        }
    }
}
