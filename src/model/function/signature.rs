//! What a function declares: its parameters, the type of its result, and its body.

use super::{Environment, FunctionError, Outcome};
use crate::{types::Type, value::Value};

/// A function of the language.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it gives, in a sentence.
    pub description: &'static str,
    /// The parameters that every call must give.
    pub parameters: &'static [Parameter],
    /// The parameter of any further arguments.
    pub variadic: Option<Parameter>,
    /// The type of its result.
    pub returns: Returns,
    /// What is known of a type that depends on the arguments, for those who only read of it.
    pub usual: Shape,
    /// Its result is never null, not even where it is unknown.
    pub not_null: bool,
    /// What it does.
    pub body: Body,
}

/// What an argument must be, and what of it the function wants to see for itself.
///
/// What is not allowed never reaches the function: a null is refused, an unknown argument makes the
/// result unknown, marks are taken off and put on the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Four independent permissions, named at each use.
pub struct Parameter {
    /// Its name, for messages.
    pub name: &'static str,
    /// The type that arguments are converted to.
    pub shape: Shape,
    /// The type that people are told, where the function converts and judges arguments itself.
    pub told: Shape,
    /// The function takes null.
    pub allow_null: bool,
    /// The function takes unknown values of a known type.
    pub allow_unknown: bool,
    /// The function takes unknown and null values of unknown type.
    pub allow_dynamic: bool,
    /// The function sees marks, and carries them itself.
    pub allow_marked: bool,
}

/// A type that can be written in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any type.
    Any,
    /// `bool`.
    Bool,
    /// `number`.
    Number,
    /// `string`.
    String,
    /// `list(bool)`.
    Bools,
    /// `list(number)`.
    Numbers,
    /// `list(string)`.
    Strings,
    /// `set(string)`.
    StringSet,
    /// A list of any one type.
    List,
    /// A set of any one type.
    Set,
    /// A map of any one type.
    Map,
    /// `map(list(string))`.
    StringsByKey,
}

/// The type of a result.
#[derive(Clone, Copy, Debug)]
pub enum Returns {
    /// Always the same.
    Always(Shape),
    /// A question of the arguments: types, and values where they are known. Marks are off.
    Depends(fn(&[Value]) -> Result<Type, FunctionError>),
}

/// What a function does.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// A function of its arguments alone.
    Plain(fn(&[Value]) -> Outcome),
    /// The same, given the type of the result that [`Returns`] found.
    Typed(fn(&[Value], &Type) -> Outcome),
    /// A function that reads files, the time or the seed of the run.
    World(fn(&[Value], &Environment<'_>) -> Outcome),
}

impl Function {
    /// Returns a function of plain arguments that gives a string, never null.
    pub const fn new(
        name: &'static str,
        description: &'static str,
        parameters: &'static [Parameter],
        body: Body,
    ) -> Self {
        let returns = Returns::Always(Shape::String);
        Self {
            name,
            description,
            parameters,
            variadic: None,
            returns,
            usual: Shape::Any,
            not_null: true,
            body,
        }
    }

    /// Returns this with a result of another type.
    #[must_use]
    pub const fn returns(mut self, shape: Shape) -> Self {
        self.returns = Returns::Always(shape);
        self
    }

    /// Returns this with a result whose type depends on the arguments.
    #[must_use]
    pub const fn depends(mut self, on: fn(&[Value]) -> Result<Type, FunctionError>) -> Self {
        self.returns = Returns::Depends(on);
        self
    }

    /// Returns this with what is known of a type that depends on the arguments.
    #[must_use]
    pub const fn usually(mut self, shape: Shape) -> Self {
        self.usual = shape;
        self
    }

    /// Returns this with any number of further arguments.
    #[must_use]
    pub const fn variadic(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    /// Returns this with a result that may be null.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.not_null = false;
        self
    }

    /// Returns the parameter that takes the argument of an index.
    pub fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }
}

impl Parameter {
    /// Returns a parameter that takes known, unmarked values other than null.
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            told: shape,
            allow_null: false,
            allow_unknown: false,
            allow_dynamic: false,
            allow_marked: false,
        }
    }

    /// Returns this, with another type for people.
    #[must_use]
    pub const fn told(mut self, shape: Shape) -> Self {
        self.told = shape;
        self
    }

    /// Returns this, taking null too.
    #[must_use]
    pub const fn null(mut self) -> Self {
        self.allow_null = true;
        self
    }

    /// Returns this, taking unknown values too.
    #[must_use]
    pub const fn unknown(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    /// Returns this, taking values of unknown type too.
    #[must_use]
    pub const fn dynamic(mut self) -> Self {
        self.allow_dynamic = true;
        self
    }

    /// Returns this, taking marked values as they are.
    #[must_use]
    pub const fn marked(mut self) -> Self {
        self.allow_marked = true;
        self
    }
}

impl Shape {
    /// Returns the type.
    pub fn ty(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::Bools => Type::list(Type::Bool),
            Self::Numbers => Type::list(Type::Number),
            Self::Strings => Type::list(Type::String),
            Self::StringSet => Type::set(Type::String),
            Self::List => Type::list(Type::Dynamic),
            Self::Set => Type::set(Type::Dynamic),
            Self::Map => Type::map(Type::Dynamic),
            Self::StringsByKey => Type::map(Type::list(Type::String)),
        }
    }
}

impl Returns {
    /// Returns the type of the result for arguments.
    ///
    /// # Errors
    /// If arguments of these types or values cannot be given.
    pub fn ty(&self, arguments: &[Value]) -> Result<Type, FunctionError> {
        match self {
            Self::Always(shape) => Ok(shape.ty()),
            Self::Depends(on) => on(arguments),
        }
    }
}
