//! `templatefile` and `templatestring`: what is checked here before the evaluator renders.

use super::{
    Body, Environment, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail_at, quoted, text},
    filesystem,
};
use infra_model::{types::Type, value::Value};
use unicode_normalization::UnicodeNormalization;

const VARS: Parameter = Parameter::new("vars", Shape::Any);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "templatefile",
        "The template in a file, rendered with variables.",
        &[Parameter::new("path", Shape::String).marked(), VARS],
        Body::World(templatefile),
    )
    .depends(|_| Ok(Type::Dynamic))
    .nullable(),
    Function::new(
        "templatestring",
        "A template that another object holds, rendered with variables.",
        &[Parameter::new("template", Shape::String).marked(), VARS],
        Body::World(templatestring),
    )
    .usually(Shape::String)
    .depends(|_| Ok(Type::Dynamic))
    .nullable(),
];

fn templatefile(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    let source = filesystem::contents_text(arguments, environment)?;
    check_variables(&arguments[1])?;
    let name = filesystem::resolved(arguments, environment)?;
    let text: String = source.nfc().collect();
    let rendered = environment.templates.render(&name, &text, &arguments[1])?;
    Ok(rendered.with_marks(arguments[0].marks()))
}

fn templatestring(arguments: &[Value], environment: &Environment<'_>) -> Outcome {
    check_variables(&arguments[1])?;
    let source = text(arguments, 0);
    let rendered =
        environment.templates.render("<templatestring argument>", source, &arguments[1])?;
    Ok(rendered.with_marks(arguments[0].marks()))
}

/// Checks that variables are a mapping with names that can be written in an expression.
fn check_variables(variables: &Value) -> Result<(), FunctionError> {
    let Some(entries) = variables.entries() else {
        return fail_at(1, "invalid vars value: must be a map").map(drop);
    };
    let starts = |c: char| c.is_alphabetic();
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    for (name, _) in entries {
        let mut letters = name.chars();
        if !(letters.next().is_some_and(starts) && letters.all(goes_on)) {
            let problem = format!(
                "invalid template variable name {}: must start with a letter, followed by zero \
                 or more letters, digits, and underscores",
                quoted(name)
            );
            return Err(FunctionError::at(1, problem));
        }
    }
    Ok(())
}
