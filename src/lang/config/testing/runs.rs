//! `run` blocks.

use super::{
    super::{
        ExprAt,
        block::{Call, Repeat, Rule},
        load::Called,
        module_call,
        read::{Reader, Shape},
        variable::rules,
    },
    PlanOptions, RunBlock, blocks, invalid, written,
};
use crate::syntax::{
    references::references,
    tree::{Block, Body, Ident},
};
use infra_model::{address::Address, text::Text};

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
        let shown = blocks::place(reader.tree, file, first.span);
        reader.report(
            invalid(
                "Duplicate \"run\" block names",
                format!(
                    "This test file already has a run named {} block defined at {shown}.",
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
            blocks::override_block(reader, (file, inner, sort), &mut overrides);
        }
    }
    let run = RunBlock {
        is_plan: is_plan(reader, block),
        options: options(reader, (file, block)),
        variables: match only(reader, (file, body), "variables") {
            Some(inner) => blocks::values(reader, inner),
            None => Vec::new(),
        },
        module: only(reader, (file, body), "module")
            .and_then(|inner| module(reader, inner, (file, &name))),
        providers: match body.attribute("providers") {
            Some(attribute) => module_call::providers(reader, attribute.value),
            None => Vec::new(),
        },
        names_providers: body.attribute("providers").is_some(),
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

fn options(reader: &mut Reader<'_>, (file, block): (&str, &Block)) -> PlanOptions {
    let none = PlanOptions {
        refresh_only: false,
        refresh: true,
        replace: Vec::new(),
        targets: Vec::new(),
    };
    let Some(options) = only(reader, (file, &block.body), "plan_options") else { return none };
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
            options,
            "refresh",
            "The \"refresh\" option cannot be set to false when running a test in \"refresh-only\" mode.",
        );
    }
    if refresh_only && !replace.is_empty() {
        conflict(
            reader,
            options,
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

/// Returns the only block of a type; more than one is reported.
fn only<'b>(
    reader: &mut Reader<'_>,
    (file, body): (&str, &'b Body),
    kind: &str,
) -> Option<&'b Block> {
    let mut blocks = body.blocks.iter().filter(|block| *block.kind.name == *kind);
    let first = blocks.next()?;
    for again in blocks {
        let at = blocks::place(reader.tree, file, first.header());
        reader.report(
            invalid(
                format!("Multiple {kind:?} blocks"),
                format!("This run block already has a {kind} block defined at {at}."),
            )
            .label(again.header(), "one too many")
            .label(first.header(), "the first one")
            .help("merge them, or remove one"),
        );
    }
    Some(first)
}

/// Reads the module under test.
fn module(reader: &mut Reader<'_>, block: &Block, (file, run): (&str, &Ident)) -> Option<Called> {
    reader.check_shape(&block.body, &MODULE);
    let Some(source) = reader.value(&block.body, "source") else {
        reader.report(
            invalid(
                "Missing \"source\" attribute for module block",
                "You must specify a source attribute when executing alternate modules during test executions.",
            )
            .label(block.header(), "`source` is missing")
            .help("add `source = …`"),
        );
        return None;
    };
    reader.text(&block.body, "source")?;
    let call = Call {
        name: run.clone(),
        source,
        version: reader.value(&block.body, "version"),
        repeat: Repeat::Once,
        depends_on: Vec::new(),
        providers: Vec::new(),
        inputs: Vec::new(),
        span: block.header(),
    };
    let file = file.trim_end_matches(".json").trim_end_matches(".hcl");
    let file = file.trim_end_matches(".tftest").trim_start_matches("./");
    let names = file.split('/').chain([&*run.name]).map(Text::from);
    Some(Called { under: [Text::from("test")].into_iter().chain(names).collect(), call })
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
        let text = written(reader.tree, expected.id);
        let is_named = ["var.", "output.", "check."].iter().any(|root| text.starts_with(root));
        // What is inside a module is refused when the run is made.
        if is_named || text.starts_with("module.") || text.parse::<Address>().is_ok() {
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
