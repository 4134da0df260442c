//! The nodes of a [`Tree`] and the handles between them; reading them is the tree's.

#[cfg(doc)]
use super::Tree;
#[cfg(doc)]
use infra_model::source::Span;
use infra_model::value::operate::BinaryOperator;
use std::{fmt, marker::PhantomData};

/// Identifies an expression of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub(in crate::syntax) u32);

/// Identifies a name or literal string of a [`Tree`]; equal strings have equal symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub(in crate::syntax) u32);

/// Identifies a `for` expression of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ForId(pub(in crate::syntax) u32);

/// Identifies a function call of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(in crate::syntax) u32);

/// A list of `T` in a [`Tree`]; read it with the method for its type.
pub struct List<T> {
    pub(in crate::syntax) start: u32,
    pub(in crate::syntax) len: u32,
    marker: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    /// The list without elements.
    pub const EMPTY: Self = Self::new(0, 0);

    pub(in crate::syntax) const fn new(start: u32, len: u32) -> Self {
        Self { start, len, marker: PhantomData }
    }

    /// Returns the number of elements.
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Returns whether there are no elements.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    pub(super) fn of(self, table: &[T]) -> &[T] {
        &table[self.start as usize..(self.start + self.len) as usize]
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.len) == (other.start, other.len)
    }
}

impl<T> Eq for List<T> {}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.start, self.len)
    }
}

/// A range of bytes of the tree's file; [`Tree::at`] makes a [`Span`] of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteRange {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

/// An expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Stands where a mistake was reported; nothing more is to be said about it.
    Invalid,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; its literal text is [`Tree::source_text`].
    Number,
    /// A quoted string or heredoc without interpolations, unescaped and NFC-normalised.
    String(Symbol),
    /// A template with at least one interpolation or directive; read with [`Tree::parts`].
    ///
    /// A template that is one [`PartKind::Interpolation`] and nothing else yields the value
    /// of that expression without conversion to a string.
    Template(List<Part>),
    /// `( … )`.
    Parenthesised(ExprId),
    /// `[ … ]`; read with [`Tree::exprs`].
    Tuple(List<ExprId>),
    /// `{ … }`; read with [`Tree::items`]. Equal keys are legal, the last one wins.
    Object(List<ObjectItem>),
    /// `[for …]` or `{for …}`; read with [`Tree::for_expr`].
    For(ForId),
    /// A function call; read with [`Tree::call`].
    Call(CallId),
    /// A variable and the steps into it; without steps, the bare variable.
    Traversal {
        /// Name of the variable; its place is [`Tree::root_span`].
        root: Symbol,
        /// Read with [`Tree::steps`].
        steps: List<Step>,
    },
    /// Steps into the result of any other expression; at least one.
    Access {
        /// What is stepped into.
        source: ExprId,
        /// Read with [`Tree::steps`].
        steps: List<Step>,
    },
    /// `-a` or `!a`.
    Unary {
        /// What is done.
        operator: UnaryOperator,
        /// To what.
        operand: ExprId,
    },
    /// A chain of binary operators of one precedence, to be folded from the left; see [`Operand`].
    Operation {
        /// The leftmost operand.
        first: ExprId,
        /// The operators with their right operands, at least one; read with [`Tree::operands`].
        rest: List<Operand>,
    },
    /// `condition ? yes : no`.
    Conditional {
        /// Chooses.
        condition: ExprId,
        /// The result if it is true.
        yes: ExprId,
        /// The result if it is false.
        no: ExprId,
    },
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// The next link of a chain of operators: `left operator operand`, `left` being all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// The operator.
    pub operator: BinaryOperator,
    /// Where the operator stands.
    pub range: ByteRange,
    /// Its right operand.
    pub operand: ExprId,
}

/// One step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it is written, dot or brackets included.
    pub range: ByteRange,
    /// What it does.
    pub kind: StepKind,
}

/// What a [`Step`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// `.name`
    Attribute(Symbol),
    /// `.0`; the expression is the [`Expr::Number`].
    LegacyIndex(ExprId),
    /// `[key]`; a constant if the key is [`Expr::Number`] or [`Expr::String`].
    Index(ExprId),
    /// `[*]`: all steps behind it apply to each element.
    Splat,
    /// `.*`: only the next `steps` steps (attributes and legacy indexes) apply to each element;
    /// those behind them apply to the resulting tuple.
    AttributeSplat {
        /// How many of the following steps belong to it.
        steps: u32,
    },
}

impl StepKind {
    /// Returns whether what follows applies to elements.
    pub fn is_splat(self) -> bool {
        matches!(self, Self::Splat | Self::AttributeSplat { .. })
    }
}

/// One item of an object constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectItem {
    /// The key.
    pub key: ObjectKey,
    /// Where the key is written.
    pub key_range: ByteRange,
    /// The value.
    pub value: ExprId,
}

/// The key of an object item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKey {
    /// A bare word, which stands for itself (`true`, `false` and `null` as well).
    Name(Symbol),
    /// Anything else. A bare traversal (`a.b = 1`) is here too: Terraform calls it ambiguous.
    Expression(ExprId),
}

/// A `for` expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForExpr {
    /// The name bound to the key or index, if asked for.
    pub key_name: Option<Symbol>,
    /// The name bound to the element.
    pub value_name: Symbol,
    /// What is iterated over.
    pub collection: ExprId,
    /// The key of each result: present in `{for …}`, absent in `[for …]`.
    pub key: Option<ExprId>,
    /// The value of each result.
    pub value: ExprId,
    /// `if …`: which elements are taken.
    pub condition: Option<ExprId>,
    /// `...`: values of equal keys are collected into tuples.
    pub group: bool,
    /// Where the introduction (`for k, v in collection`) stands.
    pub intro: ByteRange,
}

/// A function call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name, with its namespaces: `provider::time::parse`, `core::lower`, `lower`.
    pub name: Symbol,
    /// Where the name stands.
    pub name_range: ByteRange,
    /// The arguments; read with [`Tree::exprs`].
    pub arguments: List<ExprId>,
    /// `...` behind the last argument: it is a sequence of further arguments.
    pub expand: bool,
    /// Where the parentheses stand, both included.
    pub parentheses: ByteRange,
}

/// A part of a template; strip markers and the dedent of heredocs are already applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is written; of a directive, from its `%{if`/`%{for` to the end of its end marker.
    pub range: ByteRange,
    /// What it is.
    pub kind: PartKind,
}

/// What a [`Part`] of a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Text, unescaped and NFC-normalised; empty only beside a lone interpolation, where strip
    /// markers took all text away.
    Literal(Symbol),
    /// `${ … }`
    Interpolation(ExprId),
    /// `%{ if … }…%{ else }…%{ endif }`
    If {
        /// Chooses.
        condition: ExprId,
        /// The parts if it is true; read with [`Tree::parts`].
        yes: List<Part>,
        /// The parts if it is false.
        no: List<Part>,
    },
    /// `%{ for k, v in … }…%{ endfor }`
    For {
        /// The name bound to the key or index, if asked for.
        key_name: Option<Symbol>,
        /// The name bound to the element.
        value_name: Symbol,
        /// What is iterated over.
        collection: ExprId,
        /// The parts repeated for each element; read with [`Tree::parts`].
        body: List<Part>,
    },
}
