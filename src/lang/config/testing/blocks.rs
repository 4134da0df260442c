//! The outermost blocks of a test file.

use super::{
    super::{
        ExprAt, Module,
        block::ProviderBlock,
        provider,
        read::{Reader, Shape, literal_text},
        report::block_unknown,
    },
    Override, OverrideSort, Reading, TestFile, invalid, mocks, runs, written,
};
use crate::syntax::tree::{Block, Expr, File, Ident, Tree};
use infra_model::{source::Span, text::Text};

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
                        format!(
                            "This test file already has a variables block defined at {}.",
                            place(reader.tree, name, first.header())
                        ),
                    )
                    .label(block.header(), "one too many")
                    .label(first.header(), "the first one")
                    .help("merge them"),
                ),
            },
            "provider" => {
                if is_new(reader, &providers, (name, block)) {
                    provider::read(reader, &mut providers, block);
                }
            }
            "mock_provider" => {
                if is_new(reader, &providers, (name, block)) {
                    let into = (&mut providers, &mut test.mocks);
                    mocks::read(reading, (name, &file.tree, block), into);
                }
            }
            "test" => reader.check_shape(&block.body, &TEST),
            kind => match override_sort(kind) {
                Some(sort) => override_block(reader, (name, block, sort), &mut test.overrides),
                None => reader.report(block_unknown(&block.kind, BLOCKS.into_iter(), false)),
            },
        }
    }
    test.providers = providers.providers;
    for provider in &mut test.providers {
        provider.is_of_test = true;
    }
    test
}

/// Reports a provider whose name and alias another block of the file has.
fn is_new(reader: &mut Reader<'_>, providers: &Module, (file, block): (&str, &Block)) -> bool {
    let Some(label) = block.labels.first() else { return true };
    let alias = block.body.attribute("alias").and_then(|a| literal_text(reader.tree, a.value));
    let same = |other: &&ProviderBlock| {
        other.name.name == label.text && other.alias.as_ref().map(|a| &a.name) == alias.as_ref()
    };
    let Some(first) = providers.providers.iter().find(same) else { return true };
    let name = match &alias {
        Some(alias) => format!("{}.{alias}", label.text),
        None => label.text.to_string(),
    };
    let at = place(reader.tree, file, first.name.span);
    let detail = format!("A provider for {name} is already defined at {at}.");
    let span = first.span;
    reader.report(
        invalid("Duplicate provider block", detail)
            .label(block.header(), "again")
            .label(span, "the first one")
            .help("give one of them an `alias` of its own"),
    );
    false
}

/// Returns a place in a file as Terraform writes it.
pub(super) fn place(tree: &Tree, file: &str, span: Span) -> String {
    let text = tree.text();
    let at = |byte: u32| {
        let before = text.get(..byte as usize).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        (line, before.rsplit('\n').next().unwrap_or("").chars().count() + 1)
    };
    let ((line, from), (_, to)) = (at(span.start), at(span.end));
    format!("{}:{line},{from}-{to}", file.trim_start_matches("./"))
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

/// Reads an `override_` block; one of a target that has one already is refused.
pub(super) fn override_block(
    reader: &mut Reader<'_>,
    (file, block, sort): (&str, &Block, OverrideSort),
    overrides: &mut Vec<Override>,
) {
    let Some(one) = one_override(reader, block, sort) else { return };
    let target = |one: &Override| written(reader.tree, one.target.id).to_owned();
    let wanted = target(&one);
    let is_here = |other: &&Override| other.target.source == one.target.source;
    let same = |other: &&Override| is_here(other) && other.sort == sort && target(other) == wanted;
    let Some(first) = overrides.iter().find(same) else { return overrides.push(one) };
    let (kind, span) = (&block.kind.name, first.span);
    let at = place(reader.tree, file, span);
    reader.report(
        invalid(
            format!("Duplicate {kind} block"),
            format!("An {kind} block targeting {wanted} has already been defined at {at}."),
        )
        .label(block.header(), "again")
        .label(span, "the first one")
        .help("remove one of them"),
    );
}

fn one_override(reader: &mut Reader<'_>, block: &Block, sort: OverrideSort) -> Option<Override> {
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
                "Missing target attribute",
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
    let text = written(reader.tree, target.id);
    let span = reader.tree.span(target.id);
    if matches!(reader.tree.expr(target.id), Expr::String(_)) {
        reader.report(
            invalid(
                "Invalid expression",
                "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, function calls, template expressions, etc are allowed here.",
            )
            .label(span, "not a reference")
            .help("remove the quotes"),
        );
        return None;
    }
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
            "Invalid override target",
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
    let article = if name.starts_with('o') { "an" } else { "a" };
    reader.report(
        invalid(
            format!("Invalid {name} attribute"),
            format!(
                "{} blocks must specify {article} {name} attribute that is an object.",
                block.kind.name
            ),
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
