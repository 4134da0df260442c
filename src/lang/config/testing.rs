//! Test files (`*.tftest.hcl`, `*.tftest.json`): the blocks of one file, and of the mock files it names, as data.
//!
//! A test file stands beside a configuration: its expressions refer to the module that a run is
//! about. So its trees come first in the configuration of every run ([`TestFile::trees`]), with the
//! same source ids in all of them. Running is the command line's business.

mod blocks;
mod mocks;
mod runs;
mod scope;
mod subject;

pub use scope::{Standing, TestScope};
pub use subject::{ModuleStandIn, Subject};

use super::{
    ExprAt,
    block::{ProviderBlock, ProviderRef, Rule},
    load::{Called, Unparsed, parse},
    read::{Reader, literal_text},
};
use crate::{
    index::number,
    syntax::{
        parse_expression,
        references::references,
        tree::{Expr, ExprId, File, Ident, ObjectKey, StepKind, Tree},
    },
};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    source::{SourceId, SourceMap, Span},
    sources::{SourceError, Sources},
    text::Text,
};
use std::sync::Arc;

/// A test file.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// Its path as the user would type it.
    pub name: Text,
    /// The text of [`TestFile::null`], this file, and the mock files, in the order of their ids.
    pub trees: Vec<(Text, Arc<Tree>)>,
    /// Values for all runs.
    pub variables: Vec<(Ident, ExprAt)>,
    /// `provider` and `mock_provider` blocks, mocks without a body.
    pub providers: Vec<ProviderBlock>,
    /// What the mocked ones give.
    pub mocks: Vec<MockProvider>,
    /// Stand-ins for all runs.
    pub overrides: Vec<Override>,
    /// The runs in the order of the text.
    pub runs: Vec<RunBlock>,
    /// An expression that is null.
    pub null: ExprAt,
}

/// A `run` block.
#[derive(Clone, Debug)]
pub struct RunBlock {
    /// Its name.
    pub name: Ident,
    /// Only plan.
    pub is_plan: bool,
    /// How to plan.
    pub options: PlanOptions,
    /// Values for this run.
    pub variables: Vec<(Ident, ExprAt)>,
    /// The module under test, if it is not that of the directory.
    pub module: Option<Called>,
    /// Which of the file's providers stand for which of the module's.
    pub providers: Vec<(ProviderRef, ProviderRef)>,
    /// It says which, if only that there are none.
    pub names_providers: bool,
    /// What must hold.
    pub assertions: Vec<Rule>,
    /// What must fail.
    pub expect_failures: Vec<ExprAt>,
    /// Stand-ins for this run.
    pub overrides: Vec<Override>,
    /// The state it works on, if named.
    pub state_key: Option<Text>,
    /// Its header.
    pub span: Span,
}

/// A `plan_options` block.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// Only record what has changed outside.
    pub refresh_only: bool,
    /// Look at what is really there.
    pub refresh: bool,
    /// Instances to replace.
    pub replace: Vec<ExprAt>,
    /// Only these and what they need.
    pub targets: Vec<ExprAt>,
}

/// A `mock_provider` block.
#[derive(Clone, Debug)]
pub struct MockProvider {
    /// The local name.
    pub name: Ident,
    /// The alias.
    pub alias: Option<Ident>,
    /// What its kinds give.
    pub kinds: Vec<MockKind>,
    /// Stand-ins for instances.
    pub overrides: Vec<Override>,
    /// Its values are known while planning, unless a block in it says otherwise.
    pub at_plan: bool,
}

/// A `mock_resource` or `mock_data` block.
#[derive(Clone, Debug)]
pub struct MockKind {
    /// Resource or data source.
    pub mode: Mode,
    /// The type.
    pub kind: KindName,
    /// Values for what the configuration does not give.
    pub defaults: Option<ExprAt>,
    /// They are known while planning; the provider says if this does not.
    pub at_plan: Option<bool>,
    /// Its header.
    pub span: Span,
}

/// An `override_resource`, `override_data` or `override_module` block.
#[derive(Clone, Debug)]
pub struct Override {
    /// What it stands in for.
    pub sort: OverrideSort,
    /// The address.
    pub target: ExprAt,
    /// The values or outputs.
    pub values: Option<ExprAt>,
    /// They are known while planning.
    pub at_plan: Option<bool>,
    /// Its header.
    pub span: Span,
}

/// What an override stands in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideSort {
    /// A resource.
    Resource,
    /// A data source.
    Data,
    /// A module call.
    Module,
}

/// The name under which the text of [`TestFile::null`] is kept.
const NO_VALUE: &str = "(no value)";

/// What reading a test file collects.
struct Reading<'a> {
    sources: &'a dyn Sources,
    map: SourceMap,
    trees: Vec<(Text, Arc<Tree>)>,
    diagnostics: Diagnostics,
}

