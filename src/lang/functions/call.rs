//! The call of a function: everything that all of them have in common.
//!
//! The order matters for what a user sees: count, conversion of each argument, nulls and the type of
//! the result (which may refuse arguments), then unknown arguments, then the function itself.

use super::{
    Body, Environment, Fault, Function, FunctionError, Outcome, Parameter, arguments::quoted,
};
use infra_model::{
    convert::convert,
    text::Text,
    types::Type,
    value::{Marks, Unknown, Value},
};

/// Checks the number of arguments of a call, which the evaluator does before it evaluates them.
///
/// # Errors
/// If there are too few or too many.
pub fn check_count(function: &Function, given: usize) -> Result<(), FunctionError> {
    if let Some(missing) = function.parameters.get(given) {
        return Err(FunctionError { fault: Fault::TooFew, message: missing.name.into() });
    }
    if given > function.parameters.len() && function.variadic.is_none() {
        return Err(FunctionError { fault: Fault::TooMany, message: "".into() });
    }
    Ok(())
}

/// Returns every argument that does not have the type that the function takes; nulls are looked at
/// only when all have.
pub fn unsuitable(function: &Function, arguments: &[Value]) -> Vec<FunctionError> {
    let mut found = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let Some(parameter) = function.parameter(index) else { continue };
        if let Err(error) = suited(parameter, index, argument) {
            found.push(redact(error, std::slice::from_ref(argument)));
        }
    }
    found
}

/// Calls a function.
///
/// # Errors
/// If the arguments are not such as the function takes, or it fails.
pub fn call(function: &Function, arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    attempt(function, arguments, environment).map_err(|error| redact(error, arguments))
}

fn attempt(function: &Function, arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    check_count(function, arguments.len())?;
    let mut suitable = Vec::with_capacity(arguments.len());
    for (index, argument) in arguments.iter().enumerate() {
        let Some(parameter) = function.parameter(index) else { continue };
        suitable.push((parameter, suited(parameter, index, argument)?));
    }
    let mut converted = Vec::with_capacity(arguments.len());
    let mut marks = Marks::NONE;
    // Behind an argument of which not even the type is known, a null is not looked at, as in Terraform.
    let mut is_open = false;
    for (index, (parameter, value)) in suitable.into_iter().enumerate() {
        if !is_open && value.is_null() && !parameter.allow_null {
            return Err(FunctionError::at(index, "argument must not be null"));
        }
        let (value, taken) =
            if parameter.allow_marked { (value, Marks::NONE) } else { value.unmark_deep() };
        is_open |= !parameter.allow_dynamic && value.hollow_type() == Some(&Type::Dynamic);
        marks |= taken;
        converted.push(value);
    }
    if is_open {
        let marks = converted.iter().fold(marks, |all, value| all | value.deep_marks());
        return Ok(Value::unknown(Type::Dynamic).with_marks(marks));
    }
    let ty = function.returns.ty(&converted)?;
    let short = converted.iter().enumerate().any(|(index, value)| {
        !value.is_known() && function.parameter(index).is_some_and(|p| !p.allow_unknown)
    });
    if short {
        // The function never saw the marks that it would have carried itself.
        let marks = converted.iter().fold(marks, |all, value| all | value.deep_marks());
        return Ok(refined(function, Value::unknown(ty)).with_marks(marks));
    }
    let value = match function.body {
        Body::Plain(body) => body(&converted)?,
        Body::Typed(body) => body(&converted, &ty)?,
        Body::World(body) => body(&converted, environment)?,
    };
    Ok(refined(function, value).with_marks(marks))
}

fn suited(parameter: &Parameter, index: usize, argument: &Value) -> Result<Value, FunctionError> {
    convert(argument, &parameter.shape.ty())
        .map_err(|error| FunctionError::at(index, error.message))
}

/// The bytes from which on a secret is hidden wherever it stands in a message.
///
/// Shorter ones are hidden only in quotes: taking every `a` out of a message would tell them.
const SECRET_BYTES_MIN: usize = 4;

/// Takes what must not be shown out of a message.
fn redact(error: FunctionError, arguments: &[Value]) -> FunctionError {
    let mut secrets = Vec::new();
    for argument in arguments {
        collect(argument, Marks::NONE, &mut secrets);
    }
    if secrets.is_empty() {
        return error;
    }
    // Of two secrets of which one is a part of the other, the longer one goes first.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mut message = error.message.to_string();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        message = message.replace(&quoted(secret), HIDDEN);
        if secret.len() >= SECRET_BYTES_MIN {
            message = message.replace(&**secret, HIDDEN);
        }
    }
    FunctionError { message: message.into(), ..error }
}

const HIDDEN: &str = "(sensitive value)";

/// Collects the marked texts in a value.
fn collect(value: &Value, outer: Marks, secrets: &mut Vec<Text>) {
    let marks = outer | value.marks();
    if (marks | value.deep_marks()).is_empty() {
        return;
    }
    if !marks.is_empty() {
        secrets.extend(value.as_text().cloned());
        secrets.extend(value.as_number().map(|number| Text::from(number.to_string())));
    }
    for item in value.items().unwrap_or_default() {
        collect(item, marks, secrets);
    }
    for (key, item) in value.entries().unwrap_or_default() {
        if !marks.is_empty() {
            secrets.push(key.clone());
        }
        collect(item, marks, secrets);
    }
}

/// Adds to an unknown result what the function promises of it.
fn refined(function: &Function, value: Value) -> Value {
    let Some(unknown) = value.as_unknown() else { return value };
    if !function.not_null || unknown.not_null || unknown.ty == Type::Dynamic {
        return value;
    }
    let marks = value.marks();
    Value::from(Unknown::clone(unknown).not_null()).with_marks(marks)
}
