//! Values with Terraform's semantics: typed null, unknown with refinements, marks on every part.
//!
//! A value is immutable and cheap to clone. Containers carry summary flags, so that asking whether
//! something inside is unknown or marked never walks them.
//! Marks spread: an operation on marked values gives a marked result; that is the duty of whoever
//! implements an operation, helped by [`Value::unmark`] and [`Value::with_marks`].
//! This module holds construction and access; conversion is in [`crate::convert`].

mod access;
mod build;
mod deep;
mod display;
mod equal;
pub mod json;
mod marks;
pub mod operate;
mod order;
mod refine;
#[cfg(test)]
pub(crate) mod tests;
mod unknown;
mod walk;

pub use marks::{MarkedPath, Marks};
pub use refine::refines;
pub use unknown::{KNOWN_LENGTH_MAX, Range, Unknown, safe_prefix};

use crate::{number::Number, text::Text, types::Type};
use std::sync::Arc;

/// A value of the language: its data and the marks on this very node.
///
/// `Debug` and `Display` mask what is sensitive or ephemeral.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Value {
    data: Data,
    marks: Marks,
}

/// What a value holds, marks aside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Data {
    /// Nothing, of a type.
    Null(Type),
    /// Not known yet.
    Unknown(Arc<Unknown>),
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text in NFC.
    String(Text),
    /// A list.
    List(Arc<Sequence>),
    /// A set, sorted and without repetitions.
    Set(Arc<Sequence>),
    /// A map.
    Map(Arc<Mapping>),
    /// A tuple; the element type of the sequence is `Dynamic` and means nothing.
    Tuple(Arc<Sequence>),
    /// An object; the element type of the mapping is `Dynamic` and means nothing.
    Object(Arc<Mapping>),
}

/// The elements of a list, set or tuple.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sequence {
    element: Type,
    items: Vec<Value>,
    summary: Summary,
}

/// The entries of a map or object, sorted by key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mapping {
    element: Type,
    entries: Vec<(Text, Value)>,
    summary: Summary,
}

/// What holds of anything inside a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Summary {
    /// Something inside is unknown.
    unknown: bool,
    /// The union of all marks inside.
    marks: Marks,
    /// The bytes that everything inside would take if nothing were shared.
    bytes: u64,
}
