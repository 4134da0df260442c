//! `variable` blocks.

use super::{
    Module,
    block::{Rule, Variable},
    constant,
    read::{Reader, Shape},
    report::duplicate,
    typing,
};
use crate::syntax::{
    references::references,
    tree::{Block, Body},
};
use infra_model::{
    convert::convert,
    diagnostic::Diagnostic,
    text::Text,
    types::{Constraint, Type},
    value::Value,
};
use std::cmp::Ordering;

const SHAPE: Shape = Shape {
    attributes: &[
        "type",
        "default",
        "description",
        "sensitive",
        "ephemeral",
        "nullable",
        "deprecated",
    ],
    blocks: &["validation"],
};

const RULE: Shape = Shape { attributes: &["condition", "error_message"], blocks: &[] };

/// Names that a module call uses for itself.
const RESERVED: [&str; 8] =
    ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

/// Reads one block into the module.
pub(super) fn read(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    let Some(labels) = reader.labels(block, &["name"]) else { return };
    let Some(name) = labels.into_iter().next() else { return };
    reader.check_shape(&block.body, &SHAPE);
    if !reader.name(&name, "variable") {
        return;
    }
    if RESERVED.contains(&&*name.name) {
        reader.report(
            Diagnostic::error("infra::config::name_reserved", "Invalid variable name")
                .detail(format!(
                    "The variable name \"{}\" is reserved due to its special meaning inside module blocks.",
                    name.name
                ))
                .label(name.span, "reserved")
                .help("rename it"),
        );
        return;
    }
    if let Some(first) = module.variables.get(&name.name) {
        reader.report(duplicate("variable", &name.name, block.header(), first.span));
        return;
    }
    let body = &block.body;
    let constraint = body
        .attribute("type")
        .map_or(Constraint { ty: Type::Dynamic, defaults: None }, |attribute| {
            typing::constraint(reader, attribute.value)
        });
    let nullable = reader.bool(body, "nullable").unwrap_or(true);
    let default = default(reader, body, &constraint, nullable);
    let variable = Variable {
        constraint,
        default,
        description: reader.text(body, "description").unwrap_or_else(|| Text::from("")),
        sensitive: reader.bool(body, "sensitive").unwrap_or(false),
        ephemeral: reader.bool(body, "ephemeral").unwrap_or(false),
        is_typed: body.attribute("type").is_some(),
        nullable,
        deprecated: reader.text(body, "deprecated"),
        validations: rules(reader, body, "validation"),
        span: block.header(),
        name,
    };
    module.variables.insert(variable.name.name.clone(), variable);
}

fn default(
    reader: &mut Reader<'_>,
    body: &Body,
    constraint: &Constraint,
    nullable: bool,
) -> Option<Value> {
    let attribute = body.attribute("default")?;
    let span = reader.tree.span(attribute.value);
    let value = constant::evaluate(reader.tree, attribute.value, reader.diagnostics)?;
    if value.is_null() && !nullable {
        reader.report(
            Diagnostic::error(
                "infra::config::default_invalid",
                "Invalid default value for variable",
            )
            .detail("A null default value is not valid when nullable=false.")
            .label(span, "null")
            .help("remove the default, or `nullable = false`"),
        );
        return None;
    }
    match typing::conform(&value, constraint) {
        Ok(value) => Some(value),
        Err(reason) => {
            reader.report(
                Diagnostic::error(
                    "infra::config::default_invalid",
                    "Invalid default value for variable",
                )
                .detail(misfit(body, &reason))
                .label(span, "does not fit the type")
                .help("change the default or the type"),
            );
            convert(&Value::null(constraint.ty.clone()), &constraint.ty).ok()
        }
    }
}

/// Says that a default does not fit its type, and which of the two an override file brought.
fn misfit(body: &Body, reason: &str) -> String {
    let source = |name: &str| body.attribute(name).map(|attribute| attribute.span.source);
    match source("type").cmp(&source("default")) {
        Ordering::Less if source("type").is_some() => format!(
            "The overridden default value for this variable is not compatible with the variable's type constraint: {reason}."
        ),
        Ordering::Greater => format!(
            "Overriding this variable's type constraint has made its default value invalid: {reason}."
        ),
        Ordering::Less | Ordering::Equal => format!(
            "This default value is not compatible with the variable's type constraint: {reason}."
        ),
    }
}

/// Reads blocks that hold a condition and a message.
pub(super) fn rules(reader: &mut Reader<'_>, body: &Body, kind: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for block in body.blocks_of(kind) {
        reader.labels(block, &[]);
        reader.check_shape(&block.body, &RULE);
        let condition = reader.required(&block.body, "condition", block.header());
        let message = reader.required(&block.body, "error_message", block.header());
        if let Some(condition) = condition
            && kind != "validation"
            && references(reader.tree, condition.id).is_empty()
        {
            reader.report(
                Diagnostic::error("infra::config::condition_constant", format!("Invalid {kind} expression"))
                    .detail("The condition expression must refer to at least one object from elsewhere in the configuration, or else its result would not be checking anything.")
                    .label(reader.tree.span(condition.id), "refers to nothing"),
            );
        }
        if let (Some(condition), Some(message)) = (condition, message) {
            rules.push(Rule { condition, message, span: block.header() });
        }
    }
    rules
}
