//! The bridge between values and the typed structs that authors write, by serde.
//!
//! Marks do not cross it: who calls [`from_value`] gets the clear value, which is what a provider
//! needs, and who calls [`to_value`] puts marks back by the schema and by what was sent.
//! Field names and schema must agree exactly, in both directions; a difference is an error, never
//! dropped silently. Messages name types and places, never what a value holds.

mod handed;
mod read;
mod wire;
mod write;

pub use wire::Dynamic;

use infra_model::{
    path::{Path, Step},
    types::Type,
    value::Value,
};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

/// A value that does not fit a struct, or a struct that does not fit a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertError {
    /// Where.
    pub path: Path,
    /// What does not fit; holds no part of the value.
    pub problem: String,
}

/// Returns a known value as a typed struct.
///
/// # Errors
///
/// If something is unknown, of another type, missing, or not a field of the struct.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, ConvertError> {
    let (plain, _) = value.clone().unmark_deep();
    T::deserialize(read::Reader::new(&plain))
}

/// Returns a typed struct as a value of a type; fields that it does not write are null.
///
/// # Errors
///
/// If a field is no attribute of the type, or of another type.
pub fn to_value<T: Serialize + ?Sized>(model: &T, ty: &Type) -> Result<Value, ConvertError> {
    model.serialize(write::Writer::new(ty))
}

impl ConvertError {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self { path: Path::default(), problem: problem.into() }
    }

    /// Says that the error lies one step further in.
    fn inside(mut self, step: Step) -> Self {
        self.path.0.insert(0, step);
        self
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.0.is_empty() {
            return f.write_str(&self.problem);
        }
        write!(f, "`{}`: {}", self.path, self.problem)
    }
}

impl std::error::Error for ConvertError {}

impl serde::ser::Error for ConvertError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

/// The messages that serde makes up quote the value; these do not.
impl serde::de::Error for ConvertError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::new(format!("is not {expected}"))
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::new(format!("is not {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("is not one of `{}`", expected.join("`, `")))
    }
}
