//! The operators of the language on values: operands are converted, nulls refused, unknowns and
//! marks passed on.
//!
//! Nothing is short-circuited: `false && unknown` is unknown, and both operands have been evaluated
//! before, so that their errors are never hidden.

use super::{Unknown, Value};
use crate::{
    convert::{ConvertError, convert},
    number::Number,
    types::Type,
};
use std::fmt;

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// An operator before one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Which operand is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before the operator.
    Left,
    /// Behind the operator.
    Right,
    /// The only one.
    Unary,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Left => "left operand",
            Self::Right => "right operand",
            Self::Unary => "unary operand",
        })
    }
}

/// Why an operator has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperateError {
    /// Operands that do not convert to what the operator takes, one or both.
    Operands(Vec<(Side, ConvertError)>),
    /// The operation on these operands has no result; what Terraform says of it.
    Operation(String),
}

impl fmt::Display for OperateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operands(faults) => {
                for (i, (side, error)) in faults.iter().enumerate() {
                    let separator = if i == 0 { "" } else { " " };
                    write!(f, "{separator}Unsuitable value for {side}: {error}.")?;
                }
                Ok(())
            }
            Self::Operation(what) => write!(f, "Error during operation: {what}."),
        }
    }
}

impl std::error::Error for OperateError {}

impl BinaryOperator {
    /// Returns the type to which operands are converted; `Dynamic` if they are taken as they are.
    pub fn operand(self) -> Type {
        match self {
            Self::Or | Self::And => Type::Bool,
            Self::Equal | Self::NotEqual => Type::Dynamic,
            Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual
            | Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Remainder => Type::Number,
        }
    }

    /// Returns the type of the result, which a failed operation has too (as an unknown value).
    pub fn result(self) -> Type {
        match self {
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Remainder => {
                Type::Number
            }
            Self::Or
            | Self::And
            | Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => Type::Bool,
        }
    }

    /// Applies the operator.
    ///
    /// # Errors
    /// If an operand does not convert or is null, or if the operation has no result.
    pub fn apply(self, left: &Value, right: &Value) -> Result<Value, OperateError> {
        if matches!(self, Self::Equal | Self::NotEqual) {
            let equal = left.equals(right);
            return match (self, equal.as_bool()) {
                (Self::NotEqual, Some(equal_known)) => {
                    Ok(Value::from(!equal_known).with_marks(equal.marks()))
                }
                _ => Ok(equal),
            };
        }
        let operand = self.operand();
        let (left, right) = match (convert(left, &operand), convert(right, &operand)) {
            (Ok(left), Ok(right)) => (left, right),
            (left, right) => {
                let faults = [(Side::Left, left.err()), (Side::Right, right.err())];
                let faults = faults.into_iter().filter_map(|(side, e)| e.map(|e| (side, e)));
                return Err(OperateError::Operands(faults.collect()));
            }
        };
        if left.is_null() || right.is_null() {
            return Err(null());
        }
        let marks = left.marks() | right.marks();
        let result = if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
            self.on_numbers(left, right)?
        } else if let (Some(left), Some(right)) = (left.as_bool(), right.as_bool()) {
            Value::from(if self == Self::Or { left || right } else { left && right })
        } else {
            Unknown::of(self.result()).not_null().into()
        };
        Ok(result.with_marks(marks))
    }

    fn on_numbers(self, left: &Number, right: &Number) -> Result<Value, OperateError> {
        let computed = match self {
            Self::Less => return Ok(Value::from(left < right)),
            Self::LessOrEqual => return Ok(Value::from(left <= right)),
            Self::Greater => return Ok(Value::from(left > right)),
            Self::GreaterOrEqual => return Ok(Value::from(left >= right)),
            Self::Equal | Self::And => return Ok(Value::from(left == right)),
            Self::NotEqual | Self::Or => return Ok(Value::from(left != right)),
            Self::Add => left.add(right),
            Self::Subtract => left.sub(right),
            Self::Multiply => left.mul(right),
            Self::Divide => left.div(right),
            Self::Remainder => left.rem(right),
        };
        computed.map(Value::number).map_err(|error| OperateError::Operation(error.to_string()))
    }
}

/// The operator as it is written.
impl fmt::Display for BinaryOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        })
    }
}

impl UnaryOperator {
    /// Returns the type to which the operand is converted, which is that of the result too.
    pub fn operand(self) -> Type {
        match self {
            Self::Negate => Type::Number,
            Self::Not => Type::Bool,
        }
    }

    /// Applies the operator.
    ///
    /// # Errors
    /// If the operand does not convert or is null.
    pub fn apply(self, operand: &Value) -> Result<Value, OperateError> {
        let operand = convert(operand, &self.operand())
            .map_err(|error| OperateError::Operands(vec![(Side::Unary, error)]))?;
        if operand.is_null() {
            return Err(null());
        }
        let result = match (operand.as_number(), operand.as_bool()) {
            (Some(number), _) => Value::number(number.neg()),
            (None, Some(truth)) => Value::from(!truth),
            (None, None) => Unknown::of(self.operand()).not_null().into(),
        };
        Ok(result.with_marks(operand.marks()))
    }
}

/// The operator as it is written.
impl fmt::Display for UnaryOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Negate => "-",
            Self::Not => "!",
        })
    }
}

fn null() -> OperateError {
    OperateError::Operation("argument must not be null".to_owned())
}
