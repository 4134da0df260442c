//! Types of values, and type constraints with optional attributes.
//!
//! A [`Type`] says what a value is; a [`Constraint`] says what a variable accepts, defaults included.
//! Conversion between them lies in [`crate::convert`], the common type of several in
//! [`crate::unify`].

mod attributes;
mod names;
mod shape;

pub use attributes::Attributes;

use crate::{text::Text, value::Value};
use std::{collections::BTreeMap, collections::BTreeSet, fmt, sync::Arc};

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Not known yet: the type of an untyped null or of a wholly unknown value; `any` in a constraint.
    Dynamic,
    /// `true` or `false`.
    Bool,
    /// A 512-bit number.
    Number,
    /// Unicode text in NFC.
    String,
    /// Elements of one type, in order.
    List(Arc<Self>),
    /// Distinct elements of one type, without order.
    Set(Arc<Self>),
    /// Elements of one type by key.
    Map(Arc<Self>),
    /// A fixed sequence, each element with its own type.
    Tuple(Arc<[Self]>),
    /// Named attributes, each with its own type.
    Object(Arc<ObjectType>),
}

/// The attributes of an object type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectType {
    /// Types by name.
    pub attributes: Attributes,
    /// Names that a conversion may leave out; only in constraints, never in the type of a value.
    pub optional: BTreeSet<Text>,
}

impl Type {
    /// Returns `list(element)`.
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    /// Returns `set(element)`.
    pub fn set(element: Self) -> Self {
        Self::Set(Arc::new(element))
    }

    /// Returns `map(element)`.
    pub fn map(element: Self) -> Self {
        Self::Map(Arc::new(element))
    }

    /// Returns the type of a tuple of these elements.
    pub fn tuple(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(elements.into_iter().collect())
    }

    /// Returns the type of an object with these attributes, none optional.
    pub fn object<N: Into<Text>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(Arc::new(ObjectType {
            attributes: attributes.into_iter().map(|(n, t)| (n.into(), t)).collect(),
            optional: BTreeSet::new(),
        }))
    }

    /// Returns whether this is a bool, a number or a string.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// Returns whether this is a list, set or map.
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// Returns the type of the elements of a list, set or map.
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            Self::Dynamic
            | Self::Bool
            | Self::Number
            | Self::String
            | Self::Tuple(_)
            | Self::Object(_) => None,
        }
    }

    /// Returns whether a dynamic part stands anywhere in it.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(object) => object.attributes.values().any(Self::has_dynamic),
        }
    }
}

/// As written in a type constraint: `list(string)`, `object({ a = optional(number) })`, `any`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => f.write_str("any"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (i, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("])")
            }
            Self::Object(object) => {
                f.write_str("object({")?;
                for (i, (name, ty)) in object.attributes.iter().enumerate() {
                    f.write_str(if i == 0 { " " } else { ", " })?;
                    if object.optional.contains(name) {
                        write!(f, "{name} = optional({ty})")?;
                    } else {
                        write!(f, "{name} = {ty}")?;
                    }
                }
                f.write_str(if object.attributes.is_empty() { "})" } else { " })" })
            }
        }
    }
}

/// What a variable or a module input accepts: a type and the defaults of its optional attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// The type to convert to.
    pub ty: Type,
    /// Defaults to fill in before the conversion, if any are given.
    pub defaults: Option<Defaults>,
}

/// Defaults of optional attributes, in the shape of the type they belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Values for absent or null attributes of the object at this place.
    pub values: BTreeMap<Text, Value>,
    /// Defaults further in: by attribute name, tuple index as text, or `""` for collection elements.
    pub children: BTreeMap<Text, Self>,
}
