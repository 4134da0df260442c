//! Conversion of values to types: what a variable, an argument or an operand does implicitly.
//!
//! [`convert`] takes every conversion that the language allows, including those that fail for some
//! values (`"x"` to a number); [`possible`] asks the same of types alone.
//! Null and unknown values are converted by their type; marks stay where they stood.
//! What a variable accepts besides a type, its defaults, is applied by [`Constraint::apply`].

mod conform;
mod defaults;
mod members;
mod mismatch;
mod possible;
mod primitive;
#[cfg(test)]
mod tests;
mod unknown;

pub use mismatch::mismatch;
pub use possible::{Safety, possible};

use crate::{path::Path, types::Type, value::Value};
use members::Failure;
use std::fmt;

#[cfg(doc)]
use crate::types::Constraint;

/// Why a value could not be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertError {
    /// Where in the value; empty if its type as a whole does not fit.
    pub path: Path,
    /// What is wrong there, in the words of Terraform, without a full stop.
    pub message: String,
}

/// The message, with the path before it if there is one.
impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.0.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConvertError {}

/// Returns the value as one of the type.
///
/// A value that already is one is cloned, which copies nothing.
///
/// # Errors
/// With the message that Terraform shows, and where in the value.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, ConvertError> {
    members::to(value, ty, &mut Path::default()).map_err(|failure| {
        // A misfit of types anywhere is told of the whole; only then is a single part to blame.
        let have = value.ty();
        match failure {
            Failure::At(error) if possible(&have, ty, Safety::Unsafe) => error,
            Failure::At(_) | Failure::Types => {
                ConvertError { path: Path::default(), message: mismatch(&have, ty) }
            }
        }
    })
}

/// Returns whether values of one type may convert to another.
pub fn is_convertible(have: &Type, want: &Type) -> bool {
    possible(have, want, Safety::Unsafe)
}
