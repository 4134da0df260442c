//! `run` blocks.

use super::{
    super::{
        ExprAt,
        block::Rule,
        module_call,
        read::{Reader, Shape},
        variable::rules,
    },
    PlanOptions, RunBlock, blocks, invalid,
};
use crate::syntax::{
    references::references,
    tree::{Block, Ident},
};

const RUN: Shape = Shape {
    attributes: &["command", "providers", "expect_failures", "state_key", "parallel"],
    blocks: &[
        "plan_options",
        "variables",
        "module",
        "assert",
        "override_resource",
        "override_data",
        "override_module",
    ],
};
const OPTIONS: Shape = Shape { attributes: &["mode", "refresh", "replace", "target"], blocks: &[] };
const MODULE: Shape = Shape { attributes: &["source", "version"], blocks: &[] };

/// Reads one block.
pub(super) fn read(
    reader: &mut Reader<'_>,
    runs: &mut Vec<RunBlock>,
    (file, block): (&str, &Block),
) {
    let Some(labels) = reader.labels(block, &["name"]) else { return };
    let Some(name) = labels.into_iter().next() else { return };
    reader.check_shape(&block.body, &RUN);
    if !reader.name(&name, "run block") {
        return;
    }
    if let Some(first) = runs.iter().find(|run| run.name.name == name.name) {
        let shown = place(reader, first.span);
        reader.report(
            invalid(
                "Duplicate \"run\" block names",
                format!(
                    "This test file already has a run named {} block defined at {file}:{shown}.",
                    name.name
                ),
            )
            .label(block.header(), "again")
            .label(first.span, "the first one")
            .help("rename one of them"),
        );
        return;
    }
    let body = &block.body;
    let mut overrides = Vec::new();
    for inner in &body.blocks {
        if let Some(sort) = blocks::override_sort(&inner.kind.name) {
            overrides.extend(blocks::override_block(reader, inner, sort));
        }
    }
    let run = RunBlock {
        is_plan: is_plan(reader, block),
        options: options(reader, block),
        variables: match reader.single(body, "variables") {
            Some(inner) => blocks::values(reader, inner),
            None => Vec::new(),
        },
        module: reader.single(body, "module").cloned().and_then(|inner| module(reader, &inner)),
        providers: match body.attribute("providers") {
            Some(attribute) => module_call::providers(reader, attribute.value),
            None => Vec::new(),
        },
        assertions: assertions(reader, block),
        expect_failures: expected(reader, block),
        overrides,
        state_key: reader.text(body, "state_key"),
        span: block.header(),
        name,
    };
    reader.bool(body, "parallel");
    runs.push(run);
}

fn place(reader: &Reader<'_>, span: infra_model::source::Span) -> String {
    let text = reader.tree.text();
    let column = |byte: u32| {
        let before = text.get(..byte as usize).unwrap_or(text);
        before.rsplit('\n').next().unwrap_or("").chars().count() + 1
    };
    let line = text.get(..span.start as usize).unwrap_or(text).matches('\n').count() + 1;
    format!("{line},{}-{}", column(span.start), column(span.end))
}

fn is_plan(reader: &mut Reader<'_>, block: &Block) -> bool {
    let Some(attribute) = block.body.attribute("command") else { return false };
    match reader.tree.source_text(attribute.value) {
        "plan" => true,
        "apply" => false,
        _ => {
            let span = reader.tree.span(attribute.value);
            reader.report(
                invalid(
                    "Invalid \"command\" keyword",
                    "The \"command\" argument requires one of the following keywords without quotes: apply or plan.",
                )
                .label(span, "neither apply nor plan")
                .help("write `apply` or `plan`"),
            );
            false
        }
    }
}

fn options(reader: &mut Reader<'_>, block: &Block) -> PlanOptions {
    let none = PlanOptions {
        refresh_only: false,
        refresh: true,
        replace: Vec::new(),
        targets: Vec::new(),
    };
    let Some(options) = reader.single(&block.body, "plan_options").cloned() else { return none };
    let body = &options.body;
    reader.check_shape(body, &OPTIONS);
    let mut refresh_only = false;
    if let Some(mode) = body.attribute("mode") {
        match reader.tree.source_text(mode.value) {
            "refresh-only" => refresh_only = true,
            "normal" => {}
            _ => {
                let span = reader.tree.span(mode.value);
                reader.report(
                    invalid(
                        "Invalid \"mode\" keyword",
                        "The \"mode\" argument requires one of the following keywords without quotes: normal or refresh-only",
                    )
                    .label(span, "neither normal nor refresh-only")
                    .help("write `normal` or `refresh-only`"),
                );
            }
        }
    }
    let refresh = reader.bool(body, "refresh").unwrap_or(true);
    let replace = reader.list(body, "replace");
    if refresh_only && !refresh {
        conflict(
            reader,
            &options,
            "refresh",
            "The \"refresh\" option cannot be set to false when running a test in \"refresh-only\" mode.",
        );
    }
    if refresh_only && !replace.is_empty() {
        conflict(
            reader,
            &options,
            "replace",
            "The \"replace\" option cannot be set when running a test in \"refresh-only\" mode.",
        );
    }
    PlanOptions { refresh_only, refresh, replace, targets: reader.list(body, "target") }
}

fn conflict(reader: &mut Reader<'_>, options: &Block, name: &str, detail: &str) {
    let span = options.body.attribute(name).map_or(options.header(), |a| a.name.span);
    reader.report(
        invalid("Incompatible plan options", detail)
            .label(span, "not with this mode")
            .help("remove one of the two"),
    );
}

/// Reads the module under test.
fn module(reader: &mut Reader<'_>, block: &Block) -> Option<Ident> {
    reader.check_shape(&block.body, &MODULE);
    let Some(attribute) = block.body.attribute("source") else {
        reader.report(super::super::report::attribute_missing("source", block.header()));
        return None;
    };
    let span = reader.tree.span(attribute.value);
    let source = reader.text(&block.body, "source")?;
    Some(Ident { name: source, span })
}

/// Reads the assertions; one that looks at nothing is refused.
fn assertions(reader: &mut Reader<'_>, block: &Block) -> Vec<Rule> {
    let found = rules(reader, &block.body, "assert");
    for rule in &found {
        if references(reader.tree, rule.condition.id).is_empty() {
            let span = reader.tree.span(rule.condition.id);
            reader.report(
                invalid(
                    "Invalid assert expression",
                    "The condition expression must refer to at least one object from elsewhere in the configuration, or else its result would not be checking anything.",
                )
                .label(span, "refers to nothing")
                .help("refer to an output, a resource or a variable"),
            );
        }
    }
    found
}

fn expected(reader: &mut Reader<'_>, block: &Block) -> Vec<ExprAt> {
    let all = reader.list(&block.body, "expect_failures");
    let mut found = Vec::new();
    for expected in all {
        let text = reader.tree.source_text(expected.id);
        let is_named = ["var.", "output.", "check."].iter().any(|root| text.starts_with(root));
        if is_named || text.parse::<infra_model::address::Address>().is_ok() {
            found.push(expected);
            continue;
        }
        let span = reader.tree.span(expected.id);
        reader.report(
            invalid(
                "Invalid `expect_failures` reference",
                format!("You cannot expect failures from {text}. You can only expect failures from checkable objects such as input variables, output values, check blocks, managed resources and data sources."),
            )
            .label(span, "has no conditions")
            .help("name a variable, an output, a check or a resource"),
        );
    }
    found
}
