//! Plain work on strings; characters are grapheme clusters.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Shape,
    arguments::{check_length, fail, fail_at, items, string, strings, text, whole},
    letters,
};
use infra_model::{types::Type, value::Value};
use unicode_segmentation::UnicodeSegmentation;

const STR: Parameter = Parameter::new("str", Shape::String);
const fn also(name: &'static str) -> [Parameter; 2] {
    [STR, Parameter::new(name, Shape::String)]
}
const SPLIT: &[Parameter] = &[Parameter::new("separator", Shape::String), STR];
const SUBSTR: &[Parameter] =
    &[STR, Parameter::new("offset", Shape::Number), Parameter::new("length", Shape::Number)];
const STARTSWITH: &[Parameter] = &[STR.unknown(), Parameter::new("prefix", Shape::String)];

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "chomp",
        "A string without the line ends at its end.",
        &[STR],
        Body::Plain(chomp),
    ),
    Function::new(
        "endswith",
        "Whether a string ends with another one.",
        &also("suffix"),
        Body::Plain(endswith),
    )
    .returns(Shape::Bool),
    Function::new(
        "indent",
        "A string with spaces put before each of its lines but the first.",
        &[Parameter::new("spaces", Shape::Number), STR],
        Body::Plain(indent),
    ),
    Function::new(
        "join",
        "The strings of a list in one, with a separator between them.",
        &[Parameter::new("separator", Shape::String)],
        Body::Plain(join),
    )
    .variadic(Parameter::new("lists", Shape::Strings)),
    Function::new("lower", "A string in lower case.", &[STR], Body::Plain(lower)),
    Function::new(
        "split",
        "The parts of a string between a separator, in a list.",
        SPLIT,
        Body::Plain(split),
    )
    .returns(Shape::Strings),
    Function::new(
        "startswith",
        "Whether a string begins with another one.",
        STARTSWITH,
        Body::Plain(startswith),
    )
    .returns(Shape::Bool),
    Function::new(
        "strcontains",
        "Whether a string holds another one.",
        &also("substr"),
        Body::Plain(strcontains),
    )
    .returns(Shape::Bool),
    Function::new(
        "strrev",
        "The characters of a string in reverse order.",
        &[STR],
        Body::Plain(strrev),
    ),
    Function::new(
        "substr",
        "A part of a string, by offset and length in characters.",
        SUBSTR,
        Body::Plain(substr),
    ),
    Function::new(
        "title",
        "A string with the first letter of each word in upper case.",
        &[STR],
        Body::Plain(title),
    ),
    Function::new(
        "trim",
        "A string without the given characters at its two ends.",
        &also("cutset"),
        Body::Plain(trim),
    ),
    Function::new(
        "trimprefix",
        "A string without the given beginning, if it has it.",
        &also("prefix"),
        Body::Plain(trimprefix),
    ),
    Function::new(
        "trimspace",
        "A string without the white space at its two ends.",
        &[STR],
        Body::Plain(trimspace),
    ),
    Function::new(
        "trimsuffix",
        "A string without the given end, if it has it.",
        &also("suffix"),
        Body::Plain(trimsuffix),
    ),
    Function::new("upper", "A string in upper case.", &[STR], Body::Plain(upper)),
];

fn chomp(arguments: &[Value]) -> Outcome {
    Ok(string(text(arguments, 0).trim_end_matches(['\r', '\n'])))
}

fn endswith(arguments: &[Value]) -> Outcome {
    Ok(Value::from(text(arguments, 0).ends_with(text(arguments, 1))))
}

fn startswith(arguments: &[Value]) -> Outcome {
    let prefix = text(arguments, 1);
    let Some(unknown) = arguments[0].as_unknown() else {
        return Ok(Value::from(text(arguments, 0).starts_with(prefix)));
    };
    let known: &str = &unknown.prefix;
    Ok(if known.starts_with(prefix) {
        Value::from(true)
    } else if prefix.len() > known.len() {
        // Terraform decides only where as much is known as is asked for.
        Value::unknown(Type::Bool)
    } else {
        Value::from(false)
    })
}

fn strcontains(arguments: &[Value]) -> Outcome {
    Ok(Value::from(text(arguments, 0).contains(text(arguments, 1))))
}

