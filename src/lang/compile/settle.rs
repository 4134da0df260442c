//! Bodies in JSON syntax against schemas: which members are blocks, and which name nothing.
//!
//! A JSON file says nothing of what is a block, so the bodies that a schema describes come with all
//! members as arguments. Here those that the schema calls blocks become blocks. What is wrong
//! with an object only if it is a value (a name that is repeated) is told at the end, of those
//! objects that stayed values.

use super::{
    ProviderPaths, ResourceFacts,
    layout::{Layout, Slot},
    shape::{as_blocks, object_layout},
};
use crate::{
    config::{
        Configuration,
        block::ProvisionerBlock,
        json::no_block,
        report::{property_repeated, property_unknown},
    },
    syntax::tree::{
        Attribute, Block, Body, ByteRange, Expr, ExprId, Ident, Label, ObjectItem, ObjectKey, Tree,
    },
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    kind::Kinds,
    schema::Nesting,
    source::Span,
    text::Text,
};
use std::{collections::BTreeSet, sync::Arc};

/// Settles the bodies of all resources and providers.
pub(super) fn settle(
    configuration: &mut Configuration,
    facts: &[Vec<ResourceFacts>],
    (kinds, providers): (&Kinds, &ProviderPaths),
    diagnostics: &mut Diagnostics,
) {
    if configuration.trees.iter().all(|tree| tree.json.is_empty()) {
        return;
    }
    let first = configuration.first_places();
    let mut settler = Settler { trees: &configuration.trees, bodies: BTreeSet::new(), diagnostics };
    for (index, module) in configuration.modules.iter_mut().enumerate() {
        for (block, facts) in module.resources.values_mut().zip(&facts[index]) {
            let source = block.span;
            if facts.kind.is_some() {
                settler.body(source, &facts.layout, &mut block.body);
            }
            block.provisioners.iter_mut().for_each(|inner| settler.provisioner(inner));
            if let Some(connection) = &mut block.connection {
                settler.body(source, super::connection_layout(), connection);
            }
        }
        for (position, block) in module.providers.iter_mut().enumerate() {
            if let Some(facts) = kinds.provider(providers.type_of_block(first[index], position)) {
                settler.body(block.span, &Layout::of(&facts.config.block), &mut block.body);
            }
        }
        let removed = module.removed.iter_mut().flat_map(|block| &mut block.provisioners);
        removed.for_each(|inner| settler.provisioner(inner));
    }
    settler.doubts();
}

struct Settler<'a> {
    trees: &'a [Arc<Tree>],
    /// Objects that turned out to be bodies, by the first file of their tree.
    bodies: BTreeSet<(u32, ExprId)>,
    diagnostics: &'a mut Diagnostics,
}

