//! Values of a JSON text with their places; strings and numbers stay as they are written.

use crate::syntax::tree::ByteRange;

/// A value.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// Where it stands.
    pub(crate) range: ByteRange,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Stands where a mistake was reported.
    Invalid,
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number,
    /// A string, quotes included.
    String,
    /// `[ … ]`
    Array(Box<[Value]>),
    /// `{ … }`
    Object(Box<[Member]>),
}

/// A member of an object; names may be repeated.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Where the name stands, quotes included.
    pub(crate) name: ByteRange,
    /// The value.
    pub(crate) value: Value,
}