fn indent(arguments: &[Value]) -> Outcome {
    let spaces = match whole(arguments, 0) {
        Ok(spaces) => spaces,
        Err(message) => return fail(message),
    };
    let Ok(width) = usize::try_from(spaces) else {
        return fail_at(0, "the number of spaces must not be negative");
    };
    let text = text(arguments, 1);
    let breaks = text.matches('\n').count();
    check_length(width.checked_mul(breaks).and_then(|added| added.checked_add(text.len())))?;
    if breaks == 0 {
        return Ok(string(text));
    }
    Ok(string(text.replace('\n', &format!("\n{}", " ".repeat(width)))))
}

fn join(arguments: &[Value]) -> Outcome {
    let (separator, lists) = (text(arguments, 0), arguments.get(1..).unwrap_or_default());
    if lists.is_empty() {
        return fail("at least one list is required");
    }
    if lists.iter().any(|list| !list.is_wholly_known()) {
        return Ok(Value::unknown(Type::String));
    }
    let mut parts: Vec<&str> = Vec::new();
    for (l, list) in lists.iter().enumerate() {
        for (i, item) in items(list).iter().enumerate() {
            let Some(part) = item.as_text() else {
                let of = if lists.len() > 1 { format!(" of list {l}") } else { String::new() };
                let problem = format!("element {i}{of} is null; cannot concatenate null values");
                return fail_at(l + 1, problem);
            };
            parts.push(part);
        }
    }
    let bytes: usize = parts.iter().map(|part| part.len()).sum();
    check_length(separator.len().checked_mul(parts.len()).and_then(|s| s.checked_add(bytes)))?;
    Ok(string(parts.join(separator)))
}

fn split(arguments: &[Value]) -> Outcome {
    let (separator, text) = (text(arguments, 0), text(arguments, 1));
    if separator.is_empty() {
        return Ok(strings(text.chars().map(String::from)));
    }
    Ok(strings(text.split(separator)))
}

fn strrev(arguments: &[Value]) -> Outcome {
    Ok(string(text(arguments, 0).graphemes(true).rev().collect::<String>()))
}

fn substr(arguments: &[Value]) -> Outcome {
    let number = |index| whole(arguments, index).map_err(FunctionError::call);
    let (offset, length) = (number(1)?, number(2)?);
    let text = text(arguments, 0);
    let start = if offset < 0 {
        let count = i64::try_from(text.graphemes(true).count()).unwrap_or(i64::MAX);
        count.saturating_add(offset).max(0)
    } else {
        offset
    };
    let skipped = text.graphemes(true).skip(usize::try_from(start).unwrap_or(usize::MAX));
    Ok(string(match usize::try_from(length) {
        Ok(length) => skipped.take(length).collect::<String>(),
        // Any negative length means "to the end".
        Err(_) => skipped.collect::<String>(),
    }))
}

fn lower(arguments: &[Value]) -> Outcome {
    Ok(string(text(arguments, 0).chars().map(letters::lower).collect::<String>()))
}

fn upper(arguments: &[Value]) -> Outcome {
    Ok(string(text(arguments, 0).chars().map(letters::upper).collect::<String>()))
}

fn title(arguments: &[Value]) -> Outcome {
    let mut begins = true;
    let titled = text(arguments, 0).chars().map(|c| {
        let out = if begins { letters::title(c) } else { c };
        begins = letters::is_separator(c);
        out
    });
    Ok(string(titled.collect::<String>()))
}

fn trim(arguments: &[Value]) -> Outcome {
    let cut: Vec<char> = text(arguments, 1).chars().collect();
    Ok(string(text(arguments, 0).trim_matches(cut.as_slice())))
}

fn trimprefix(arguments: &[Value]) -> Outcome {
    let text = (text(arguments, 0), text(arguments, 1));
    Ok(string(text.0.strip_prefix(text.1).unwrap_or(text.0)))
}

fn trimspace(arguments: &[Value]) -> Outcome {
    Ok(string(text(arguments, 0).trim()))
}

fn trimsuffix(arguments: &[Value]) -> Outcome {
    let text = (text(arguments, 0), text(arguments, 1));
    Ok(string(text.0.strip_suffix(text.1).unwrap_or(text.0)))
}