impl Settler<'_> {
    fn provisioner(&mut self, block: &mut ProvisionerBlock) {
        if let Some(layout) = super::provisioner_layout(&block.kind.name) {
            self.body(block.span, layout, &mut block.body);
        }
        if let Some(connection) = &mut block.connection {
            self.body(block.span, super::connection_layout(), connection);
        }
    }

    /// Settles a body of the file that a span is of.
    fn body(&mut self, at: Span, layout: &Layout, body: &mut Body) {
        let trees = self.trees;
        if let Some(tree) = trees.get(at.source.0 as usize)
            && !tree.json.is_empty()
        {
            self.settled(tree, layout, body);
        }
    }

    fn settled(&mut self, tree: &Tree, layout: &Layout, body: &mut Body) {
        for block in &mut body.blocks {
            if let Some(inner) = inside(layout, block) {
                let bodies = match &*block.kind.name {
                    "dynamic" => block.body.blocks.iter_mut().map(|b| &mut b.body).collect(),
                    _ => vec![&mut block.body],
                };
                for body in bodies {
                    self.settled(tree, &inner, body);
                }
            }
        }
        for attribute in std::mem::take(&mut body.attributes) {
            self.attribute(tree, layout, (attribute, body));
        }
    }

    fn attribute(
        &mut self,
        tree: &Tree,
        layout: &Layout,
        (attribute, body): (Attribute, &mut Body),
    ) {
        if !tree.is_json(attribute.name.span.source) {
            body.attributes.push(attribute);
            return;
        }
        match layout.find(&attribute.name.name).map(|index| &layout.entries[index].slot) {
            Some(Slot::Attribute(_)) => match body.attribute(&attribute.name.name) {
                Some(first) => {
                    self.diagnostics.push(property_repeated(&attribute.name, first.name.span));
                }
                None => body.attributes.push(attribute),
            },
            Some(Slot::Block(nested)) => {
                let labels = usize::from(nested.nesting == Nesting::Map);
                let members = Members { tree, layout: &nested.layout, kind: &attribute.name };
                self.labelled(&members, attribute.value, (labels, &mut Vec::new(), body));
            }
            None if &*attribute.name.name == "dynamic" => {
                let members = Members { tree, layout, kind: &attribute.name };
                self.labelled(&members, attribute.value, (1, &mut Vec::new(), body));
            }
            None => {
                let found = property_unknown(&attribute.name, layout.names());
                self.diagnostics.push(found);
            }
        }
    }

    /// Makes the blocks of a value, below labels if there are still some to come.
    fn labelled(
        &mut self,
        members: &Members<'_>,
        value: ExprId,
        (left, labels, body): (usize, &mut Vec<Label>, &mut Body),
    ) {
        let tree = members.tree;
        let values = match tree.expr(value) {
            Expr::Tuple(values) => tree.exprs(values).to_vec(),
            _ => vec![value],
        };
        for value in values {
            match tree.expr(value) {
                Expr::Null | Expr::Invalid => {}
                Expr::Object(items) if left > 0 => {
                    self.bodies.insert((tree.source().0, value));
                    for item in tree.items(items) {
                        let ident = name_of(tree, item);
                        labels.push(Label { text: ident.name, span: ident.span, quoted: true });
                        self.labelled(members, item.value, (left - 1, labels, body));
                        labels.pop();
                    }
                }
                Expr::Object(_) => {
                    let block = self.block(members, value, labels);
                    body.blocks.push(block);
                }
                _ => self.diagnostics.push(no_block(tree.span(value), &members.kind.name)),
            }
        }
    }

    fn block(&mut self, members: &Members<'_>, value: ExprId, labels: &[Label]) -> Block {
        let tree = members.tree;
        let range = tree.range(value);
        let mut body = self.members(tree, value);
        if &*members.kind.name == "dynamic" {
            self.dynamic(members, labels, &mut body);
        } else {
            self.settled(tree, members.layout, &mut body);
        }
        let at = |start: u32, end: u32| tree.at(ByteRange { start, end });
        let kind = Ident {
            name: Text::clone(&members.kind.name),
            span: labels.last().map_or(members.kind.span, |label| label.span),
        };
        Block {
            kind,
            labels: labels.to_vec(),
            open: at(range.start, range.start + 1),
            close: at(range.end.saturating_sub(1).max(range.start), range.end),
            body,
        }
    }

    /// Makes blocks of the `content` of a `dynamic` block.
    fn dynamic(&mut self, members: &Members<'_>, labels: &[Label], body: &mut Body) {
        for attribute in std::mem::take(&mut body.attributes) {
            if &*attribute.name.name == "content" {
                let content = Members { layout: &NONE, kind: &attribute.name, tree: members.tree };
                self.labelled_content(&content, (members.layout, labels), (attribute.value, body));
            } else {
                body.attributes.push(attribute);
            }
        }
    }

    fn labelled_content(
        &mut self,
        content: &Members<'_>,
        (layout, labels): (&Layout, &[Label]),
        (value, body): (ExprId, &mut Body),
    ) {
        let made = labels.first().and_then(|label| of_type(layout, &label.text));
        match made {
            Some(inner) => {
                let content = Members { layout: &inner, ..*content };
                self.labelled(&content, value, (0, &mut Vec::new(), body));
            }
            // There is no such block, which is reported of the label.
            None => body.blocks.push(unread(content, value)),
        }
    }

    /// Returns the members of an object as arguments.
    fn members(&mut self, tree: &Tree, value: ExprId) -> Body {
        self.bodies.insert((tree.source().0, value));
        let mut body = Body {
            span: tree.span(value),
            attributes: Vec::<Attribute>::new(),
            blocks: Vec::new(),
        };
        let Expr::Object(items) = tree.expr(value) else { return body };
        let mut seen: BTreeSet<Text> = BTreeSet::new();
        for item in tree.items(items) {
            let name = name_of(tree, item);
            if &*name.name == "//" {
                continue;
            }
            let span = name.span;
            let whole = ByteRange {
                start: item.key_range.start,
                end: tree.range(item.value).end.max(item.key_range.end),
            };
            // A block may be given twice; whether this is one is not known here.
            let is_again = !seen.insert(Text::clone(&name.name));
            let is_value = !matches!(tree.expr(item.value), Expr::Object(_) | Expr::Tuple(_));
            if is_again && is_value {
                let first = body.attributes.iter().find(|other| other.name.name == name.name);
                let first = first.map_or(span, |first| first.name.span);
                self.diagnostics.push(property_repeated(&name, first));
                continue;
            }
            body.attributes.push(Attribute {
                equals: span.after(),
                span: tree.at(whole),
                name,
                value: item.value,
            });
        }
        body
    }

    /// Tells what is wrong with objects that are values.
    fn doubts(self) {
        let mut seen = BTreeSet::new();
        for tree in self.trees {
            // Several files may share a tree.
            if !seen.insert(tree.source()) {
                continue;
            }
            let values = tree
                .doubts
                .iter()
                .filter(|(object, _)| !self.bodies.contains(&(tree.source().0, *object)));
            self.diagnostics.extend(values.map(|(_, found): &(ExprId, Diagnostic)| found.clone()));
        }
    }
}

