//! Bodies against schemas: what can be said without evaluating anything.

use super::{
    ProviderPaths, ResourceFacts,
    layout::{Layout, Nested, Slot},
};
use crate::{
    config::{
        Configuration,
        block::ProvisionerBlock,
        report::{
            attribute_missing, attribute_unknown, block_unknown, labels_wrong, property_unknown,
            suggest,
        },
    },
    syntax::tree::{self, Body},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kinds,
    schema::{self, Nesting, Usage},
    source::Span,
    text::Text,
    types::Type,
};
use std::collections::BTreeSet;

/// Arguments that resources have besides those of their schema.
const META_ARGUMENTS: [&str; 4] = ["count", "depends_on", "for_each", "provider"];

/// Blocks that resources have besides those of their schema.
const META_BLOCKS: [&str; 4] = ["connection", "dynamic", "lifecycle", "provisioner"];

/// Checks the bodies of all resources and providers, and the inputs of all calls.
pub(super) fn check(
    configuration: &Configuration,
    facts: &[Vec<ResourceFacts>],
    (kinds, providers): (&Kinds, &ProviderPaths),
    diagnostics: &mut Diagnostics,
) {
    let mut checker = Checker { diagnostics };
    let mut seen = BTreeSet::new();
    for (index, place) in configuration.places.iter().enumerate() {
        checker.inputs(configuration, index);
        if !seen.insert(place.module) {
            continue;
        }
        let module = &configuration.modules[place.module];
        for (block, facts) in module.resources.values().zip(&facts[place.module]) {
            if let Some(kind) = &facts.kind {
                checker.deprecated_type(block.span, kind.schema().block.deprecated.as_ref());
                checker.body(&facts.layout, &block.body, block.span);
            }
            checker.provisioners((&block.provisioners, block.connection.as_ref()), block.span);
        }
        for block in &module.removed {
            checker.provisioners((&block.provisioners, block.connection.as_ref()), block.span);
        }
        let real = module.providers.iter().enumerate().filter(|(_, block)| !block.is_mock);
        for (position, block) in real {
            if let Some(facts) = kinds.provider(providers.type_of_block(index, position)) {
                checker.body(&Layout::of(&facts.config.block), &block.body, block.span);
            }
        }
    }
}

