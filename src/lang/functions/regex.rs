//! Regular expressions: `regex regexall replace`; the syntax is RE2's, see [`super::pattern`].

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{check_length, fail, string, text},
    pattern::{Groups, Pattern, PatternError},
};
use infra_model::{types::Type, value::Value};
use regex::Captures;

const REGEX: &[Parameter] =
    &[Parameter::new("pattern", Shape::String), Parameter::new("string", Shape::String)];
const REPLACE: &[Parameter] = &[
    Parameter::new("str", Shape::String),
    Parameter::new("substr", Shape::String),
    Parameter::new("replace", Shape::String),
];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "regex",
        "What a regular expression first matches in a string: the match, or its groups.",
        REGEX,
        Body::Plain(regex),
    )
    .depends(regex_type),
    Function::new(
        "regexall",
        "All that a regular expression matches in a string, in a list.",
        REGEX,
        Body::Plain(regexall),
    )
    .usually(Shape::List)
    .depends(|arguments| regex_type(arguments).map(Type::list)),
    Function::new(
        "replace",
        "A string with each occurrence of another replaced; in slashes, the other is a regular expression.",
        REPLACE,
        Body::Plain(replace),
    ),
];

fn compiled(arguments: &[Value]) -> Result<Pattern, FunctionError> {
    Pattern::new(text(arguments, 0)).map_err(|error| {
        let PatternError { problem, part } = error;
        FunctionError::at(0, format!("invalid regexp pattern: {problem} in {part}"))
    })
}

fn groups(pattern: &Pattern) -> Result<Groups<'_>, FunctionError> {
    pattern.groups().ok_or_else(|| {
        let problem = "invalid regexp pattern: cannot mix both named and unnamed capture groups";
        FunctionError::at(0, problem)
    })
}

fn regex_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if !arguments[0].is_known() {
        return Ok(Type::Dynamic);
    }
    Ok(type_of(groups(&compiled(arguments)?)?))
}

fn type_of(groups: Groups<'_>) -> Type {
    match groups {
        Groups::None => Type::String,
        Groups::Numbered(count) => Type::tuple((0..count).map(|_| Type::String)),
        Groups::Named(names) => Type::object(names.iter().map(|name| (*name, Type::String))),
    }
}

/// Returns what a match captured: the whole, or its groups.
fn captured(groups: &Groups<'_>, found: &Captures<'_>) -> Value {
    let group = |index: usize| {
        found.get(index).map_or_else(|| Value::null(Type::String), |m| string(m.as_str()))
    };
    match groups {
        Groups::None => group(0),
        Groups::Numbered(count) => Value::tuple((1..=*count).map(group).collect()),
        Groups::Named(names) => {
            Value::object(names.iter().enumerate().map(|(i, name)| (*name, group(i + 1))))
        }
    }
}

fn regex(arguments: &[Value]) -> Outcome {
    let pattern = compiled(arguments)?;
    let groups = groups(&pattern)?;
    match pattern.regex.captures(text(arguments, 1)) {
        Some(found) => Ok(captured(&groups, &found)),
        None => fail("pattern did not match any part of the given string"),
    }
}

fn regexall(arguments: &[Value]) -> Outcome {
    let pattern = compiled(arguments)?;
    let groups = groups(&pattern)?;
    let all = pattern.regex.captures_iter(text(arguments, 1));
    let found = all.map(|found| captured(&groups, &found)).collect();
    Ok(Value::list(type_of(groups), found))
}

fn replace(arguments: &[Value]) -> Outcome {
    let (text, old, new) = (text(arguments, 0), text(arguments, 1), text(arguments, 2));
    let inner = old.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let Some(inner) = inner else {
        let count = text.matches(old).count();
        check_length(count.checked_mul(new.len()).and_then(|n| n.checked_add(text.len())))?;
        return Ok(string(text.replace(old, new)));
    };
    let pattern = Pattern::new(inner).map_err(|error| {
        let PatternError { problem, part } = error;
        FunctionError::call(format!("error parsing regexp: {problem}: `{part}`"))
    })?;
    let mut out = String::new();
    let mut last = 0;
    for found in pattern.regex.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(&text[last..whole.start()]);
        expand(new, &pattern, &found, &mut out);
        check_length(Some(out.len()))?;
        last = whole.end();
    }
    out.push_str(&text[last..]);
    Ok(string(out))
}

/// Appends a replacement, in which `$1`, `$name` and `${name}` stand for groups and `$$` for `$`.
fn expand(template: &str, pattern: &Pattern, found: &Captures<'_>, out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let Some((name, after)) = group_name(after) else {
            out.push('$');
            rest = after;
            continue;
        };
        if let Some(group) = pattern.group_index(name, found).and_then(|i| found.get(i)) {
            out.push_str(group.as_str());
        }
        rest = after;
    }
    out.push_str(rest);
}

/// Splits the name of a group off, in braces or as long as it goes.
fn group_name(text: &str) -> Option<(&str, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if let Some(braced) = text.strip_prefix('{') {
        let (name, after) = braced.split_once('}')?;
        return (!name.is_empty() && name.chars().all(is_word)).then_some((name, after));
    }
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}