/// The blocks that members of an object are.
#[derive(Clone, Copy)]
struct Members<'a> {
    tree: &'a Tree,
    layout: &'a Layout,
    kind: &'a Ident,
}

/// Returns a block whose inside means nothing.
fn unread(content: &Members<'_>, value: ExprId) -> Block {
    let tree = content.tree;
    let span = tree.span(value);
    let body = Body { span, attributes: Vec::new(), blocks: Vec::new() };
    Block { kind: content.kind.clone(), labels: Vec::new(), open: span, body, close: span }
}

static NONE: Layout = Layout { entries: Vec::new() };

/// Returns the layout of what is inside of a block, or of its content.
fn inside(layout: &Layout, block: &Block) -> Option<Layout> {
    let name = match &*block.kind.name {
        "dynamic" => &block.labels.first()?.text,
        name => return of_type(layout, name),
    };
    of_type(layout, name)
}

fn of_type(layout: &Layout, name: &str) -> Option<Layout> {
    match &layout.entries[layout.find(name)?].slot {
        Slot::Block(nested) => Some(nested.layout.clone()),
        Slot::Attribute(attribute) if as_blocks(attribute) => Some(object_layout(&attribute.ty)),
        Slot::Attribute(_) => None,
    }
}

/// Returns the name of a member; of a template, the text it is written as.
fn name_of(tree: &Tree, item: &ObjectItem) -> Ident {
    let name = match item.key {
        ObjectKey::Name(name) => Text::clone(tree.symbol(name)),
        ObjectKey::Expression(key) => match tree.expr(key) {
            Expr::String(text) => Text::clone(tree.symbol(text)),
            _ => Text::from(tree.slice(item.key_range).trim_matches('"')),
        },
    };
    Ident { name, span: tree.at(item.key_range) }
}
