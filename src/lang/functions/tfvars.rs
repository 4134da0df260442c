//! `provider::terraform::{encode_expr, encode_tfvars, decode_tfvars}`: values as source text.
//!
//! Functions of the provider that is part of the language, and known only where a module requires
//! it. Written text has the layout of `infra fmt`.

use super::{
    Body, Function, FunctionError, Outcome, Parameter, Returns, Shape,
    arguments::{quoted, text},
};
use crate::{
    config::is_name,
    format::{escaped, lay_out},
    program::parse_tfvars,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::SourceMap,
    types::Type,
    value::{Data, Value},
};

const VALUE: &[Parameter] = &[Parameter::new("value", Shape::Any)];
const SRC: &[Parameter] = &[Parameter::new("src", Shape::String)];

/// How the text to decode is named in messages.
const SOURCE_NAME: &str = "<decode_tfvars argument>";

/// The functions of the provider `terraform`.
pub(super) const TABLE: &[Function] = &[
    Function {
        returns: Returns::Depends(|_| Ok(Type::Dynamic)),
        ..Function::new(
            "decode_tfvars",
            "The values that the text of a .tfvars file gives to variables, as an object.",
            SRC,
            Body::Plain(decode_tfvars),
        )
    },
    Function::new(
        "encode_expr",
        "An expression that has the given value, as text.",
        VALUE,
        Body::Plain(encode_expr),
    ),
    Function::new(
        "encode_tfvars",
        "An object as the text of a .tfvars file, one variable for each attribute.",
        VALUE,
        Body::Plain(encode_tfvars),
    ),
];

fn encode_expr(arguments: &[Value]) -> Outcome {
    let mut out = String::new();
    write(&arguments[0], &mut out);
    Ok(Value::string(lay_out(&out)))
}

fn encode_tfvars(arguments: &[Value]) -> Outcome {
    let Some(entries) = arguments[0].entries() else {
        return Err(FunctionError::call(
            "invalid value to encode: must be an object whose attribute names will become the encoded variable names",
        ));
    };
    let mut out = String::new();
    for (name, value) in entries {
        if !is_name(name) {
            return Err(FunctionError::call(format!(
                "invalid variable name {}: must be a valid identifier, per Terraform's rules for input variable declarations",
                quoted(name)
            )));
        }
        out.push_str(name);
        out.push_str(" = ");
        write(value, &mut out);
        out.push('\n');
    }
    Ok(Value::string(lay_out(&out)))
}

fn write(value: &Value, out: &mut String) {
    match value.data() {
        // Arguments are known.
        Data::Null(_) | Data::Unknown(_) => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::String(text) => write_string(text, out),
        Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
            write_items(value.items().unwrap_or_default(), out);
        }
        Data::Map(_) | Data::Object(_) => write_entries(value, out),
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    out.push_str(&escaped(text));
    out.push('"');
}

fn write_items(items: &[Value], out: &mut String) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(item, out);
    }
    out.push(']');
}

fn write_entries(value: &Value, out: &mut String) {
    let entries = value.entries().into_iter().flatten();
    let mut is_empty = true;
    out.push('{');
    for (name, value) in entries {
        if std::mem::take(&mut is_empty) {
            out.push('\n');
        }
        if is_name(name) {
            out.push_str(name);
        } else {
            write_string(name, out);
        }
        out.push_str(" = ");
        write(value, out);
        out.push('\n');
    }
    out.push('}');
}

fn decode_tfvars(arguments: &[Value]) -> Outcome {
    let source = text(arguments, 0);
    let (values, found) = parse_tfvars(source.as_bytes());
    match found.iter().find(|found| found.is_error()) {
        None => Ok(Value::object(values)),
        Some(first) => Err(FunctionError::call(message(source, first, &found))),
    }
}

/// Returns what is wrong with a text in one line, with the first place.
fn message(source: &str, first: &Diagnostic, all: &Diagnostics) -> String {
    let mut map = SourceMap::default();
    let id = map.add(SOURCE_NAME, source);
    let place = first.labels.first().and_then(|label| {
        let start = map.position(id, label.span.start)?;
        let end = map.position(id, label.span.end)?;
        Some(if start.line == end.line {
            format!("{SOURCE_NAME}:{},{}-{}: ", start.line, start.column, end.column)
        } else {
            let (line, column) = (end.line, end.column);
            format!("{SOURCE_NAME}:{},{}-{line},{column}: ", start.line, start.column)
        })
    });
    let what = if first.code.split("::").nth(1) == Some("syntax") { "syntax" } else { "content" };
    let more = all.iter().filter(|found| found.is_error()).count() - 1;
    let others = if more > 0 { format!("; and {more} more") } else { String::new() };
    let place = place.unwrap_or_default();
    format!("invalid tfvars {what}: {place}{}; {}{others}", first.summary, first.detail)
}
