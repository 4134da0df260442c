//! Bodies of JSON files: members become arguments or blocks, names of nested objects labels.

use super::shapes::{BlockShape, DYNAMIC, Shape};
use crate::{
    config::report::{property_repeated, value_type},
    syntax::{
        json::{
            Builder,
            document::{Kind, Member, Value},
        },
        tree::{Attribute, Block, Body, ByteRange, Ident, Label},
    },
};
use infra_model::{diagnostic::Diagnostic, source::Span, text::Text};
use std::collections::BTreeMap;

/// Reads the value of a whole file into its body.
pub(super) fn root(
    builder: &mut Builder,
    value: &Value,
    shape: &Shape,
    (body, is_read): (&mut Body, bool),
) {
    let wanted = "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.";
    match &value.kind {
        Kind::Object(_) | Kind::Array(_) => members(builder, value, shape, body),
        // What is cut off was reported.
        Kind::Invalid if !is_read => {}
        _ => {
            let summary = Text::from("Root value must be object");
            let found = value_type(builder.span(value.range), wanted);
            builder.report(Diagnostic { summary, ..found });
        }
    }
}

/// Reads an object, or an array of objects that together are one, into a body.
fn members(builder: &mut Builder, value: &Value, shape: &Shape, body: &mut Body) {
    let mut first = BTreeMap::new();
    for member in objects(builder, value, ARGUMENTS) {
        one(builder, member, shape, (body, &mut first));
    }
}

const ARGUMENTS: &str = "A JSON object is required here, setting the arguments for this block.";

/// Returns the members of an object, or of all objects of an array.
fn objects<'v>(builder: &mut Builder, value: &'v Value, wanted: &str) -> Vec<&'v Member> {
    match &value.kind {
        Kind::Object(members) => members.iter().collect(),
        Kind::Array(elements) => {
            let mut all = Vec::new();
            for element in elements {
                match &element.kind {
                    Kind::Object(members) => all.extend(members.iter()),
                    Kind::Invalid | Kind::Null => {}
                    _ => builder.report(value_type(builder.span(element.range), wanted)),
                }
            }
            all
        }
        Kind::Invalid | Kind::Null => Vec::new(),
        _ => {
            builder.report(value_type(builder.span(value.range), wanted));
            Vec::new()
        }
    }
}

fn one(
    builder: &mut Builder,
    member: &Member,
    shape: &Shape,
    (body, first): (&mut Body, &mut BTreeMap<Text, Span>),
) {
    let name: Text = builder.text(member.name).into();
    if &*name == "//" {
        return;
    }
    let ident = Ident { name: Text::clone(&name), span: builder.span(member.name) };
    let dynamic = Some(&DYNAMIC).filter(|_| shape.is_open);
    if let Some(block) = shape.blocks.iter().chain(dynamic).find(|block| *block.name == *name) {
        labelled(builder, &member.value, (&ident, block), (&mut Vec::new(), body));
        return;
    }
    // Where a schema decides, what is given twice may be a block.
    let may_be_block = matches!(member.value.kind, Kind::Object(_) | Kind::Array(_));
    if let Some(earlier) = first.get(&name)
        && !(shape.is_open && may_be_block)
    {
        let found = property_repeated(&ident, *earlier);
        builder.report(if shape.is_free {
            Diagnostic { summary: "Duplicate attribute definition".into(), ..found }
        } else {
            found
        });
        return;
    }
    first.insert(name, ident.span);
    let mode = shape.arguments.iter().find(|(known, _)| **known == *ident.name);
    let value = builder.value(&member.value, mode.map_or(shape.others, |(_, mode)| *mode));
    let end = member.value.range.end.max(member.name.end);
    body.attributes.push(Attribute {
        equals: ident.span.after(),
        span: builder.span(ByteRange { start: member.name.start, end }),
        name: ident,
        value,
    });
}

/// Reads what stands below the labels that were read already.
fn labelled(
    builder: &mut Builder,
    value: &Value,
    (kind, shape): (&Ident, &BlockShape),
    (labels, body): (&mut Vec<Label>, &mut Body),
) {
    let Some(label) = shape.labels.get(labels.len()) else {
        return contents(builder, value, (kind, shape), (labels, body));
    };
    let wanted = format!(
        "Either a JSON object or JSON array of objects is required here, to specify {label} labels for this block."
    );
    let found: Vec<&Member> = objects(builder, value, &wanted);
    if found.is_empty() && matches!(value.kind, Kind::Object(_) | Kind::Array(_) | Kind::Null) {
        builder.report(label_missing(builder.span(value.range), &kind.name, label));
    }
    for member in found {
        labels.push(Label {
            text: builder.text(member.name).into(),
            span: builder.span(member.name),
            quoted: true,
        });
        labelled(builder, &member.value, (kind, shape), (labels, body));
        labels.pop();
    }
}

fn label_missing(span: Span, kind: &str, label: &str) -> Diagnostic {
    Diagnostic::error("infra::config::label_missing", "Missing block label")
        .detail(format!(
            "At least one object property is required, whose name represents the {kind} block's {label}."
        ))
        .label(span, format!("{label} is missing"))
        .help(format!("write {{ \"{}\": … }}", label.to_uppercase()))
}

/// Makes a block of an object, and one of each object of an array.
fn contents(
    builder: &mut Builder,
    value: &Value,
    (kind, shape): (&Ident, &BlockShape),
    (labels, body): (&mut Vec<Label>, &mut Body),
) {
    match &value.kind {
        Kind::Null | Kind::Invalid => {}
        Kind::Object(_) => body.blocks.push(made(builder, value, (kind, shape), labels)),
        Kind::Array(elements) => {
            for element in elements {
                if !matches!(element.kind, Kind::Null | Kind::Invalid) {
                    body.blocks.push(made(builder, element, (kind, shape), labels));
                }
            }
        }
        Kind::Bool(_) | Kind::Number | Kind::String => {
            builder.report(no_block(builder.span(value.range), &kind.name));
        }
    }
}

/// Reports a value that is no block.
pub(crate) fn no_block(span: Span, kind: &str) -> Diagnostic {
    let wanted = format!(
        "Either a JSON object or a JSON array is required, representing the contents of one or more {kind:?} blocks."
    );
    value_type(span, &wanted)
}

fn made(
    builder: &mut Builder,
    value: &Value,
    (kind, shape): (&Ident, &BlockShape),
    labels: &[Label],
) -> Block {
    let range = value.range;
    let inner =
        ByteRange { start: range.start + 1, end: range.end.saturating_sub(1).max(range.start + 1) };
    let span = builder.span(inner);
    let mut body = Body { span, attributes: Vec::new(), blocks: Vec::new() };
    members(builder, value, shape.body, &mut body);
    // Many blocks may stand below one name: a block is shown by its last label.
    let place = labels.last().map_or(kind.span, |label| label.span);
    let at = |start: u32| builder.span(ByteRange { start, end: start + 1 });
    Block {
        kind: Ident { name: Text::clone(&kind.name), span: place },
        labels: labels.to_vec(),
        open: at(range.start),
        close: at(inner.end.max(range.start)),
        body,
    }
}
