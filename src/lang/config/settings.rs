//! `terraform` blocks: what the configuration asks of the tool itself.

use super::{
    Configuration, Module,
    block::{Backend, ProviderRef, Requirement},
    early::{self, Given},
    provider::reference,
    read::{Reader, Shape, literal_text},
    report::value_invalid,
};
use crate::syntax::tree::{Block, Body, Expr, ExprId, ObjectKey};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    text::{Text, nearest},
};

const SHAPE: Shape = Shape {
    attributes: &["required_version", "experiments", "language"],
    blocks: &["required_providers", "backend", "cloud", "provider_meta", "encryption"],
};

const LOCAL: Shape = Shape { attributes: &["path", "workspace_dir"], blocks: &[] };

/// Reads one block into the module.
pub(super) fn read(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    reader.labels(block, &[]);
    let body = &block.body;
    reader.check_shape(body, &SHAPE);
    required_version(reader, body);
    experiments(reader, body);
    for inner in body.blocks_of("required_providers") {
        reader.labels(inner, &[]);
        let first = module.required_at.get_or_insert(inner.header());
        // Another file may override the first.
        if *first != inner.header() && first.source == inner.header().source {
            reader.report(
                Diagnostic::error(
                    "infra::config::block_duplicate",
                    "Duplicate required providers configuration",
                )
                .detail("A module may have only one required providers configuration.")
                .label(inner.header(), "one too many")
                .label(*first, "the first one")
                .help("put all providers into one of them"),
            );
            continue;
        }
        required_providers(reader, module, &inner.body);
    }
    let instead = [
        ("cloud", "remove the block, or use `backend \"local\" {}`"),
        ("encryption", "remove the block and set INFRA_STATE_KEY"),
    ];
    for (kind, help) in instead {
        for inner in body.blocks_of(kind) {
            reader.report(
                Diagnostic::error(
                    "infra::config::block_unsupported",
                    format!("The `{kind}` block is not supported"),
                )
                .detail("State lives in a backend of this tool; nothing was changed.")
                .label(inner.header(), "not supported")
                .help(help),
            );
        }
    }
    if let Some(inner) = reader.single(body, "backend") {
        backend(reader, module, inner);
    }
}

fn required_version(reader: &mut Reader<'_>, body: &Body) {
    let Some(attribute) = body.attribute("required_version") else { return };
    let Some(text) = reader.text(body, "required_version") else { return };
    let span = reader.tree.span(attribute.value);
    reader.required_version(&text, span);
}

fn experiments(reader: &mut Reader<'_>, body: &Body) {
    for experiment in reader.list(body, "experiments") {
        let span = reader.tree.span(experiment.id);
        reader.report(
            Diagnostic::error("infra::config::experiment_unknown", "Unknown experiment keyword")
                .detail("There are no experiments in this version.")
                .label(span, "unknown experiment")
                .help("remove it"),
        );
    }
}

fn backend(reader: &mut Reader<'_>, module: &mut Module, block: &Block) {
    let Some(labels) = reader.labels(block, &["type"]) else { return };
    let Some(kind) = labels.into_iter().next() else { return };
    if let Some(first) = &module.backend {
        reader.report(
            Diagnostic::error("infra::config::block_duplicate", "Duplicate backend configuration")
                .detail("A module may have only one backend configuration.")
                .label(block.header(), "one too many")
                .label(first.span, "the first one")
                .help("keep one of them"),
        );
        return;
    }
    module.backend = Some(Backend { kind, body: block.body.clone(), span: block.header() });
}

fn required_providers(reader: &mut Reader<'_>, module: &mut Module, body: &Body) {
    for block in &body.blocks {
        reader.report(super::report::block_unknown(&block.kind, std::iter::empty(), true));
    }
    for attribute in &body.attributes {
        let name = attribute.name.name.clone();
        let span = attribute.span;
        if let Some(first) = module.requirements.get(&name) {
            let first = first.span;
            let again = super::report::duplicate("required provider", &name, span, first);
            reader.report(again.help("remove one of them"));
            continue;
        }
        let mut requirement =
            Requirement { source: "".into(), version: "".into(), aliases: Vec::new(), span };
        match reader.tree.expr(attribute.value) {
            Expr::String(symbol) => {
                requirement.version = reader.tree.symbol(symbol).clone();
                reader.constraint(&requirement.version, reader.tree.span(attribute.value));
            }
            Expr::Object(_) => entry(reader, attribute.value, (&name, &mut requirement)),
            _ => reader.wrong(attribute, "an object with `source` and `version`"),
        }
        module.requirements.insert(name, requirement);
    }
}

