//! `mock_provider` blocks, and the mock files that they name.

use super::{
    super::{
        Module,
        block::ProviderBlock,
        provider,
        read::{Reader, Shape},
        report::block_unknown,
    },
    MockKind, MockProvider, Reading, blocks, invalid, unreadable,
};
use crate::syntax::tree::{Block, Body, Tree};
use infra_model::{
    address::{KindName, Mode},
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
    let mut mock = MockProvider { name, alias, kinds: Vec::new(), overrides: Vec::new(), at_plan };
    let source = reader.text(&block.body, "source");
    body(reader, (file, &block.body), &mut mock);
    if let Some(source) = source {
        files(reading, (&source, tree, block), &mut mock);
    }
    mocks.push(mock);
}

/// Reads the files of a directory; what the block says itself comes first and wins.
fn files(
    reading: &mut Reading<'_>,
    (source, tree, block): (&Text, &Tree, &Block),
    mock: &mut MockProvider,
) {
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
            return;
        }
    };
    for (name, stat) in names {
        let wanted = name.ends_with(".tfmock.hcl") || name.ends_with(".tfmock.json");
        if stat != Stat::File || !wanted {
            continue;
        }
        let path = format!("{}/{name}", source.trim_end_matches('/'));
        match reading.parse(&path) {
            Ok(Some(file)) => {
                let reader = &mut reading.reader(&file.tree);
                reader.check_shape(&file.body, &FILE);
                body(reader, (&path, &file.body), mock);
            }
            Ok(None) => {}
            Err(error) => reading.diagnostics.push(unreadable(&error).label(span, "named here")),
        }
    }
}

fn body(reader: &mut Reader<'_>, (file, body): (&str, &Body), mock: &mut MockProvider) {
    let own = mock.kinds.len();
    for block in &body.blocks {
        let mode = match &*block.kind.name {
            "mock_resource" => Mode::Managed,
            "mock_data" => Mode::Data,
            other => {
                if let Some(sort) = blocks::override_sort(other) {
                    blocks::override_block(reader, (file, block, sort), &mut mock.overrides);
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
        let same = |other: &&MockKind| other.mode == mode && other.kind == kind;
        if let Some(first) = mock.kinds[own..].iter().find(same) {
            let (what, span) = (&block.kind.name, first.span);
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
        if !mock.kinds.iter().any(|other| same(&other)) {
            mock.kinds.push(MockKind { mode, kind, defaults, at_plan, span: block.header() });
        }
    }
}
