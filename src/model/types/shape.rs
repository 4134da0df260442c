//! Relations between types that need no conversion: what conforms, and types without options.

use super::{ObjectType, Type};
use std::{collections::BTreeSet, sync::Arc};

impl Type {
    /// Returns whether every value of the type `have` is already one of this constraint.
    ///
    /// A dynamic part of the constraint accepts anything; optional attributes must be there.
    pub fn accepts(&self, have: &Self) -> bool {
        match (self, have) {
            (Self::Dynamic, _)
            | (Self::Bool, Self::Bool)
            | (Self::Number, Self::Number)
            | (Self::String, Self::String) => true,
            (Self::List(want), Self::List(have))
            | (Self::Set(want), Self::Set(have))
            | (Self::Map(want), Self::Map(have)) => Arc::ptr_eq(want, have) || want.accepts(have),
            (Self::Tuple(want), Self::Tuple(have)) => {
                want.len() == have.len() && want.iter().zip(have.iter()).all(|(w, h)| w.accepts(h))
            }
            (Self::Object(want), Self::Object(have)) => {
                want.attributes.len() == have.attributes.len()
                    && want
                        .attributes
                        .iter()
                        .zip(&have.attributes)
                        .all(|((w, want), (h, have))| w == h && want.accepts(have))
            }
            (
                Self::Bool
                | Self::Number
                | Self::String
                | Self::List(_)
                | Self::Set(_)
                | Self::Map(_)
                | Self::Tuple(_)
                | Self::Object(_),
                _,
            ) => false,
        }
    }

    /// Returns whether an attribute somewhere inside is optional.
    pub fn has_optional(&self) -> bool {
        match self {
            Self::Dynamic | Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_optional(),
            Self::Tuple(elements) => elements.iter().any(Self::has_optional),
            Self::Object(object) => {
                !object.optional.is_empty() || object.attributes.values().any(Self::has_optional)
            }
        }
    }

    /// Returns the type that a value converted to this constraint has: without optional attributes.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        if !self.has_optional() {
            return self.clone();
        }
        match self {
            Self::Dynamic | Self::Bool | Self::Number | Self::String => self.clone(),
            Self::List(element) => Self::list(element.without_optional()),
            Self::Set(element) => Self::set(element.without_optional()),
            Self::Map(element) => Self::map(element.without_optional()),
            Self::Tuple(elements) => Self::tuple(elements.iter().map(Self::without_optional)),
            Self::Object(object) => Self::Object(Arc::new(ObjectType {
                attributes: object
                    .attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.without_optional()))
                    .collect(),
                optional: BTreeSet::new(),
            })),
        }
    }

    /// Returns the types of the elements or attributes of a tuple or object.
    pub(crate) fn member_types(&self) -> Option<Vec<&Self>> {
        match self {
            Self::Tuple(elements) => Some(elements.iter().collect()),
            Self::Object(object) => Some(object.attributes.values().collect()),
            Self::Dynamic
            | Self::Bool
            | Self::Number
            | Self::String
            | Self::List(_)
            | Self::Set(_)
            | Self::Map(_) => None,
        }
    }
}