fn entry(reader: &mut Reader<'_>, id: ExprId, (name, requirement): (&Text, &mut Requirement)) {
    let tree = reader.tree;
    let Expr::Object(items) = tree.expr(id) else { return };
    for item in tree.items(items) {
        let key = match item.key {
            ObjectKey::Name(symbol) => Some(tree.symbol(symbol).clone()),
            ObjectKey::Expression(key) => literal_text(tree, key),
        };
        match key.as_deref() {
            Some("source") => {
                requirement.source =
                    literal(reader, item.value, "provider source").unwrap_or_else(|| Text::from(""));
            }
            Some("version") => {
                if let Some(text) = literal(reader, item.value, "version constraint") {
                    reader.constraint(&text, tree.span(item.value));
                    requirement.version = text;
                }
            }
            Some("configuration_aliases") => {
                requirement.aliases = aliases(reader, item.value);
                for alias in requirement.aliases.iter().filter(|alias| alias.name != *name) {
                    reader.report(
                        Diagnostic::error(
                            "infra::config::value_invalid",
                            "Invalid configuration_aliases value",
                        )
                        .detail(format!("Configuration aliases must be prefixed with the provider name. Expected {:?}, but found {:?}.", &**name, &*alias.name))
                        .label(tree.span(item.value), "of another provider")
                        .help(format!("write `{name}.…`")),
                    );
                }
            }
            _ => reader.report(
                Diagnostic::error("infra::config::attribute_unknown", "Invalid required_providers object")
                    .detail("required_providers objects can only contain \"version\", \"source\" and \"configuration_aliases\" attributes.")
                    .label(tree.at(item.key_range), "not expected here")
                    .help("remove it"),
            ),
        }
    }
}

fn literal(reader: &mut Reader<'_>, id: ExprId, what: &str) -> Option<Text> {
    let text = literal_text(reader.tree, id);
    if text.is_none() {
        let span = reader.tree.span(id);
        reader.report(value_invalid(what, "a literal string", span));
    }
    text
}

fn aliases(reader: &mut Reader<'_>, id: ExprId) -> Vec<ProviderRef> {
    let tree = reader.tree;
    let Expr::Tuple(items) = tree.expr(id) else {
        let span = tree.span(id);
        reader.report(value_invalid(
            "configuration_aliases",
            "a list of provider references",
            span,
        ));
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in tree.exprs(items) {
        if let Expr::String(_) = tree.expr(*item) {
            reader.report(
                Diagnostic::error("infra::config::value_invalid", "Invalid expression")
                    .detail("A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.")
                    .label(tree.span(*item), "not a reference")
                    .help("remove the quotes"),
            );
            continue;
        }
        found.extend(reference(reader, *item));
    }
    found
}

/// What a `backend "local"` block says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalBackend {
    /// Where the state is, if it says so.
    pub path: Option<Text>,
    /// Where the states of other workspaces are, if it says so.
    pub workspace_dir: Option<Text>,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
    /// Root variables are needed first.
    pub wants_variables: bool,
}

/// Returns what a `backend "local"` block says; other backends are refused.
pub fn local_backend(
    configuration: &Configuration,
    backend: &Backend,
    given: Given<'_>,
) -> LocalBackend {
    let mut local = LocalBackend::default();
    if &*backend.kind.name != "local" {
        let near = nearest(&backend.kind.name, std::iter::once("local"));
        local.diagnostics.push(
            Diagnostic::error("infra::config::backend_unsupported", "Unsupported backend type")
                .detail(format!(
                    "There is no backend of type {:?} here. There are: local.",
                    &*backend.kind.name
                ))
                .label(backend.kind.span, "not supported")
                .help(if near.is_some() { "did you mean `local`?" } else {
                    "write the state to a file with `terraform state pull > terraform.tfstate`, replace the block by `backend \"local\" {}`, and bring the state in with `infra import-state terraform.tfstate`"
                }),
        );
        return local;
    }
    let tree = configuration.tree(backend.span.source);
    let mut reader = Reader { tree, diagnostics: &mut local.diagnostics };
    reader.check_shape(&backend.body, &LOCAL);
    let mut setting = |name: &str| {
        let expression = reader.value(&backend.body, name)?;
        let outcome = early::text(configuration, 0, expression, given);
        reader.diagnostics.extend(outcome.diagnostics);
        local.wants_variables |= outcome.wants_variables;
        outcome.text
    };
    local.path = setting("path");
    local.workspace_dir = setting("workspace_dir");
    local
}
