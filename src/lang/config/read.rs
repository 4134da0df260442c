//! Reading the fixed blocks of the language: which arguments there are, and literal values.

use super::{
    ExprAt,
    report::{
        attribute_missing, attribute_unknown, block_unknown, labels_wrong, property_unknown,
        value_invalid,
    },
};
use crate::syntax::tree::{Attribute, Block, Body, Expr, ExprId, Ident, Tree};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    source::Span,
    text::Text,
};

/// Reads bodies of one file and collects what is wrong with them.
pub(super) struct Reader<'a> {
    /// The tree of the file.
    pub(super) tree: &'a Tree,
    /// What was found.
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// What a fixed block may hold.
pub(super) struct Shape {
    /// Names of attributes.
    pub(super) attributes: &'static [&'static str],
    /// Types of blocks.
    pub(super) blocks: &'static [&'static str],
}

impl Reader<'_> {
    /// Adds a finding.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Returns a handle on an expression of this file.
    pub(super) fn at(&self, id: ExprId) -> ExprAt {
        ExprAt { source: self.tree.source(), id }
    }

    /// Returns the handle of an attribute's value.
    pub(super) fn value(&self, body: &Body, name: &str) -> Option<ExprAt> {
        body.attribute(name).map(|attribute| self.at(attribute.value))
    }

    /// Reports everything in a body that the shape does not have.
    pub(super) fn check_shape(&mut self, body: &Body, shape: &Shape) {
        for attribute in &body.attributes {
            if !shape.attributes.contains(&&*attribute.name.name) {
                let is_block = shape.blocks.contains(&&*attribute.name.name);
                let is_json = self.tree.is_json(attribute.name.span.source);
                let blocks = if is_json { shape.blocks } else { &[] };
                let known = shape.attributes.iter().chain(blocks).copied();
                self.unknown(&attribute.name, known, is_block);
            }
        }
        for block in &body.blocks {
            if !shape.blocks.contains(&&*block.kind.name) {
                let is_attribute = shape.attributes.contains(&&*block.kind.name);
                let known = shape.blocks.iter().copied();
                self.report(block_unknown(&block.kind, known, is_attribute));
            }
        }
    }

    /// Reports an attribute that has no place, in the words of the syntax it is written in.
    pub(super) fn unknown<'n>(
        &mut self,
        name: &Ident,
        known: impl Iterator<Item = &'n str>,
        is_block: bool,
    ) {
        self.report(if self.tree.is_json(name.span.source) {
            property_unknown(name, known)
        } else {
            attribute_unknown(name, known, is_block)
        });
    }

    /// Returns the value of an attribute that must be there.
    pub(super) fn required(&mut self, body: &Body, name: &str, at: Span) -> Option<ExprAt> {
        let value = self.value(body, name);
        if value.is_none() {
            self.report(attribute_missing(name, at));
        }
        value
    }

    /// Checks that a block has exactly these labels and returns them as names.
    pub(super) fn labels(&mut self, block: &Block, names: &[&str]) -> Option<Vec<Ident>> {
        if let Some(wrong) = labels_wrong(block, names) {
            self.report(wrong);
            return None;
        }
        let idents =
            block.labels.iter().map(|label| Ident { name: label.text.clone(), span: label.span });
        Some(idents.collect())
    }

    /// Checks that a label is a name.
    pub(super) fn name(&mut self, ident: &Ident, what: &str) -> bool {
        if is_name(&ident.name) {
            return true;
        }
        self.report(
            Diagnostic::error("infra::config::name_invalid", format!("Invalid {what} name"))
                .detail("A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.")
                .label(ident.span, "not a name")
                .help("rename it"),
        );
        false
    }

    /// Returns the only block of a type; more than one is reported.
    pub(super) fn single<'b>(&mut self, body: &'b Body, kind: &'b str) -> Option<&'b Block> {
        let mut blocks = body.blocks_of(kind);
        let first = blocks.next()?;
        for again in blocks {
            self.report(
                Diagnostic::error(
                    "infra::config::block_duplicate",
                    format!("Duplicate {kind} block"),
                )
                .detail(format!("Only one {kind} block is allowed here."))
                .label(again.header(), "one too many")
                .label(first.header(), "the first one")
                .help("merge them, or remove one"),
            );
        }
        Some(first)
    }

    /// Returns a literal bool.
    pub(super) fn bool(&mut self, body: &Body, name: &str) -> Option<bool> {
        let attribute = body.attribute(name)?;
        let value = literal_bool(self.tree, attribute.value);
        if value.is_none() {
            self.wrong(attribute, "either true or false");
        }
        value
    }

    /// Returns a literal string.
    pub(super) fn text(&mut self, body: &Body, name: &str) -> Option<Text> {
        let attribute = body.attribute(name)?;
        let value = literal_text(self.tree, attribute.value);
        if value.is_none() {
            self.wrong(attribute, "a literal string");
        }
        value
    }

    /// Returns the elements of a literal list.
    pub(super) fn list(&mut self, body: &Body, name: &str) -> Vec<ExprAt> {
        let Some(attribute) = body.attribute(name) else { return Vec::new() };
        let Expr::Tuple(items) = self.tree.expr(attribute.value) else {
            if self.tree.expr(attribute.value) != Expr::Invalid {
                self.wrong(attribute, "a list in brackets");
            }
            return Vec::new();
        };
        self.tree.exprs(items).iter().map(|id| self.at(*id)).collect()
    }

    /// Reports the value of an attribute.
    pub(super) fn wrong(&mut self, attribute: &Attribute, wanted: &str) {
        if self.tree.expr(attribute.value) == Expr::Invalid {
            return;
        }
        let span = self.tree.span(attribute.value);
        self.report(value_invalid(&format!("value for {}", attribute.name.name), wanted, span));
    }
}

/// Returns whether a text is an identifier of the language.
pub(crate) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c == '-' || c.is_alphanumeric())
}

/// Returns the bool that an expression literally is.
pub(super) fn literal_bool(tree: &Tree, id: ExprId) -> Option<bool> {
    match tree.expr(id) {
        Expr::Bool(value) => Some(value),
        Expr::Parenthesised(inner) => literal_bool(tree, inner),
        Expr::String(symbol) => match &**tree.symbol(symbol) {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the string that an expression literally is.
pub(crate) fn literal_text(tree: &Tree, id: ExprId) -> Option<Text> {
    match tree.expr(id) {
        Expr::String(symbol) => Some(tree.symbol(symbol).clone()),
        Expr::Parenthesised(inner) => literal_text(tree, inner),
        _ => None,
    }
}
