//! The tree of one parsed text: expressions in an arena, in a form made to be evaluated.
//!
//! Not the place of whitespace and comments: who formats files reads [`super::token`].
//! Expressions are compact nodes behind [`ExprId`]s; their lists lie in side tables behind typed
//! [`List`] handles. Chains that grow with the text (`a + b + c`, `a.b[0].c`) are flat lists, so
//! the height of a tree is bounded by [`super::limits::NESTING_DEPTH_MAX`] and nothing that walks
//! it can overflow the stack. Handles are only good in the tree they come from.

use infra_model::{
    diagnostic::Diagnostic,
    source::{SourceId, Span},
    text::Text,
};
use std::sync::Arc;

mod graft;
mod node;
mod places;

pub use super::body::{Attribute, Block, Body, Ident, Label};
pub(crate) use graft::graft;
pub use infra_model::value::operate::BinaryOperator;
pub use node::{
    ByteRange, Call, CallId, Expr, ExprId, ForExpr, ForId, List, ObjectItem, ObjectKey, Operand,
    Part, PartKind, Step, StepKind, Symbol, UnaryOperator,
};
pub(in crate::syntax) use places::Places;

/// A parsed file.
#[derive(Clone, Debug)]
pub struct File {
    /// The expressions that the body's attributes point to.
    pub tree: Arc<Tree>,
    /// The outermost body.
    pub body: Body,
}

impl File {
    /// Returns a self-contained handle on one of the file's expressions.
    pub fn expression(&self, root: ExprId) -> Expression {
        Expression { tree: Arc::clone(&self.tree), root }
    }
}

/// An expression together with the tree it lies in; cheap to clone.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The tree.
    pub tree: Arc<Tree>,
    /// The expression.
    pub root: ExprId,
}

impl Expression {
    /// Returns the expression's node.
    pub fn expr(&self) -> Expr {
        self.tree.expr(self.root)
    }

    /// Returns the place of the expression.
    pub fn span(&self) -> Span {
        self.tree.span(self.root)
    }

    /// Returns a handle on another expression of the same tree.
    #[must_use]
    pub fn at(&self, root: ExprId) -> Self {
        Self { tree: Arc::clone(&self.tree), root }
    }
}

/// An expression with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) range: ByteRange,
    pub(crate) expr: Expr,
}

/// A dense text has one expression for so many bytes.
const NODE_BYTES_MIN: usize = 10;

/// A dense text has one item, step or part of a template for so many bytes.
const PART_BYTES_MIN: usize = 24;

/// All expressions of one text.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(crate) source: SourceId,
    /// The text of the file, as people see it.
    pub(crate) text: Text,
    /// What ranges are of: the file's text, or that and what [`Places`] says behind it.
    pub(crate) reading: Text,
    pub(in crate::syntax) places: Places,
    /// The files in JSON syntax that it was made from.
    pub(crate) json: Vec<SourceId>,
    /// What is wrong with objects of a JSON file, should they be values and not blocks.
    pub(crate) doubts: Vec<(ExprId, Diagnostic)>,
    pub(crate) symbols: Vec<Text>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) exprs: Vec<ExprId>,
    pub(crate) items: Vec<ObjectItem>,
    pub(crate) steps: Vec<Step>,
    pub(crate) operands: Vec<Operand>,
    pub(crate) parts: Vec<Part>,
    pub(crate) fors: Vec<ForExpr>,
    pub(crate) calls: Vec<Call>,
}

