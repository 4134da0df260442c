//! Bodies of a parsed file: attributes and blocks in the order of the text.
//!
//! Values of attributes are handles into the [`Tree`](super::tree::Tree) of the file.

use super::tree::ExprId;
use infra_model::{source::Span, text::Text};

/// A name and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: Text,
    /// Where it stands.
    pub span: Span,
}

/// What stands between two braces, or in a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The place, braces not included.
    pub span: Span,
    /// Attributes in the order of the text; no two of one name.
    pub attributes: Vec<Attribute>,
    /// Blocks in the order of the text.
    pub blocks: Vec<Block>,
}

impl Body {
    /// Returns the attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name.name == name)
    }

    /// Returns the blocks of a kind, in the order of the text.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind.name == kind)
    }
}

/// `name = value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name.
    pub name: Ident,
    /// Where the equals sign stands.
    pub equals: Span,
    /// The value.
    pub value: ExprId,
    /// From the name to the end of the value.
    pub span: Span,
}

/// `kind "label" { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The first word.
    pub kind: Ident,
    /// The labels.
    pub labels: Vec<Label>,
    /// Where the opening brace stands.
    pub open: Span,
    /// What is inside.
    pub body: Body,
    /// Where the closing brace stands; empty, at the end of the body, if it is missing.
    pub close: Span,
}

impl Block {
    /// Returns the place of the header: from the kind to the last label.
    pub fn header(&self) -> Span {
        self.labels.last().map_or(self.kind.span, |label| self.kind.span.to(label.span))
    }

    /// Returns the place of the whole block, braces included.
    pub fn span(&self) -> Span {
        self.kind.span.to(self.close)
    }
}

/// A label of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text, unescaped and without quotes.
    pub text: Text,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Whether it was written in quotes.
    pub quoted: bool,
}