struct Checker<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Checker<'_> {
    fn body(&mut self, layout: &Layout, body: &Body, header: Span) {
        for attribute in &body.attributes {
            self.attribute(layout, attribute);
        }
        for block in &body.blocks {
            self.block(layout, block);
        }
        for entry in &layout.entries {
            match &entry.slot {
                Slot::Attribute(attribute) => {
                    let given = body.attribute(&entry.name).is_some()
                        || (as_blocks(attribute) && count(body, &entry.name).1);
                    if attribute.usage == Usage::Required && !given {
                        self.diagnostics.push(attribute_missing(&entry.name, header));
                    }
                }
                Slot::Block(nested) => self.counts(&entry.name, nested, (body, header)),
            }
        }
    }

    fn provisioners(
        &mut self,
        (provisioners, connection): (&[ProvisionerBlock], Option<&Body>),
        header: Span,
    ) {
        for provisioner in provisioners {
            if let Some(layout) = super::provisioner_layout(&provisioner.kind.name) {
                self.body(layout, &provisioner.body, provisioner.span);
            }
        }
        let inner = provisioners.iter().filter_map(|provisioner| provisioner.connection.as_ref());
        for connection in connection.into_iter().chain(inner) {
            self.body(super::connection_layout(), connection, header);
        }
    }

    fn attribute(&mut self, layout: &Layout, attribute: &tree::Attribute) {
        let name = &attribute.name;
        match layout.find(&name.name).map(|index| &layout.entries[index].slot) {
            Some(Slot::Attribute(schema)) if schema.usage == Usage::Computed => self.diagnostics.push(
                Diagnostic::error("infra::config::attribute_computed", "Value for unconfigurable attribute")
                    .detail(format!("Can't configure a value for {:?}: its value will be decided automatically based on the result of applying this configuration.", &*name.name))
                    .label(attribute.span, "decided by the provider")
                    .help("remove it"),
            ),
            Some(Slot::Attribute(schema)) => self.deprecated(&name.name, name.span, schema.deprecated.as_ref()),
            Some(Slot::Block(_)) => {
                self.diagnostics.push(attribute_unknown(name, std::iter::empty(), true));
            }
            None => {
                let is_block = META_BLOCKS.contains(&&*name.name);
                let known = configurable(layout).chain(META_ARGUMENTS);
                self.diagnostics.push(attribute_unknown(name, known, is_block));
            }
        }
    }

    fn deprecated(&mut self, name: &str, span: Span, why: Option<&Text>) {
        if let Some(why) = why {
            self.diagnostics.push(
                Diagnostic::warning("infra::config::deprecated", format!("`{name}` is deprecated"))
                    .detail(why.clone())
                    .label(span, "deprecated"),
            );
        }
    }

    fn deprecated_type(&mut self, header: Span, why: Option<&Text>) {
        if let Some(why) = why {
            self.diagnostics.push(
                Diagnostic::warning("infra::config::deprecated", "Deprecated Resource")
                    .detail(why.clone())
                    .label(header, "deprecated"),
            );
        }
    }

    fn block(&mut self, layout: &Layout, block: &tree::Block) {
        if &*block.kind.name == "dynamic" {
            self.dynamic(layout, block);
            return;
        }
        match layout.find(&block.kind.name).map(|index| &layout.entries[index].slot) {
            Some(Slot::Block(nested)) => {
                self.labels(nested, block);
                self.body(&nested.layout, &block.body, block.header());
            }
            Some(Slot::Attribute(attribute)) if as_blocks(attribute) => {
                self.body(&object_layout(&attribute.ty), &block.body, block.header());
            }
            Some(Slot::Attribute(_)) => {
                self.diagnostics.push(block_unknown(&block.kind, std::iter::empty(), true));
            }
            None => {
                let known = block_names(layout).chain(META_BLOCKS);
                self.diagnostics.push(block_unknown(&block.kind, known, false));
            }
        }
    }

    fn labels(&mut self, nested: &Nested, block: &tree::Block) {
        let names: &[&str] = if nested.nesting == Nesting::Map { &["key"] } else { &[] };
        self.diagnostics.extend(labels_wrong(block, names));
    }

    fn dynamic(&mut self, layout: &Layout, block: &tree::Block) {
        let [label] = block.labels.as_slice() else {
            let detail = "A dynamic block must have one label: the type of block to make.";
            let found = dynamic_invalid(detail, block.header(), "not one label");
            self.diagnostics.push(found.help("write `dynamic \"TYPE\" { … }`"));
            return;
        };
        for attribute in &block.body.attributes {
            let known = ["for_each", "iterator", "labels"];
            if !known.contains(&&*attribute.name.name) {
                self.diagnostics.push(attribute_unknown(&attribute.name, known.into_iter(), false));
            }
        }
        for inner in block.body.blocks.iter().filter(|inner| &*inner.kind.name != "content") {
            self.diagnostics.push(block_unknown(&inner.kind, ["content"].into_iter(), false));
        }
        if block.body.attribute("for_each").is_none() {
            self.diagnostics.push(attribute_missing("for_each", block.header()));
        }
        let contents: Vec<&tree::Block> = block.body.blocks_of("content").collect();
        let [content] = contents.as_slice() else {
            let detail = "A dynamic block must have exactly one content block.";
            let (span, here) = contents
                .get(1)
                .map_or((block.header(), "no content"), |again| (again.header(), "one too many"));
            let found = dynamic_invalid(detail, span, here);
            self.diagnostics.push(found.help("put the arguments into one `content` block"));
            return;
        };
        match layout.find(&label.text).map(|index| &layout.entries[index].slot) {
            Some(Slot::Block(nested)) => self.body(&nested.layout, &content.body, content.header()),
            Some(Slot::Attribute(attribute)) if as_blocks(attribute) => {
                self.body(&object_layout(&attribute.ty), &content.body, content.header());
            }
            Some(Slot::Attribute(_)) | None => {
                let diagnostic =
                    Diagnostic::error("infra::config::block_unknown", "Unsupported block type")
                        .detail(format!("Blocks of type {:?} are not expected here.", &*label.text))
                        .label(label.span, "not expected here");
                self.diagnostics.push(suggest(diagnostic, &label.text, block_names(layout)));
            }
        }
    }

    fn counts(&mut self, name: &str, nested: &Nested, (body, header): (&Body, Span)) {
        let (written, dynamic) = count(body, name);
        let dynamic = dynamic && written < count_all(body, name);
        self.too_many(name, nested, (written, body));
        let few = (written as u64) < nested.min && !dynamic;
        if few {
            self.diagnostics.push(too_few(name, nested.min, header));
        }
    }

    fn too_many(&mut self, name: &str, nested: &Nested, (written, body): (usize, &Body)) {
        let max = most(nested);
        if max.is_some_and(|max| written as u64 > max) {
            let extra = body.blocks_of(name).nth(usize::try_from(max.unwrap_or(0)).unwrap_or(0));
            let span = extra.map_or(body.span, tree::Block::header);
            self.diagnostics.push(too_many(name, max.unwrap_or(0), span));
        }
    }

    /// Checks the inputs of the calls of a place against the variables of the called modules.
    fn inputs(&mut self, configuration: &Configuration, place: usize) {
        let module = configuration.module_at(place);
        for (index, call) in module.calls.values().enumerate() {
            let Some(child) = configuration.places[place].children.get(index).copied().flatten()
            else {
                continue;
            };
            let variables = &configuration.module_at(child).variables;
            for (name, _) in &call.inputs {
                let deprecated =
                    variables.get(&name.name).and_then(|variable| variable.deprecated.as_ref());
                self.deprecated(&name.name, name.span, deprecated);
                if !variables.contains_key(&name.name) {
                    let known = variables.keys().map(|n| &**n);
                    let is_json = configuration.tree(name.span.source).is_json(name.span.source);
                    self.diagnostics.push(if is_json {
                        property_unknown(name, known)
                    } else {
                        attribute_unknown(name, known, false)
                    });
                }
            }
            for variable in variables.values().filter(|variable| variable.default.is_none()) {
                let name = &variable.name.name;
                if !call.inputs.iter().any(|(given, _)| given.name == *name) {
                    let missing = attribute_missing(name, call.span);
                    self.diagnostics
                        .push(missing.label(variable.span, "a variable without a default"));
                }
            }
        }
    }
}