/// Reads a test file and the mock files it names.
pub fn read(sources: &dyn Sources, path: &str) -> (Option<TestFile>, SourceMap, Diagnostics) {
    let mut map = SourceMap::default();
    let (null, _) = parse_expression(map.add(NO_VALUE, "null"), "null");
    let trees = vec![(Text::from(NO_VALUE), Arc::clone(&null.tree))];
    let null = ExprAt { source: null.tree.source(), id: null.root };
    let mut reading = Reading { sources, map, trees, diagnostics: Vec::new() };
    let test = match reading.parse(path) {
        Ok(file) => file.map(|file| blocks::read(&mut reading, (path, &file), null)),
        Err(error) => {
            reading.diagnostics.push(unreadable(&error));
            None
        }
    };
    let Reading { map, trees, diagnostics, .. } = reading;
    (test.map(|test| TestFile { trees, ..test }), map, diagnostics)
}

impl Reading<'_> {
    /// Reads and parses a file; none if its text is wrong.
    fn parse(&mut self, path: &str) -> Result<Option<File>, SourceError> {
        let bytes = self.sources.read(path)?;
        let source = next_source(&self.map);
        let (file, found) = parse(&Unparsed { source, name: Text::from(path), bytes });
        self.map.add(path, file.tree.text().clone());
        self.trees.push((Text::from(path), Arc::clone(&file.tree)));
        let failed = has_errors(&found);
        self.diagnostics.extend(found);
        Ok((!failed).then_some(file))
    }

    fn reader<'r>(&'r mut self, tree: &'r Tree) -> Reader<'r> {
        Reader { tree, diagnostics: &mut self.diagnostics }
    }
}

/// Returns the text of an expression without the quotes around a string.
fn written(tree: &Tree, id: ExprId) -> &str {
    match tree.expr(id) {
        Expr::String(symbol) => tree.symbol(symbol),
        _ => tree.source_text(id),
    }
}

fn next_source(map: &SourceMap) -> SourceId {
    SourceId(number(map.files().len()))
}

fn unreadable(error: &SourceError) -> Diagnostic {
    invalid("Failed to read test file", format!("{}: {}.", error.path, error.reason))
        .help("correct the path, or make it readable")
}

/// A mistake in the blocks of a test file.
fn invalid(summary: impl Into<Text>, detail: impl Into<Text>) -> Diagnostic {
    Diagnostic::error("infra::config::test_invalid", summary).detail(detail)
}

impl TestFile {
    /// Returns the text of an expression as it is written, without the quotes around a string.
    pub fn written(&self, expression: ExprAt) -> &str {
        match self.trees.get(expression.source.0 as usize) {
            Some((_, tree)) => written(tree, expression.id),
            None => "",
        }
    }

    /// Returns the references of an expression: the name of each root, the name behind it, and the
    /// whole.
    pub fn references(&self, expression: ExprAt) -> Vec<(Text, Text, ExprAt)> {
        let Some((_, tree)) = self.trees.get(expression.source.0 as usize) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for id in references(tree, expression.id) {
            let Expr::Traversal { root, steps } = tree.expr(id) else { continue };
            let Some(StepKind::Attribute(name)) = tree.steps(steps).first().map(|step| step.kind)
            else {
                continue;
            };
            let whole = ExprAt { source: expression.source, id };
            found.push((tree.symbol(root).clone(), tree.symbol(name).clone(), whole));
        }
        found
    }

    /// Returns all expressions of a provider block, those of its nested blocks included.
    pub fn arguments(&self, block: &ProviderBlock) -> Vec<ExprAt> {
        let mut found = Vec::new();
        let mut bodies = vec![&block.body];
        while let Some(body) = bodies.pop() {
            let source = block.span.source;
            found.extend(body.attributes.iter().map(|a| ExprAt { source, id: a.value }));
            bodies.extend(body.blocks.iter().map(|inner| &inner.body));
        }
        found
    }

    /// Returns the members of an object as written, by name; those with another key are left out.
    pub fn members(&self, object: ExprAt) -> Vec<(Text, ExprAt)> {
        let Some((_, tree)) = self.trees.get(object.source.0 as usize) else { return Vec::new() };
        let Expr::Object(items) = tree.expr(object.id) else { return Vec::new() };
        let mut members = Vec::new();
        for item in tree.items(items) {
            let name = match item.key {
                ObjectKey::Name(symbol) => Some(tree.symbol(symbol).clone()),
                ObjectKey::Expression(key) => literal_text(tree, key),
            };
            let value = ExprAt { source: object.source, id: item.value };
            members.extend(name.map(|name| (name, value)));
        }
        members
    }

    /// Returns the place of an expression.
    pub fn span(&self, expression: ExprAt) -> Span {
        match self.trees.get(expression.source.0 as usize) {
            Some((_, tree)) => tree.span(expression.id),
            None => Span::new(expression.source, 0, 0),
        }
    }
}
