//! `templatefile` and `templatestring`: what is checked here before the evaluator renders.

use super::{
    Body, Environment, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{fail, fail_at, quoted},
    filesystem,
};
use infra_model::{convert::convert, types::Type, value::Value};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

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
        &[Parameter::new("template", Shape::Any).told(Shape::String).marked(), VARS],
        Body::World(templatestring),
    )
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
    let Ok(template) = convert(&arguments[0].clone().unmark_deep().0, &Type::String) else {
        return fail_at(0, "invalid template value: a string is required");
    };
    let source = template.as_text().map_or("", |text| &**text);
    let rendered =
        environment.templates.render("<templatestring argument>", source, &arguments[1])?;
    if rendered.is_null() {
        let place = whole(source);
        return fail(format!(
            "<templatestring argument>:{place}: Template result is null; The result of the template is null, which is not a valid result for a templatestring call.."
        ));
    }
    // A template that is a single interpolation may give anything.
    match convert(&rendered, &Type::String) {
        Ok(text) => Ok(text.with_marks(arguments[0].marks())),
        Err(error) => fail(format!("invalid template result: {error}")),
    }
}

/// Returns where a text begins and ends, as Terraform writes it: line and column, and the end's line
/// only if it is another.
fn whole(text: &str) -> String {
    let (line, last) = (text.lines().count().max(1), text.lines().last().unwrap_or_default());
    let column = last.graphemes(true).count() + 1;
    if line == 1 { format!("1,1-{column}") } else { format!("1,1-{line},{column}") }
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