fn dynamic_invalid(detail: &str, span: Span, here: &str) -> Diagnostic {
    Diagnostic::error("infra::config::dynamic_invalid", "Invalid dynamic block")
        .detail(detail)
        .label(span, here)
}

/// Returns the greatest number of blocks of a type.
pub(crate) fn most(nested: &Nested) -> Option<u64> {
    match nested.nesting {
        Nesting::Single | Nesting::Group => Some(1),
        Nesting::List | Nesting::Set | Nesting::Map => nested.max,
    }
}

/// Reports that blocks are missing.
pub(crate) fn too_few(name: &str, min: u64, span: Span) -> Diagnostic {
    Diagnostic::error("infra::config::blocks_too_few", format!("Insufficient {name} blocks"))
        .detail(format!(
            "At least {min} {name:?} block{} required.",
            if min == 1 { " is" } else { "s are" }
        ))
        .label(span, format!("`{name}` is missing"))
        .help(format!("add `{name} {{ … }}`"))
}

/// Reports that there are more blocks than there may be.
pub(crate) fn too_many(name: &str, max: u64, span: Span) -> Diagnostic {
    Diagnostic::error("infra::config::blocks_too_many", format!("Too many {name} blocks"))
        .detail(format!(
            "No more than {max} {name:?} block{} allowed.",
            if max == 1 { " is" } else { "s are" }
        ))
        .label(span, "one too many")
        .help("merge them, or remove what is too much")
}

fn configurable(layout: &Layout) -> impl Iterator<Item = &str> {
    layout.entries.iter().filter_map(|entry| match &entry.slot {
        Slot::Attribute(attribute) if attribute.usage == Usage::Computed => None,
        Slot::Attribute(_) | Slot::Block(_) => Some(&*entry.name),
    })
}

fn block_names(layout: &Layout) -> impl Iterator<Item = &str> {
    let is_block = |entry: &&super::layout::Entry| matches!(entry.slot, Slot::Block(_));
    layout.entries.iter().filter(is_block).map(|entry| &*entry.name)
}

/// Returns the number of plain blocks of a type, and whether there is any of it, dynamic ones counted.
fn count(body: &Body, name: &str) -> (usize, bool) {
    let written = body.blocks_of(name).count();
    (written, written > 0 || count_all(body, name) > 0)
}

fn count_all(body: &Body, name: &str) -> usize {
    let dynamic =
        |block: &&tree::Block| block.labels.first().is_some_and(|label| *label.text == *name);
    body.blocks_of(name).count() + body.blocks_of("dynamic").filter(dynamic).count()
}

/// Returns whether an attribute may be written as blocks: a list or set of objects.
pub(crate) fn as_blocks(attribute: &schema::Attribute) -> bool {
    attribute.ty.is_collection()
        && !matches!(attribute.ty, Type::Map(_))
        && matches!(attribute.ty.element(), Some(Type::Object(_)))
}

/// Returns the layout of the blocks that an attribute may be written as.
pub(crate) fn object_layout(ty: &Type) -> Layout {
    let Some(Type::Object(object)) = ty.element() else { return Layout::default() };
    let attributes = object.attributes.iter().map(|(name, ty)| {
        let usage =
            if object.optional.contains(name) { Usage::Optional } else { Usage::OptionalComputed };
        (name.clone(), schema::Attribute::new(ty.clone(), usage))
    });
    Layout::of(&schema::Block::of(attributes))
}
