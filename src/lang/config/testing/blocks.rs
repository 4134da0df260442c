//! The outermost blocks of a test file.

use super::{
    super::{
        ExprAt, Module, provider,
        read::{Reader, Shape},
        report::block_unknown,
    },
    Override, OverrideSort, Reading, TestFile, invalid, mocks, runs,
};
use crate::syntax::tree::{Block, Expr, File, Ident};
use infra_model::text::Text;

const BLOCKS: [&str; 8] = [
    "run",
    "variables",
    "provider",
    "mock_provider",
    "override_resource",
    "override_data",
    "override_module",
    "test",
];

const TEST: Shape = Shape { attributes: &["parallel"], blocks: &[] };

/// Reads the blocks of a file.
pub(super) fn read(
    reading: &mut Reading<'_>,
    (name, file): (&str, &File),
    null: ExprAt,
) -> TestFile {
    let mut test = TestFile {
        name: Text::from(name),
        trees: Vec::new(),
        variables: Vec::new(),
        providers: Vec::new(),
        mocks: Vec::new(),
        overrides: Vec::new(),
        runs: Vec::new(),
        null,
    };
    let mut providers = Module::default();
    let mut variables: Option<&Block> = None;
    for attribute in &file.body.attributes {
        let is_block = BLOCKS.contains(&&*attribute.name.name);
        reading.reader(&file.tree).unknown(&attribute.name, BLOCKS.into_iter(), is_block);
    }
    for block in &file.body.blocks {
        let reader = &mut reading.reader(&file.tree);
        match &*block.kind.name {
            "run" => runs::read(reader, &mut test.runs, (name, block)),
            "variables" => match variables {
                None => {
                    variables = Some(block);
                    test.variables = values(reader, block);
                }
                Some(first) => reader.report(
                    invalid(
                        "Multiple \"variables\" blocks",
                        again("variables", name, reader, first),
                    )
                    .label(block.header(), "one too many")
                    .label(first.header(), "the first one")
                    .help("merge them"),
                ),
            },
            "provider" => provider::read(reader, &mut providers, block),
            "mock_provider" => {
                mocks::read(reading, (&file.tree, block), (&mut providers, &mut test.mocks));
            }
            "test" => reader.check_shape(&block.body, &TEST),
            kind => match override_sort(kind) {
                Some(sort) => test.overrides.extend(override_block(reader, block, sort)),
                None => reader.report(block_unknown(&block.kind, BLOCKS.into_iter(), false)),
            },
        }
    }
    test.providers = providers.providers;
    test
}

/// Says that a file has a block already, and where.
pub(super) fn again(what: &str, file: &str, reader: &Reader<'_>, first: &Block) -> String {
    let text = reader.tree.text();
    let at = |byte: u32| {
        let before = text.get(..byte as usize).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        (line, before.rsplit('\n').next().unwrap_or("").chars().count() + 1)
    };
    let header = first.header();
    let ((line, from), (_, to)) = (at(header.start), at(header.end));
    format!("This test file already has a {what} block defined at {file}:{line},{from}-{to}.")
}

/// Returns the assignments of a `variables` block.
pub(super) fn values(reader: &mut Reader<'_>, block: &Block) -> Vec<(Ident, ExprAt)> {
    reader.labels(block, &[]);
    for inner in &block.body.blocks {
        reader.report(block_unknown(&inner.kind, std::iter::empty(), true));
    }
    block.body.attributes.iter().map(|a| (a.name.clone(), reader.at(a.value))).collect()
}

/// Returns what an `override_` block stands in for.
pub(super) fn override_sort(kind: &str) -> Option<OverrideSort> {
    match kind {
        "override_resource" => Some(OverrideSort::Resource),
        "override_data" => Some(OverrideSort::Data),
        "override_module" => Some(OverrideSort::Module),
        _ => None,
    }
}

const VALUES: Shape = Shape { attributes: &["target", "values", "override_during"], blocks: &[] };
const OUTPUTS: Shape = Shape { attributes: &["target", "outputs", "override_during"], blocks: &[] };

/// Reads an `override_` block.
pub(super) fn override_block(
    reader: &mut Reader<'_>,
    block: &Block,
    sort: OverrideSort,
) -> Option<Override> {
    reader.labels(block, &[]);
    let (shape, name) = match sort {
        OverrideSort::Module => (&OUTPUTS, "outputs"),
        OverrideSort::Resource | OverrideSort::Data => (&VALUES, "values"),
    };
    reader.check_shape(&block.body, shape);
    let kind = &block.kind.name;
    let Some(target) = reader.value(&block.body, "target") else {
        reader.report(
            invalid(
                format!("Missing {kind} target"),
                format!("{kind} blocks must specify a target address."),
            )
            .label(block.header(), "`target` is missing")
            .help("add `target = …`"),
        );
        return None;
    };
    let target = target_of(reader, target, sort)?;
    let values = object(reader, block, name);
    let at_plan = during(reader, block);
    Some(Override { sort, target, values, at_plan, span: block.header() })
}

/// Checks that a target is of the sort that its block is for.
fn target_of(reader: &mut Reader<'_>, target: ExprAt, sort: OverrideSort) -> Option<ExprAt> {
    use infra_model::address::{Address, Mode, ModuleAddress};
    let text = reader.tree.source_text(target.id);
    let span = reader.tree.span(target.id);
    let is_module = text.parse::<ModuleAddress>().is_ok();
    let mode = text.parse::<Address>().ok().map(|address| address.mode);
    let (is_right, wanted, block) = match sort {
        OverrideSort::Module => (is_module, "modules", "override_module"),
        OverrideSort::Resource => (mode == Some(Mode::Managed), "resources", "override_resource"),
        OverrideSort::Data => (mode == Some(Mode::Data), "data sources", "override_data"),
    };
    if is_right {
        return Some(target);
    }
    reader.report(
        invalid(
            format!("Invalid {block} target"),
            format!("You can only target {wanted} from {block} blocks, not {text}."),
        )
        .label(span, "another sort of thing")
        .help("use the block for what the address names"),
    );
    None
}

/// Returns an argument that must be an object.
pub(super) fn object(reader: &mut Reader<'_>, block: &Block, name: &str) -> Option<ExprAt> {
    let value = reader.value(&block.body, name)?;
    if matches!(reader.tree.expr(value.id), Expr::Object(_) | Expr::Invalid) {
        return Some(value);
    }
    reader.report(
        invalid(
            format!("Invalid `{name}` attribute"),
            format!("The attribute `{name}` must be an object."),
        )
        .label(reader.tree.span(value.id), "not an object")
        .help("write it in braces"),
    );
    None
}

/// Reads `override_during`.
pub(super) fn during(reader: &mut Reader<'_>, block: &Block) -> Option<bool> {
    let attribute = block.body.attribute("override_during")?;
    match reader.tree.source_text(attribute.value) {
        "plan" => Some(true),
        "apply" => Some(false),
        _ => {
            let span = reader.tree.span(attribute.value);
            reader.report(
                invalid(
                    "Invalid override_during value",
                    "The override_during attribute must be a value of plan or apply.",
                )
                .label(span, "neither plan nor apply")
                .help("write `plan` or `apply`"),
            );
            None
        }
    }
}
