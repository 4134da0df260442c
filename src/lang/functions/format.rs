//! `format` and `formatlist`: text with verbs like `%s` and `%05.2f`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{check_length, fail_at, items, quoted, settled_length, string, text},
    verb::{Verb, verbs},
};
use infra_model::{
    types::Type,
    value::{Unknown, Value},
};

const FORMAT: &[Parameter] = &[Parameter::new("format", Shape::String)];
const ARGS: Parameter = Parameter::new("args", Shape::Any).null().unknown();

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "format",
        "A string with values written into it as its verbs say, as printf does.",
        FORMAT,
        Body::Plain(format),
    )
    .variadic(ARGS),
    Function::new(
        "formatlist",
        "A list of strings, each formatted with the elements of lists at the same place.",
        FORMAT,
        Body::Plain(formatlist),
    )
    .variadic(ARGS)
    .returns(Shape::Strings),
];

fn format(arguments: &[Value]) -> Outcome {
    let (pattern, values) = (text(arguments, 0), arguments.get(1..).unwrap_or_default());
    if values.iter().any(|value| !value.is_wholly_known()) {
        let prefix = pattern.split('%').next().unwrap_or("");
        let unknown = Unknown::of(Type::String).not_null();
        let prefixed = pattern.contains('%') && !prefix.is_empty();
        return Ok(if prefixed { unknown.prefix(prefix).into() } else { unknown.into() });
    }
    render(pattern, values).map(string)
}

fn formatlist(arguments: &[Value]) -> Outcome {
    let (pattern, values) = (text(arguments, 0), arguments.get(1..).unwrap_or_default());
    if values.is_empty() {
        return Ok(Value::list(Type::String, vec![string(render(pattern, values)?)]));
    }
    let mut rounds: Option<(usize, usize)> = None;
    let mut open = false;
    for (index, value) in values.iter().enumerate().filter(|(_, value)| is_list(value)) {
        let Some(len) = settled_length(value) else {
            open = true;
            continue;
        };
        open |= !value.is_known();
        match rounds {
            Some((by, wanted)) if wanted != len => {
                let problem = format!(
                    "argument {} has length {len}, which is inconsistent with argument {} of \
                     length {wanted}",
                    index + 1,
                    by + 1,
                );
                return fail_at(index + 1, problem);
            }
            Some(_) => {}
            None => rounds = Some((index, len)),
        }
    }
    if open {
        return Ok(Value::unknown(Shape::Strings.ty()));
    }
    let count = rounds.map_or(1, |(_, len)| len);
    let texts: Result<Vec<Value>, FunctionError> =
        (0..count).map(|round| one_round(pattern, values, round)).collect();
    Ok(Value::list(Type::String, texts?))
}

fn is_list(value: &Value) -> bool {
    !value.is_null() && super::arguments::is_iterable(&value.ty())
}

fn one_round(pattern: &str, values: &[Value], round: usize) -> Outcome {
    let pick = |value: &Value| {
        if is_list(value) { items(value)[round].clone() } else { value.clone() }
    };
    let picked: Vec<Value> = values.iter().map(pick).collect();
    if picked.iter().any(|value| !value.is_wholly_known()) {
        return Ok(Unknown::of(Type::String).not_null().into());
    }
    render(pattern, &picked)
        .map(string)
        .map_err(|error| FunctionError::call(format!("error on format iteration {round}: {error}")))
}

/// Renders a pattern over known values.
fn render(pattern: &str, values: &[Value]) -> Result<String, FunctionError> {
    let mut out = String::new();
    let mut next = 0;
    let mut used = 0;
    for piece in verbs(pattern) {
        let verb = match piece {
            Ok(Verb { mode: '%', raw, .. }) => {
                out.push_str(raw);
                continue;
            }
            Ok(verb) => verb,
            Err(problem) => return Err(FunctionError::call(problem)),
        };
        let at = verb.argument.unwrap_or(next);
        let Some(value) = values.get(at) else {
            return Err(FunctionError::call(format!(
                "not enough arguments for {} at {}: need index {} but have {} total",
                quoted(verb.raw),
                verb.offset,
                at + 1,
                values.len(),
            )));
        };
        out.push_str(&verb.render(value)?);
        check_length(Some(out.len()))?;
        next = at + 1;
        used = used.max(next);
    }
    if used < values.len() {
        let problem = if used == 0 {
            "too many arguments; no verbs in format string".to_owned()
        } else {
            format!("too many arguments; only {used} used by format string")
        };
        return Err(FunctionError::at(used + 1, problem));
    }
    Ok(out)
}