impl Tree {
    /// Returns an empty tree over a text.
    pub(crate) fn new(source: SourceId, text: Text) -> Self {
        Self {
            source,
            reading: Text::clone(&text),
            text,
            places: Places::default(),
            json: Vec::new(),
            doubts: Vec::new(),
            symbols: Vec::new(),
            nodes: Vec::new(),
            exprs: Vec::new(),
            items: Vec::new(),
            steps: Vec::new(),
            operands: Vec::new(),
            parts: Vec::new(),
            fors: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// Returns an empty tree with tables that hardly ever have to grow while the text is parsed.
    ///
    /// A table that grows is moved, and leaves a hole as large as it was. Room that is not written
    /// to takes no memory.
    pub(in crate::syntax) fn with_room(source: SourceId, text: Text) -> Self {
        let bytes = text.len();
        let mut tree = Self::new(source, text);
        tree.nodes.reserve(bytes / NODE_BYTES_MIN);
        tree.exprs.reserve(bytes / PART_BYTES_MIN);
        tree.items.reserve(bytes / PART_BYTES_MIN);
        tree.steps.reserve(bytes / PART_BYTES_MIN);
        tree.parts.reserve(bytes / PART_BYTES_MIN);
        tree
    }

    /// Returns the file the tree was made from.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// Returns the whole text of the file.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Returns whether a file is in JSON syntax.
    pub fn is_json(&self, source: SourceId) -> bool {
        self.json.contains(&source)
    }

    /// Returns the number of expressions.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns whether there are no expressions.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns an expression.
    pub fn expr(&self, id: ExprId) -> Expr {
        self.nodes[id.0 as usize].expr
    }

    /// Returns the bytes an expression is written in.
    pub fn range(&self, id: ExprId) -> ByteRange {
        self.nodes[id.0 as usize].range
    }

    /// Returns the place of an expression.
    pub fn span(&self, id: ExprId) -> Span {
        self.at(self.range(id))
    }

    /// Returns what stands within the brackets around an expression, if there are any.
    pub fn within_brackets(&self, mut id: ExprId) -> ExprId {
        while let Expr::Parenthesised(inner) = self.expr(id) {
            id = inner;
        }
        id
    }

    /// Returns the place of a range of this file.
    pub fn at(&self, range: ByteRange) -> Span {
        self.places.span(self.source, range)
    }

    /// Returns the text an expression is written as; for [`Expr::Number`], its literal.
    pub fn source_text(&self, id: ExprId) -> &str {
        self.slice(self.range(id))
    }

    /// Returns the text under a range; empty if it cuts a character.
    pub fn slice(&self, range: ByteRange) -> &str {
        self.reading.get(range.start as usize..range.end as usize).unwrap_or("")
    }

    /// Returns the string of a symbol.
    pub fn symbol(&self, symbol: Symbol) -> &Text {
        &self.symbols[symbol.0 as usize]
    }

    /// Returns the place of the root name of a [`Expr::Traversal`]; of others, their place.
    pub fn root_span(&self, id: ExprId) -> Span {
        let mut range = self.range(id);
        if let Expr::Traversal { root, .. } = self.expr(id) {
            range.end = range.start + u32::try_from(self.symbol(root).len()).unwrap_or(0);
        }
        self.at(range)
    }

    /// Returns the steps at the front that are known without evaluation: attributes, legacy
    /// indexes and indexes with a literal number or string.
    pub fn constant_steps(&self, steps: List<Step>) -> &[Step] {
        let steps = self.steps(steps);
        let constant = |step: &Step| match step.kind {
            StepKind::Attribute(_) | StepKind::LegacyIndex(_) => true,
            StepKind::Index(key) => matches!(self.expr(key), Expr::Number | Expr::String(_)),
            StepKind::Splat | StepKind::AttributeSplat { .. } => false,
        };
        &steps[..steps.iter().take_while(|step| constant(step)).count()]
    }

    /// Returns the elements of a list of expressions.
    pub fn exprs(&self, list: List<ExprId>) -> &[ExprId] {
        list.of(&self.exprs)
    }

    /// Returns the items of an object.
    pub fn items(&self, list: List<ObjectItem>) -> &[ObjectItem] {
        list.of(&self.items)
    }

    /// Returns the steps of a traversal or access.
    pub fn steps(&self, list: List<Step>) -> &[Step] {
        list.of(&self.steps)
    }

    /// Returns the links of a chain of operators.
    pub fn operands(&self, list: List<Operand>) -> &[Operand] {
        list.of(&self.operands)
    }

    /// Returns the parts of a template.
    pub fn parts(&self, list: List<Part>) -> &[Part] {
        list.of(&self.parts)
    }

    /// Returns a `for` expression.
    pub fn for_expr(&self, id: ForId) -> &ForExpr {
        &self.fors[id.0 as usize]
    }

    /// Returns a function call.
    pub fn call(&self, id: CallId) -> &Call {
        &self.calls[id.0 as usize]
    }
}
