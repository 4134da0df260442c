//! Why a call failed, in the words that Terraform's users know.

use super::Function;
use crate::text::Text;
use std::fmt;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is at fault.
    pub fault: Fault,
    /// What is wrong, without a full stop; for a wrong count the name of the missing parameter.
    pub message: Text,
}

/// What of a call is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There are fewer arguments than parameters.
    TooFew,
    /// There are more arguments than parameters.
    TooMany,
    /// One argument, by its index in the call.
    Argument(usize),
    /// The call as a whole.
    Call,
}

impl FunctionError {
    /// Returns an error of the call as a whole.
    pub fn call(message: impl Into<Text>) -> Self {
        Self { fault: Fault::Call, message: message.into() }
    }

    /// Returns an error that one argument is to blame for.
    pub fn at(argument: usize, message: impl Into<Text>) -> Self {
        Self { fault: Fault::Argument(argument), message: message.into() }
    }

    /// Returns the index of the argument to blame, if there is one.
    pub fn argument(&self) -> Option<usize> {
        if let Fault::Argument(index) = self.fault { Some(index) } else { None }
    }

    /// Returns the summary line of the diagnostic.
    pub fn summary(&self) -> &'static str {
        match self.fault {
            Fault::TooFew => "Not enough function arguments",
            Fault::TooMany => "Too many function arguments",
            Fault::Argument(_) => "Invalid function argument",
            Fault::Call => "Error in function call",
        }
    }

    /// Returns the sentence of the diagnostic; `name` is the function as it was written.
    pub fn detail(&self, function: &Function, name: &str) -> String {
        let count = function.parameters.len();
        match self.fault {
            Fault::TooFew => {
                let least = if function.variadic.is_some() { "at least " } else { "" };
                format!(
                    "Function \"{name}\" expects {least}{count} argument(s). \
                     Missing value for \"{}\".",
                    self.message
                )
            }
            Fault::TooMany => format!("Function \"{name}\" expects only {count} argument(s)."),
            Fault::Argument(index) => {
                let parameter = function.parameter(index).map_or("", |parameter| parameter.name);
                format!("Invalid value for \"{parameter}\" parameter: {}.", self.message)
            }
            Fault::Call => format!("Call to function \"{name}\" failed: {}.", self.message),
        }
    }
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FunctionError {}
