//! `mock_provider` blocks, and the mock files that they name.

use super::{
    super::{
        Module,
        block::ProviderBlock,
        provider,
        read::{Reader, Shape},
        report::block_unknown,
    },
    MockKind, MockProvider, Override, Reading, blocks, invalid, unreadable, written,
};
use crate::syntax::tree::{Block, Body, Tree};
use infra_model::{
    address::{KindName, Mode},
    diagnostic::Diagnostics,
    source::Span,
    sources::Stat,
    text::Text,
};

const PROVIDER: Shape = Shape {
    attributes: &["alias", "source", "override_during"],
    blocks: &["mock_resource", "mock_data", "override_resource", "override_data"],
};
const FILE: Shape = Shape { attributes: &[], blocks: PROVIDER.blocks };
const KIND: Shape = Shape { attributes: &["defaults", "override_during"], blocks: &[] };

/// Reads one block: a provider block without a body, and what the mock gives.
pub(super) fn read(
    reading: &mut Reading<'_>,
    (file, tree, block): (&str, &Tree, &Block),
    (module, mocks): (&mut Module, &mut Vec<MockProvider>),
) {
    let reader = &mut reading.reader(tree);
    reader.check_shape(&block.body, &PROVIDER);
    let before = module.providers.len();
    let mut bare = block.clone();
    bare.body.blocks.clear();
    bare.body.attributes.retain(|attribute| &*attribute.name.name == "alias");
    provider::read(reader, module, &bare);
    if module.providers.len() == before {
        return;
    }
    let Some(added) = module.providers.last_mut() else { return };
    added.is_mock = true;
    let ProviderBlock { name, alias, .. } = added.clone();
    let at_plan = blocks::during(reader, block).unwrap_or(false);
    let source = reader.text(&block.body, "source");
    let mut given = body(reader, (file, &block.body));
    if let Some(source) = source {
        let filed = files(reading, (&source, tree, block));
        given.add(filed);
    }
    let Given { kinds, overrides } = given;
    mocks.push(MockProvider { name, alias, kinds, overrides, at_plan });
}

/// What a body says of kinds and instances.
#[derive(Default)]
struct Given {
    kinds: Vec<MockKind>,
    overrides: Vec<Override>,
}

impl Given {
    /// Adds what another body says; what this one says itself comes first and wins.
    fn add(&mut self, other: Self) {
        for kind in other.kinds {
            if !self.kinds.iter().any(|own| is_same(own, &kind)) {
                self.kinds.push(kind);
            }
        }
        self.overrides.extend(other.overrides);
    }
}

fn is_same(one: &MockKind, other: &MockKind) -> bool {
    one.mode == other.mode && one.kind == other.kind
}

/// Reads the files of a directory, none of which may repeat another.
fn files(reading: &mut Reading<'_>, (source, tree, block): (&Text, &Tree, &Block)) -> Given {
    let mut all = Given::default();
    let span = block.body.attribute("source").map_or(block.header(), |a| tree.span(a.value));
    let names = match reading.sources.list(source) {
        Ok(names) => names,
        Err(error) => {
            let detail = format!(
                "Mock data directory {source} does not exist or cannot be read: {}.",
                error.reason
            );
            reading.diagnostics.push(
                invalid("Failed to read mock data directory", detail)
                    .label(span, "named here")
                    .help("correct the path: it starts at the directory of the configuration"),
            );
            return all;
        }
    };
    for (name, stat) in names {
        let wanted = name.ends_with(".tfmock.hcl") || name.ends_with(".tfmock.json");
        if stat != Stat::File || !wanted {
            continue;
        }
        let path = format!("{}/{name}", source.trim_end_matches('/'));
        let path = path.trim_start_matches("./");
        match reading.parse(path) {
            Ok(Some(file)) => {
                let reader = &mut reading.reader(&file.tree);
                reader.check_shape(&file.body, &FILE);
                let given = body(reader, (path, &file.body));
                let again = repeated(reading, &all, &given);
                reading.diagnostics.extend(again);
                all.add(given);
            }
            Ok(None) => {}
            Err(error) => reading.diagnostics.push(unreadable(&error).label(span, "named here")),
        }
    }
    all
}

/// Reports what a file says that a file before it has said.
fn repeated(reading: &Reading<'_>, before: &Given, given: &Given) -> Diagnostics {
    let again = |what: &str, detail: String, (first, span): (Span, Span)| {
        let trees = &reading.trees;
        let at = trees.get(first.source.0 as usize);
        let at = at.map_or(String::new(), |(file, tree)| blocks::place(tree, file, first));
        invalid(format!("Duplicate {what} block"), format!("{detail} already exists at {at}."))
            .label(span, "again")
            .label(first, "the first one")
            .help("remove one of them")
    };
    let kinds = given.kinds.iter().filter_map(|kind| {
        let first = before.kinds.iter().find(|first| is_same(first, kind))?;
        let block = if kind.mode == Mode::Data { "mock_data" } else { "mock_resource" };
        let detail = format!("A {block} \"{}\" block", kind.kind);
        Some(again("mock resource", detail, (first.span, kind.span)))
    });
    let target = |one: &Override| {
        let tree = reading.trees.get(one.target.source.0 as usize);
        tree.map_or(String::new(), |(_, tree)| written(tree, one.target.id).to_owned())
    };
    let overrides = given.overrides.iter().filter_map(|one| {
        let wanted = target(one);
        let first = before.overrides.iter().find(|first| target(first) == wanted)?;
        let detail = format!("An override block for {wanted}");
        Some(again("override", detail, (first.span, one.span)))
    });
    kinds.chain(overrides).collect()
}

fn body(reader: &mut Reader<'_>, (file, body): (&str, &Body)) -> Given {
    let mut given = Given::default();
    for block in &body.blocks {
        let mode = match &*block.kind.name {
            "mock_resource" => Mode::Managed,
            "mock_data" => Mode::Data,
            other => {
                if let Some(sort) = blocks::override_sort(other) {
                    blocks::override_block(reader, (file, block, sort), &mut given.overrides);
                }
                continue;
            }
        };
        let Some(labels) = reader.labels(block, &["type"]) else { continue };
        let Some(label) = labels.into_iter().next() else { continue };
        reader.check_shape(&block.body, &KIND);
        for inner in &block.body.blocks {
            reader.report(block_unknown(&inner.kind, std::iter::empty(), false));
        }
        let kind = KindName(label.name.clone());
        let defaults = blocks::object(reader, block, "defaults");
        let at_plan = blocks::during(reader, block);
        let read = MockKind { mode, kind, defaults, at_plan, span: block.header() };
        if let Some(first) = given.kinds.iter().find(|first| is_same(first, &read)) {
            let (what, kind, span) = (&block.kind.name, &read.kind, first.span);
            let at = blocks::place(reader.tree, file, span);
            let found = invalid(
                format!("Duplicate {what} block"),
                format!("A {what} block for {kind} has already been defined at {at}."),
            );
            reader.report(
                found
                    .label(block.header(), "again")
                    .label(span, "the first one")
                    .help("merge them"),
            );
            continue;
        }
        given.kinds.push(read);
    }
    given
}
