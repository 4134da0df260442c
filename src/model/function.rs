//! Functions: those of the language and those that providers define are declared in one way.
//!
//! A declaration says what arguments a function takes and what it wants to see of nulls, unknowns
//! and marks; the language's evaluator does what all calls have in common, and calls the body.
//! Bodies are pure: files, time and randomness come from the [`Environment`] and from nowhere else.

mod error;
mod signature;

pub use error::{Fault, FunctionError};
pub use signature::{Body, Function, Parameter, Returns, Shape};

use crate::{known::Inputs, sources::Sources, value::Value};

/// What a function gives: a value, or what is wrong with the call.
pub type Outcome = Result<Value, FunctionError>;

/// Rendering of templates by the evaluator, for `templatefile` and `templatestring`.
pub trait Templates {
    /// Returns the value of a template over variables, an object or a map.
    ///
    /// The result is a string, save for a template that is nothing but one interpolation.
    /// Both values are free of unknowns.
    /// An implementation refuses calls of these two functions from inside a template.
    ///
    /// # Errors
    /// If the text is not a template, names a variable that is not there (then blame argument 1, see
    /// [`FunctionError::argument`]), or fails to evaluate.
    fn render(&self, source_name: &str, text: &str, variables: &Value) -> Outcome;
}

/// What a call sees of the world.
#[derive(Clone, Copy)]
pub struct Environment<'a> {
    /// Files; relative paths start at the working directory of the run.
    pub sources: &'a dyn Sources,
    /// The time of the run, its seed, and whether apply is running.
    pub inputs: &'a Inputs,
    /// The renderer of templates.
    pub templates: &'a dyn Templates,
    /// The identity of this call: the same for the same call of the same instance in one run, and
    /// different for any two calls, the rounds of a `for` expression included.
    pub draw: u64,
}
